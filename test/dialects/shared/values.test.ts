import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { fittingId } from '../../../src/dialects/shared/ids.ts'
import { fileName, readSource } from '../../../src/dialects/shared/media.ts'
import { countOf, usageOf } from '../../../src/dialects/shared/usage.ts'
import { CAPABILITIES } from '../../../src/protocol/target.ts'
import { wireCapabilities } from '../../../src/dialects/shared/capabilities.ts'

test("an id that fits stays; one that does not becomes one that does, the same each time and no other id's", () => {
  const nine = /^[A-Za-z0-9]{9}$/
  assert.equal(fittingId('abcDEF123', nine, 9), 'abcDEF123')
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 2 }), (ids) => {
      const fitted = ids.map((id) => fittingId(id, nine, 9))
      assert.ok(fitted.every((id) => nine.test(id)))
      assert.deepEqual(
        ids.map((id) => fittingId(id, nine, 9)),
        fitted,
      )
      assert.equal(new Set(fitted).size, ids.length)
    }),
  )
})

test('a source is data with its media type, or a url', () => {
  assert.deepEqual(readSource({ data: 'AA', media_type: 'image/png' }), {
    data: 'AA',
    media_type: 'image/png',
  })
  assert.deepEqual(readSource({ url: 'https://x/y' }), {
    url: 'https://x/y',
    media_type: undefined,
  })
})

const named = (media_type: string) => fileName({ source: { media_type, data: '' } }, 'document')

test('a nameless file is named by its media type', () => {
  assert.deepEqual(
    ['application/pdf', 'audio/mpeg', 'text/plain; charset=utf-8', 'application/x-odd+thing'].map(
      named,
    ),
    ['document.pdf', 'document.mp3', 'document.txt', 'document.bin'],
  )
})

test('counts that were not reported are null, not 0', () => {
  assert.deepEqual([3, 0, -1, 1.5, '4', null].map(countOf), [3, 0, null, null, null, null])
  assert.deepEqual(usageOf({ input_tokens: 0 }, { a: 1 }), {
    input_tokens: 0,
    cached_input_tokens: null,
    cache_write_input_tokens: null,
    output_tokens: null,
    reasoning_tokens: null,
    total_tokens: null,
    raw: { a: 1 },
  })
})

test('a wire can say every capability but those it lacks', () => {
  const said = wireCapabilities(['seed', 'audio'])
  assert.deepEqual(
    CAPABILITIES.filter((name) => !said[name]),
    ['audio', 'seed'],
  )
  assert.deepEqual(Object.keys(said), [...CAPABILITIES])
})
