// A request may tighten what holds for its target, never loosen it; a route's member clamps and says so.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { tighten, type Bounds } from '../../src/gateway/limits.ts'

const OWN: Bounds = {
  connect_timeout_ms: 10,
  first_event_timeout_ms: 300,
  idle_timeout_ms: 120,
  total_timeout_ms: 900,
  max_retries: 2,
}

test("what a request leaves out is the target's own", () => {
  assert.deepEqual(tighten(undefined, OWN, 100, 't', false), {
    bounds: OWN,
    max_output_tokens: undefined,
    warnings: [],
  })
})

test('looser is refused with the bound and the place, or clamped with a warning', () => {
  for (const [field, asked, bound] of [
    ['total_timeout_ms', 901, 900],
    ['first_event_timeout_ms', 301, 300],
    ['idle_timeout_ms', 121, 120],
    ['max_retries', 3, 2],
    ['max_output_tokens', 101, 100],
  ] as const) {
    const pointer = `/limits/${field}`
    assert.throws(() => tighten({ [field]: asked }, OWN, 100, 't', false), {
      kind: 'invalid_request',
      code: 'limit_too_loose',
      pointer,
      message: new RegExp(`${asked}.*${bound}`),
    })
    const clamped = tighten({ [field]: asked }, OWN, 100, 't', true)
    assert.deepEqual(
      clamped.warnings.map((warning) => [warning.code, warning.pointer]),
      [['limit_clamped', pointer]],
    )
    assert.equal({ ...clamped.bounds, max_output_tokens: clamped.max_output_tokens }[field], bound)
  }
})

test("tightened bounds are what was asked for, and never above the target's", () => {
  const amount = fc.integer({ min: 1, max: 2_000 })
  fc.assert(
    fc.property(amount, amount, amount, (total_timeout_ms, idle_timeout_ms, max_output_tokens) => {
      const { bounds, max_output_tokens: tokens } = tighten(
        { total_timeout_ms, idle_timeout_ms, max_output_tokens },
        OWN,
        null,
        't',
        true,
      )
      assert.equal(bounds.total_timeout_ms, Math.min(total_timeout_ms, 900))
      assert.equal(bounds.idle_timeout_ms, Math.min(idle_timeout_ms, 120))
      assert.equal(tokens, max_output_tokens)
    }),
  )
})
