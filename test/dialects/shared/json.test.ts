import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { parseJson, parseLossless } from '../../../src/dialects/shared/json.ts'

test('what is no JSON is undefined, and nothing throws', () => {
  assert.equal(parseJson('{"a":'), undefined)
  assert.equal(parseLossless('{"a":12345678901234567890'), undefined)
  fc.assert(fc.property(fc.string(), (text) => (parseLossless(text), parseJson(text), true)))
})

test('numbers that a double cannot hold are written out as they came', () => {
  const text = '{"id":12345678901234567890,"pi":3.14159265358979323846,"far":1e400,"n":[-0.5,7]}'
  assert.equal(JSON.stringify(parseLossless(text)), text)
})

test('they are found wherever they stand, however long they are', () => {
  const digits = fc
    .integer({ min: 17, max: 40 })
    .map((count) => '1234567890'.repeat(4).slice(0, count))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 70 }), digits, fc.boolean(), (before, number, point) => {
      const exact = point ? `0.${number}` : number
      const text = `{"${'x'.repeat(before)}":${exact}}`
      assert.equal(JSON.stringify(parseLossless(text)), text)
    }),
    { numRuns: 500 },
  )
})

test('a value without such numbers is the one that JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      assert.equal(JSON.stringify(parseLossless(text)), JSON.stringify(JSON.parse(text)))
    }),
  )
})
