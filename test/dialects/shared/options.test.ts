import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { mergeOptions } from '../../../src/dialects/shared/options.ts'
import type { Fault } from '../../../src/protocol/fault.ts'
import { requestOf } from './target.ts'

const merged = (
  body: Record<string, unknown>,
  options: Record<string, unknown>,
  refused: string[] = [],
) =>
  mergeOptions(
    body,
    requestOf([], { provider_options: { openai_chat: options, gemini: { x: 1 } } }),
    'openai_chat',
    refused,
  )

test('objects are merged by key, and the arrays tools and include are appended', () => {
  assert.deepEqual(
    merged(
      { a: { b: 1 }, tools: [1], include: ['x'] },
      { a: { c: { d: 2 } }, tools: [2], include: ['y'], e: [3] },
    ),
    { a: { b: 1, c: { d: 2 } }, tools: [1, 2], include: ['x', 'y'], e: [3] },
  )
})

test('the entries of other dialects are ignored', () => {
  assert.deepEqual(merged({ a: 1 }, {}), { a: 1 })
})

test('what the request does not set is taken whatever it is called', () => {
  const named = fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype))
  const options = fc
    .dictionary(fc.oneof(named, fc.string()), fc.jsonValue())
    // The door refuses this key anywhere in a line.
    .filter((given) => !JSON.stringify(given).includes('"__proto__"'))
  fc.assert(
    fc.property(options, (given) => {
      const inside: unknown = merged({ a: {} }, { a: given })['a']
      for (const body of [merged({}, given), inside])
        assert.equal(JSON.stringify(body), JSON.stringify(given))
    }),
  )
})

test('a leaf that the request sets too is a conflict, named by its pointer', () => {
  assert.throws(
    () => merged({ a: { 'b/c': 1 } }, { a: { 'b/c': 1 } }),
    (fault: Fault) =>
      fault.kind === 'invalid_request' &&
      fault.code === 'provider_option_conflict' &&
      fault.pointer === '/provider_options/openai_chat/a/b~1c',
  )
  assert.throws(() => merged({ a: { tools: [1] } }, { a: { tools: [2] } }), {
    code: 'provider_option_conflict',
  })
  assert.throws(() => merged({ stop: ['x'] }, { stop: ['y'] }), {
    code: 'provider_option_conflict',
  })
})

test('refused options are refused at their place, however deep', () => {
  assert.throws(() => merged({}, { a: { n: 2 } }, ['a/n']), {
    code: 'provider_option_refused',
    pointer: '/provider_options/openai_chat/a/n',
  })
})
