// The cool-down that a 429 asks for: for its key alone, as long as asked, never shortened.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CoolDowns } from '../../src/resilience/cool-down.ts'

const LONGEST = 60_000

test('who asked to be left alone is left alone until then, and nobody else is', () => {
  let now = 0
  const coolDowns = new CoolDowns(() => now)
  coolDowns.begin('a', 1_000, LONGEST)
  assert.throws(() => coolDowns.check('a'), {
    kind: 'rate_limited',
    code: 'cooling_down',
    retryable: true,
    verdict: 'neutral',
    retry_after_ms: 1_000,
  })
  coolDowns.check('b')
  now = 400
  coolDowns.begin('a', 100, LONGEST)
  assert.throws(() => coolDowns.check('a'), { retry_after_ms: 600 })
  now = 990
  assert.throws(() => coolDowns.check('a'), { retry_after_ms: 10 })
  now = 994
  assert.throws(() => coolDowns.check('a'), { retry_after_ms: 6 })
  now = 995
  coolDowns.check('a')
})

test('a longer wait than anybody makes is told whole, and after the longest somebody may ask again', () => {
  let now = 500
  const coolDowns = new CoolDowns(() => now)
  coolDowns.begin('a', 3_600_000, LONGEST)
  coolDowns.begin('a', 10, LONGEST)
  now = 1_500
  assert.throws(() => coolDowns.check('a'), { retry_after_ms: 3_599_000 })
  now = 60_494
  assert.throws(() => coolDowns.check('a'), { retry_after_ms: 3_540_006 })
  now = 60_495
  coolDowns.check('a')
  now = 60_500
  coolDowns.begin('a', 1_000, LONGEST)
  assert.throws(() => coolDowns.check('a'), { retry_after_ms: 1_000 })
})
