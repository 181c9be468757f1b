// The scan agrees with JSON.parse on what JSON is, and sees what JSON.parse lets pass.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { MAX_DEPTH, MAX_TOKENS, scan } from '../../src/protocol/json-scan.ts'

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const tokens = (count: number) => `[${'0,'.repeat(count - 2)}0]`
const codeOf = (text: string) => scan(text).violation?.code ?? null

/** Pieces from which both JSON and near misses of it are made. */
const PIECES =
  '{ } [ ] , : " \\ \\u00 \\ud83d\\ude00 \\n a "a" "" 0 1 - . e + 1.5e3 -0 01 true false null nul \t \u0001 \u007f é 😀 \ufeff'
const piece = fc.constantFrom(...PIECES.split(' '), ' ', '\n', '\u2028', 'x'.repeat(100))

test('what the scan calls JSON is what JSON.parse takes', () => {
  const jsonish = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  const law = fc.property(jsonish, (text) => (codeOf(text) !== 'json') === parses(text))
  fc.assert(law, { numRuns: 5000 })
})

test('any JSON value passes, and any cut of an object does not', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (json, at) => {
      assert.notEqual(codeOf(json), 'json')
      const text = `{"a":${json}}`
      assert.equal(codeOf(text.slice(0, at % text.length)), 'json')
    }),
  )
})

test('a string passes however it is written, and half a surrogate pair in it never does', () => {
  const unit = fc.integer({ min: 0, max: 0xffff })
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 60 }), (units) => {
      const text = String.fromCharCode(...units)
      const escaped = units.map((code) => `\\u${code.toString(16).padStart(4, '0')}`).join('')
      const expected = text.isWellFormed() ? null : 'surrogate'
      assert.equal(codeOf(`["${escaped}"]`), expected)
      assert.equal(codeOf(JSON.stringify({ a: text })), expected)
    }),
  )
})

test('a key that stands twice is found with its pointer, however it is written', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }),
      (keys) => {
        const fields = keys.map((key) => `"${key}":{"a":[{}]}`).join(',')
        assert.equal(codeOf(`[0,{"o":{${fields}}}]`), null)
        const twin = `\\u${keys[0]?.charCodeAt(0).toString(16).padStart(4, '0')}`
        assert.deepEqual(scan(`[0,{"o":{${fields},"${twin}":1}}]`).violation, {
          code: 'duplicate_key',
          message: `"${keys[0]}" stands twice in the same object`,
          pointer: `/1/o/${keys[0]}`,
        })
      },
    ),
  )
})

/** Numbers around the largest double, as people and programs write them. */
const numeral = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.nat().map(String),
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 300, max: 312 }))
        .map(([digit, length]) => String(digit) + '7'.repeat(length - 1)),
    ),
    fc.constantFrom('', '.0', '.5', `.${'3'.repeat(400)}`),
    fc.constantFrom('', 'e', 'E', 'e+', 'e-'),
    fc.integer({ min: 290, max: 320 }),
  )
  .map(([sign, whole, fraction, e, exponent]) => sign + whole + fraction + (e && e + exponent))

test('a number passes exactly where a double holds it, and is found with its pointer where none does', () => {
  fc.assert(
    fc.property(numeral, (text) => {
      const { violation } = scan(`[0,{"o":{"x":[1,${text}]}}]`)
      assert.deepEqual(
        [violation?.code, violation?.pointer],
        Number.isFinite(JSON.parse(text)) ? [undefined, undefined] : ['schema', '/1/o/x/1'],
        text,
      )
    }),
    { numRuns: 2000 },
  )
})

test('a message may nest 128 deep and hold a million tokens, and no more', () => {
  assert.deepEqual(
    [nested(MAX_DEPTH), nested(MAX_DEPTH + 1), tokens(MAX_TOKENS), tokens(MAX_TOKENS + 1)].map(
      codeOf,
    ),
    [null, 'too_deep', null, 'too_many_tokens'],
  )
})

test("the root's id and type are known past every violation but one of the grammar", () => {
  const tags = { request_id: 'r1', type: 'infer', two_types: false }
  const broken = ['[0,{"a":1,"a":2}]', '"\\ud83d"', nested(500)]
  for (const value of broken) {
    const { violation, ...rest } = scan(`{"x":${value},"type":"infer","request_\\u0069d":"r1"}`)
    assert.notEqual(violation, null)
    assert.deepEqual(rest, tags)
  }
  assert.deepEqual(scan('{"request_id":"r1","type":"infer"').request_id, null)
})

test('tags below the root, in arrays, twice or of another kind do not count', () => {
  const none = { request_id: null, type: null, two_types: false }
  for (const text of [
    '{"a":{"request_id":"r1","type":"x"}}',
    '["request_id","r1"]',
    '{"type":1,"request_id":{}}',
  ]) {
    const { violation: _, ...tags } = scan(text)
    assert.deepEqual(tags, none, text)
  }
  const twice = scan('{"type":"infer","type":"cancel","request_id":"a","request_id":"a"}')
  assert.deepEqual([twice.request_id, twice.type, twice.two_types], [null, null, true])
})

test('a key that stands twice is found however many stand between', () => {
  const filler = Array.from({ length: 40 }, (_, index) => `"k${index}":0`)
  for (let between = 0; between <= filler.length; between += 1) {
    const text = `{"a":[{"x":1,${[...filler.slice(0, between), '"x":2'].join(',')}}]}`
    assert.equal(scan(text).violation?.code, 'duplicate_key', `${between} between`)
  }
})
