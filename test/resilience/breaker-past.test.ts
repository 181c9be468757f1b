// What is left of before: outcomes that come after the breaker has changed, and timers of windows that nobody looks into any more.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Breaker, type BreakerState, type Pass } from '../../src/resilience/breaker.ts'

const RULES = { failure_percent: 50, minimum_requests: 4, window_ms: 1e9, open_ms: 1_000 }

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}

interface Stand {
  readonly breaker: Breaker
  readonly changes: readonly BreakerState[]
  /** So many calls that are under way. */
  readonly admit: (count: number) => Pass[]
  readonly fail: (passes: readonly Pass[]) => Promise<void>
  /** Lets it become half open. */
  readonly wait: () => void
  /** The clock alone goes on. */
  readonly sleep: (ms: number) => void
  /** Intervals that run. */
  readonly intervals: () => number
}

function stand(t: TestContext): Stand {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  const running = new Set<unknown>()
  const { setInterval: begin, clearInterval: end } = globalThis
  t.mock.method(globalThis, 'setInterval', (work: () => void, ms: number) => {
    const timer = begin(work, ms)
    running.add(timer)
    return timer
  })
  t.mock.method(globalThis, 'clearInterval', (timer: NodeJS.Timeout) => {
    running.delete(timer)
    end(timer)
  })
  let now = 0
  const changes: BreakerState[] = []
  const breaker = new Breaker(
    RULES,
    (state) => changes.push(state),
    () => now,
  )
  t.after(() => breaker.dispose())
  return {
    breaker,
    changes,
    admit: (count) => Array.from({ length: count }, () => breaker.admit()),
    fail: async (passes) => {
      for (const pass of passes) pass.record('failure')
      await settle()
    },
    wait: () => {
      now += RULES.open_ms
      t.mock.timers.tick(RULES.open_ms)
    },
    sleep: (ms) => {
      now += ms
    },
    intervals: () => running.size,
  }
}

test('what was admitted before it opened neither decides the probe nor takes its place', async (t) => {
  const { breaker, changes, admit, fail, wait } = stand(t)
  const [early, late, ...rest] = admit(6)
  await fail(rest)
  wait()
  assert.equal(breaker.view.state, 'half_open')
  const [probe] = admit(1)
  early?.record('failure')
  late?.record('neutral')
  await settle()
  assert.throws(() => breaker.admit(), { code: 'half_open' })
  probe?.record('success')
  await settle()
  assert.deepEqual(changes, ['open', 'half_open', 'closed'])
})

test('what was admitted before it opened does not count once it is closed again', async (t) => {
  const { breaker, admit, fail, wait } = stand(t)
  const late = admit(10)
  await fail(late.splice(0, 4))
  wait()
  admit(1)[0]?.begun()
  await settle()
  assert.equal(breaker.view.state, 'closed')
  await fail(late)
  assert.equal(breaker.view.state, 'closed')
  await fail(admit(4))
  assert.equal(breaker.view.state, 'open')
})

test('a probe that failed leaves the place to the next one', async (t) => {
  const { breaker, changes, admit, fail, wait } = stand(t)
  await fail(admit(4))
  for (let again = 0; again < 3; again += 1) {
    wait()
    await fail(admit(1))
    assert.equal(breaker.view.state, 'open')
  }
  wait()
  admit(1)[0]?.begun()
  await settle()
  assert.deepEqual(changes.slice(-3), ['open', 'half_open', 'closed'])
  assert.equal(breaker.view.opened, 4)
})

test('a wait that is over by the clock is told as none, never as less', async (t) => {
  const { breaker, admit, fail, sleep } = stand(t)
  await fail(admit(4))
  for (const [ms, left] of [
    [999, 1],
    [1, 0],
    [500, 0],
  ] as const) {
    sleep(ms)
    assert.deepEqual(breaker.view, { state: 'open', retry_after_ms: left, opened: 1 })
  }
})

test('it has one window at a time, however often it closes and its rules change, and none in the end', async (t) => {
  const { breaker, admit, fail, wait, intervals } = stand(t)
  const one = intervals()
  assert.ok(one > 0)
  await fail(admit(4))
  wait()
  admit(1)[0]?.begun()
  await settle()
  assert.equal(breaker.view.state, 'closed')
  assert.equal(intervals(), one)
  breaker.rules = { ...RULES, open_ms: 7 }
  assert.equal(intervals(), one)
  breaker.dispose()
  assert.equal(intervals(), 0)
})
