// Frozen for good: what clients match on. A change here is a new version of the protocol.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, KINDS } from '../../src/protocol/fault.ts'
import { failedEvent } from '../../src/protocol/refusal.ts'
import { invalidMessages } from './examples.ts'

test('the kinds of errors, and which of them may succeed later, are version 1', () => {
  const retryable = Object.entries(KINDS).map(([kind, row]) => [kind, row.retryable])
  assert.deepEqual(retryable, [
    ['invalid_request', false],
    ['unsupported_capability', false],
    ['context_length', false],
    ['authentication', false],
    ['permission', false],
    ['not_found', false],
    ['rate_limited', true],
    ['quota_exceeded', false],
    ['overloaded', true],
    ['timeout', true],
    ['transport', true],
    ['provider_error', true],
    ['protocol_violation', false],
    ['content_filtered', false],
    ['circuit_open', true],
    ['shutting_down', true],
    ['internal', false],
  ])
})

test('a total timeout is the timeout that is not worth repeating', () => {
  const retryable = ['connect', 'first_event', 'idle', 'provider', 'total'].map(
    (code) => new Fault('timeout', code, '').retryable,
  )
  assert.deepEqual(retryable, [true, true, true, true, false])
})

test('the codes of refused lines are these', () => {
  const codes = [...new Set(invalidMessages.map(({ code }) => code))].toSorted()
  assert.deepEqual(codes, [
    'duplicate_key',
    'json',
    'linkage',
    'protocol_version',
    'schema',
    'surrogate',
    'too_deep',
  ])
})

test('the answer to what never ran is a failed event with an empty ending', () => {
  const fault = new Fault('invalid_request', 'json', 'not JSON', { pointer: '/a' })
  assert.deepEqual(failedEvent(null, fault, { session: '42' }), {
    type: 'failed',
    request_id: null,
    error: {
      kind: 'invalid_request',
      code: 'json',
      message: 'not JSON',
      retryable: false,
      retry_after_ms: null,
      pointer: '/a',
      target: null,
      model: null,
      provider: null,
    },
    target: null,
    model: null,
    message: null,
    usage: null,
    cost: null,
    timing: null,
    attempts: [],
    warnings: [],
    provider_metadata: null,
    metadata: { session: '42' },
  })
})
