import assert from 'node:assert/strict'
import { test } from 'node:test'
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
