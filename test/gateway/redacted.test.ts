// What leaves the house is struck, and nothing else about it changes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLossless } from '../../src/dialects/shared/json.ts'
import { struck } from '../../src/gateway/redacted.ts'

const strike = (text: string): string => text.replaceAll('secret', '[redacted]')

test('texts and names are struck at every depth; numbers keep all their digits', () => {
  const text =
    '{"id":12345678901234567890,"list":["a secret",{"secret name":[1e400,null,true]}],"plain":"b"}'
  assert.equal(JSON.stringify(struck(parseLossless(text), strike)), strike(text))
})

test('where there is nothing to strike the value is the very same', () => {
  const value = { a: [1, { b: 'c' }], d: null }
  assert.equal(struck(value, strike), value)
})
