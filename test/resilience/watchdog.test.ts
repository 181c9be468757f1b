// A watchdog that is aimed anew, against a plain model of it, and what waits leave behind: no timer that nobody waits for.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import * as fc from 'fast-check'
import { clock, delay, Watchdog } from '../../src/resilience/deadline.ts'

interface Time {
  /** Milliseconds go by one at a time, and every timer is on time. */
  pass(ms: number): void
  /** The process stands still and goes on: every timer is late. */
  stand(ms: number): void
  /** Timers that are neither cleared nor over. */
  live(): number
  /** Timers ever made. */
  made(): number
}

/** The clock and its timers, which move only when told to. */
function stopTime(t: TestContext): Time {
  let now = 0
  let made = 0
  const timers = new Map<unknown, { at: number; work: () => void }>()
  t.mock.method(performance, 'now', () => now)
  t.mock.method(globalThis, 'setTimeout', (work: () => void, ms: number) => {
    const handle = { number: (made += 1) }
    // As real ones do: whole milliseconds, and at least one.
    timers.set(handle, { at: now + Math.max(1, Math.trunc(ms)), work })
    return handle
  })
  t.mock.method(globalThis, 'clearTimeout', (handle: unknown) => void timers.delete(handle))
  const ring = (): void => {
    const due = [...timers].filter(([, { at }]) => at <= now)
    for (const [handle, { work }] of due) if (timers.delete(handle)) work()
  }
  return {
    pass: (ms) => {
      for (let passed = 0; passed < ms; passed += 1) {
        now += 1
        ring()
      }
    },
    stand: (ms) => {
      now += ms
      ring()
    },
    live: () => timers.size,
    made: () => made,
  }
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

for (const [aimed, ms, at] of [
  ['earlier', 5, 12],
  ['later', 50, 57],
  ['at the same time', 3, 10],
] as const)
  test(`aimed ${aimed}, a watchdog expires once, then, and for the new reason alone`, (t) => {
    const time = stopTime(t)
    const expired: (string | number)[] = []
    const dog = new Watchdog(10, () => expired.push('old'))
    time.pass(7)
    dog.aim(ms, () => expired.push(clock()))
    assert.equal(time.live(), 1)
    time.pass(at - 8)
    assert.deepEqual(expired, [])
    time.pass(100)
    assert.deepEqual(expired, [at])
    assert.equal(time.live(), 0)
  })

test('aimed later, it keeps the timer that it has; aimed earlier, it makes one and clears the other', (t) => {
  const time = stopTime(t)
  const dog = new Watchdog(10, () => assert.fail('it was aimed anew'))
  dog.aim(10, () => assert.fail('it was aimed anew'))
  dog.aim(100, () => assert.fail('it was aimed anew'))
  assert.deepEqual([time.made(), time.live()], [1, 1])
  dog.aim(5, () => undefined)
  assert.deepEqual([time.made(), time.live()], [2, 1])
  time.pass(5)
  assert.equal(time.live(), 0)
})

test('a second pause takes nothing from what was left at the first', (t) => {
  const time = stopTime(t)
  const expired: number[] = []
  const dog = new Watchdog(10, () => expired.push(clock()))
  time.pass(2)
  dog.pause()
  time.pass(5)
  dog.pause()
  time.pass(20)
  dog.resume()
  time.pass(100)
  assert.deepEqual(expired, [35])
})

test('a delay that is aborted leaves no timer', async (t) => {
  const time = stopTime(t)
  const leaving = new AbortController()
  const waiting = delay(1_000, leaving.signal)
  assert.equal(time.live(), 1)
  leaving.abort('client_gone')
  assert.equal(time.live(), 0)
  await assert.rejects(waiting, (error) => error === 'client_gone')
})

test('aimed while paused, it runs', (t) => {
  const time = stopTime(t)
  const expired: number[] = []
  const dog = new Watchdog(10, () => assert.fail('it was aimed anew'))
  dog.pause()
  time.pass(50)
  dog.aim(5, () => expired.push(clock()))
  time.pass(4)
  dog.resume()
  time.pass(50)
  assert.deepEqual(expired, [55])
})

test('aimed once it has expired or was stopped, it stays so, and makes no timer', (t) => {
  const time = stopTime(t)
  let expired = 0
  const late = new Watchdog(10, () => (expired += 1))
  const stopped = new Watchdog(10, () => assert.fail('it was stopped'))
  stopped.stop()
  time.pass(10)
  for (const dog of [late, stopped]) dog.aim(5, () => assert.fail('it was over'))
  assert.equal(time.live(), 0)
  time.pass(100)
  assert.equal(expired, 1)
})

test('what is aimed anew by the very expiry stays over', (t) => {
  const time = stopTime(t)
  let expired = 0
  const dog: Watchdog = new Watchdog(10, () => {
    expired += 1
    dog.aim(5, () => (expired += 1))
  })
  time.pass(100)
  assert.deepEqual([expired, time.live()], [1, 0])
})

test('aimed after a standstill before sockets were heard out, it waits the whole new time', async (t) => {
  const time = stopTime(t)
  const expired: number[] = []
  const dog = new Watchdog(10, () => assert.fail('it was aimed anew'))
  time.stand(500)
  dog.aim(10, () => expired.push(clock()))
  await turn()
  assert.deepEqual(expired, [])
  time.pass(9)
  assert.deepEqual(expired, [])
  time.pass(1)
  assert.deepEqual(expired, [510])
})

test('paused and resumed after a standstill before sockets were heard out, it still expires, once', async (t) => {
  const time = stopTime(t)
  let expired = 0
  const dog = new Watchdog(10, () => (expired += 1))
  time.stand(500)
  dog.pause()
  dog.resume()
  for (let turns = 0; turns < 3; turns += 1) {
    await turn()
    time.pass(1)
  }
  assert.deepEqual([expired, time.live()], [1, 0])
})

/** What a watchdog is, without timers. */
interface Model {
  due: number
  ms: number
  left: number | null
  aim: number
  over: boolean
  readonly expired: [aim: number, at: number][]
}

type Step = readonly [
  'touch' | 'pause' | 'resume' | 'stop' | 'aim' | 'pass',
  /** Milliseconds of an aim, or that go by. */
  number,
]

function foretell(model: Model, [step, ms]: Step, now: number, aim: number): void {
  if (step === 'pass') {
    if (model.over || model.left !== null || model.due > now + ms) return
    model.over = true
    model.expired.push([model.aim, model.due])
  } else if (model.over) return
  else if (step === 'stop') model.over = true
  else if (step === 'pause') model.left ??= model.due - now
  else if (step === 'aim') Object.assign(model, { ms, due: now + ms, left: null, aim })
  else if (step === 'touch' && model.left !== null) model.left = model.ms
  else if (step === 'touch') model.due = now + model.ms
  else if (model.left !== null) Object.assign(model, { due: now + model.left, left: null })
}

function obey(dog: Watchdog, [step, ms]: Step, time: Time, expire: () => void): void {
  if (step === 'aim') dog.aim(ms, expire)
  else if (step === 'pass') time.pass(ms)
  else dog[step]()
}

test('whatever is done to it in whatever order, it expires when and for what the model says, with one timer at most', (t) => {
  const time = stopTime(t)
  const ms = fc.integer({ min: 1, max: 30 })
  const of = (step: Step[0], weight: number) => ({
    weight,
    arbitrary: fc.tuple(fc.constant(step), ms),
  })
  const step: fc.Arbitrary<Step> = fc.oneof(
    of('pass', 12),
    of('pause', 9),
    of('resume', 9),
    of('touch', 3),
    of('aim', 3),
    of('stop', 1),
  )
  fc.assert(
    fc.property(ms, fc.array(step, { maxLength: 40 }), (first, script) => {
      const start = clock()
      const expired: [number, number][] = []
      const note = (aim: number) => (): void => void expired.push([aim, clock()])
      const model: Model = {
        due: start + first,
        ms: first,
        left: null,
        aim: 0,
        over: false,
        expired: [],
      }
      const dog = new Watchdog(first, note(0))
      for (const [index, each] of [...script, ['pass', 100] as const].entries()) {
        foretell(model, each, clock(), index + 1)
        obey(dog, each, time, note(index + 1))
        assert.deepEqual(expired, model.expired)
        assert.ok(time.live() <= (model.over ? 0 : 1), 'a timer that nobody waits for')
        assert.ok(model.over || model.left !== null || time.live() === 1, 'nothing will wake it')
      }
      dog.stop()
      assert.equal(time.live(), 0)
    }),
    { numRuns: Number(process.env['MODEL_RUNS'] ?? 500) },
  )
})
