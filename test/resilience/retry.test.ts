// The one predicate for retries, the budget, and the reading of what providers ask for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Fault, KINDS, type ErrorKind } from '../../src/protocol/fault.ts'
import {
  forbidsRetry,
  movesOn,
  retryAfter,
  RetryBudget,
  retryDelay,
} from '../../src/resilience/retry.ts'

const rules = {
  max_retries: 2,
  backoff_base_ms: 500,
  backoff_max_ms: 8_000,
  max_retry_after_ms: 60_000,
}
const facts = { retries: 0, begun: false, left_ms: 100_000, random: 0.5 }
const busy = (details = {}): Fault => new Fault('overloaded', null, 'busy', details)

test('a retry needs a retryable fault, attempts left, time left, and no output yet', () => {
  assert.equal(retryDelay(rules, { ...facts, fault: busy() }), 250)
  assert.equal(retryDelay(rules, { ...facts, fault: busy(), begun: true }), null)
  assert.equal(retryDelay(rules, { ...facts, fault: busy(), retries: 2 }), null)
  assert.equal(retryDelay(rules, { ...facts, fault: busy(), left_ms: 200 }), null)
  assert.equal(
    retryDelay(rules, { ...facts, fault: new Fault('invalid_request', null, 'bad') }),
    null,
  )
  assert.equal(retryDelay(rules, { ...facts, fault: busy({ retry_forbidden: true }) }), null)
  for (const [kind, code] of [
    ['overloaded', 'queue_full'],
    ['circuit_open', 'open'],
    ['shutting_down', null],
  ] as const)
    assert.equal(retryDelay(rules, { ...facts, fault: new Fault(kind, code, 'own') }), null)
})

test('a wait that the provider asks for is kept to, and not waited for where it is too long', () => {
  assert.equal(retryDelay(rules, { ...facts, fault: busy({ retry_after_ms: 3_000 }) }), 3_000)
  assert.equal(retryDelay(rules, { ...facts, fault: busy({ retry_after_ms: 60_000 }) }), 60_000)
  assert.equal(retryDelay(rules, { ...facts, fault: busy({ retry_after_ms: 60_001 }) }), null)
  assert.equal(retryDelay(rules, { ...facts, fault: busy(), left_ms: 250 }), null)
  assert.equal(retryDelay(rules, { ...facts, fault: busy(), left_ms: 251 }), 250)
})

test('the backoff has full jitter under a doubling, bounded ceiling', () => {
  fc.assert(
    fc.property(fc.nat(12), fc.double({ min: 0, max: 0.999, noNaN: true }), (retries, random) => {
      const wait = retryDelay(
        { ...rules, max_retries: 99 },
        { ...facts, retries, random, fault: busy() },
      )
      assert.equal(wait, Math.round(Math.min(8_000, 500 * 2 ** retries) * random))
    }),
    { numRuns: Number(process.env['MODEL_RUNS'] ?? 100) },
  )
})

const isKind = (name: string): name is ErrorKind => Object.hasOwn(KINDS, name)

test('only kinds that say so are retried, and a route moves on from exactly those that it may', () => {
  const moves = Object.keys(KINDS).filter(
    (kind) => isKind(kind) && movesOn(new Fault(kind, null, '')),
  )
  assert.deepEqual(moves.toSorted(), [
    'authentication',
    'circuit_open',
    'not_found',
    'overloaded',
    'permission',
    'provider_error',
    'quota_exceeded',
    'rate_limited',
    'timeout',
    'transport',
    'unsupported_capability',
  ])
  assert.equal(movesOn(new Fault('timeout', 'total', '')), false)
})

test('retries are paid from a budget', () => {
  const budget = new RetryBudget(20)
  const spend = (): number => {
    let count = 0
    while (budget.withdraw()) count += 1
    return count
  }
  assert.equal(spend(), 10)
  for (let call = 0; call < 50; call += 1) budget.deposit()
  assert.equal(spend(), 10)
  budget.percent = 50
  for (let call = 0; call < 50; call += 1) budget.deposit()
  assert.equal(spend(), 25)
  for (let call = 0; call < 1_000; call += 1) budget.deposit()
  assert.equal(spend(), 100)
})

test('retry headers are read in every form', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  assert.equal(retryAfter({ 'retry-after-ms': '12.3', 'retry-after': '9' }, now), 13)
  assert.equal(retryAfter({ 'retry-after': '1.5' }, now), 1_500)
  assert.equal(retryAfter({ 'retry-after': 'Thu, 01 Jan 2026 00:00:10 GMT' }, now), 10_000)
  assert.equal(
    retryAfter(
      { 'retry-after': 'Thu, 01 Jan 2026 00:00:10 GMT', date: 'Thu, 01 Jan 2026 00:00:07 GMT' },
      now,
    ),
    3_000,
  )
  assert.equal(retryAfter({ 'retry-after': 'Wed, 01 Jan 2025 00:00:00 GMT' }, now), 0)
  assert.equal(retryAfter({ 'retry-after-ms': '0', 'retry-after': '9' }, now), 0)
  assert.equal(retryAfter({ 'retry-after-ms': '-1', 'retry-after': '0' }, now), 0)
  assert.equal(retryAfter({ 'retry-after-ms': '', 'retry-after': '2' }, now), 2_000)
  assert.equal(retryAfter({ 'retry-after': '30, 30' }, now), 30_000)
  assert.equal(retryAfter({ 'retry-after': '1e300' }, now), Number.MAX_SAFE_INTEGER)
  for (const text of ['soon', 'Infinity', '-1', ''])
    assert.equal(retryAfter({ 'retry-after': text }, now), null)
  const words = [{ 'x-should-retry': 'true' }, { 'x-should-retry': 'false' }, {}]
  assert.deepEqual(words.map(forbidsRetry), [false, true, false])
})
