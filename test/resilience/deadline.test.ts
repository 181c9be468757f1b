import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { clock, delay, every, Watchdog } from '../../src/resilience/deadline.ts'

/** Timers and the monotonic clock move only when told to. */
function stopTime(t: TestContext): (ms: number) => void {
  let now = 0
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  t.mock.method(performance, 'now', () => now)
  return (ms) => {
    for (let passed = 0; passed < ms; passed++) {
      now++
      t.mock.timers.tick(1)
    }
  }
}

test('a delay resolves when its time has passed, not before', async (t) => {
  const pass = stopTime(t)
  let done = false
  const waiting = delay(10).then(() => (done = true))
  pass(9)
  await Promise.resolve()
  assert.equal(done, false)
  pass(1)
  await waiting
  assert.equal(done, true)
})

const isClientGone = (error: unknown): boolean => error === 'client_gone'

test('a delay ends with the reason of its signal, also one that had aborted before', async (t) => {
  const pass = stopTime(t)
  const controller = new AbortController()
  const waiting = delay(10, controller.signal)
  controller.abort('client_gone')
  await assert.rejects(waiting, isClientGone)
  await assert.rejects(delay(10, controller.signal), isClientGone)
  pass(20)
})

test('a watchdog expires once, a whole period after the last touch', (t) => {
  const pass = stopTime(t)
  const expired: number[] = []
  const dog = new Watchdog(10, () => expired.push(clock()))
  pass(7)
  dog.touch()
  pass(9)
  assert.deepEqual(expired, [])
  pass(100)
  assert.deepEqual(expired, [17])
})

test('a long wait is over to the millisecond, also one of broken seconds', (t) => {
  const pass = stopTime(t)
  for (const ms of [1_999, 2_000, 2_001, 3_999, 10_250, 4_000.5]) {
    const begun = clock()
    const expired: number[] = []
    const dog = new Watchdog(ms, () => expired.push(clock() - begun))
    pass(12_000)
    dog.stop()
    assert.deepEqual(expired, [Math.ceil(ms)])
  }
})

test('a paused watchdog stands still and goes on with what was left', (t) => {
  const pass = stopTime(t)
  const expired: number[] = []
  const dog = new Watchdog(10, () => expired.push(clock()))
  pass(4)
  dog.pause()
  dog.pause()
  pass(100)
  assert.deepEqual(expired, [])
  dog.resume()
  dog.resume()
  pass(5)
  assert.deepEqual(expired, [])
  pass(10)
  assert.deepEqual(expired, [110])
})

test('a touch while paused gives the whole period on resumption', (t) => {
  const pass = stopTime(t)
  let expired = false
  const dog = new Watchdog(10, () => (expired = true))
  pass(9)
  dog.pause()
  dog.touch()
  dog.resume()
  pass(9)
  assert.equal(expired, false)
  pass(1)
  assert.equal(expired, true)
})

test('a stopped watchdog never expires, whatever is done to it later', (t) => {
  const pass = stopTime(t)
  const dog = new Watchdog(10, () => assert.fail('it was stopped'))
  dog.stop()
  dog.touch()
  dog.pause()
  dog.resume()
  pass(100)
})

test('touching makes no timer: a million touches leave the one that was there', (t) => {
  let made = 0
  const real = globalThis.setTimeout
  t.mock.method(globalThis, 'setTimeout', (work: () => void, ms: number) => {
    made++
    return real(work, ms)
  })
  const dog = new Watchdog(10_000, () => undefined)
  for (let i = 0; i < 1_000_000; i++) dog.touch()
  dog.stop()
  assert.equal(made, 1)
})

test('a wait beyond what timers can count does not fire at once', (t) => {
  const pass = stopTime(t)
  const dog = new Watchdog(2 ** 40, () => assert.fail('years too early'))
  pass(50)
  dog.stop()
})

test('every works at each interval until it is stopped', (t) => {
  const pass = stopTime(t)
  const worked: number[] = []
  const stop = every(10, () => worked.push(clock()))
  pass(35)
  stop()
  pass(35)
  assert.deepEqual(worked, [10, 20, 30])
})

/** The process stands still for `ms` and goes on: all timers are late. */
function standStill(t: TestContext): (ms: number) => void {
  let now = 0
  t.mock.timers.enable({ apis: ['setTimeout'] })
  t.mock.method(performance, 'now', () => now)
  return (ms) => {
    now += ms
    t.mock.timers.tick(ms)
  }
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('after a standstill a watchdog hears the sockets out before it expires', async (t) => {
  const pass = standStill(t)
  const expired: number[] = []
  const dog = new Watchdog(10, () => expired.push(clock()))
  const silent = new Watchdog(10, () => expired.push(-1))
  const stopped = new Watchdog(10, () => expired.push(-2))
  const paused = new Watchdog(10, () => expired.push(-3))
  pass(500)
  assert.deepEqual(expired, [])
  dog.touch()
  stopped.stop()
  paused.pause()
  await turn()
  assert.deepEqual(expired, [-1])
  pass(10)
  await turn()
  assert.deepEqual(expired, [-1, 510])
  dog.touch()
  silent.touch()
  pass(1_000)
  await turn()
  assert.deepEqual(expired, [-1, 510])
  paused.resume()
  pass(1_000)
  await turn()
  assert.deepEqual(expired, [-1, 510, -3])
})

test('a second standstill is no worse than the first', async (t) => {
  const pass = standStill(t)
  let expired = 0
  const dog = new Watchdog(10, () => (expired += 1))
  for (let count = 0; count < 3; count += 1) {
    pass(500)
    dog.touch()
    await turn()
    assert.equal(expired, 0)
  }
  dog.stop()
})

test('a little late is no standstill', (t) => {
  const pass = standStill(t)
  let expired = 0
  const dog = new Watchdog(10, () => (expired += 1))
  pass(110)
  assert.equal(expired, 1)
  dog.stop()
})

test('a wait longer than timers can hold is not over at once', async () => {
  const leaving = new AbortController()
  const waiting = delay(2 ** 40, leaving.signal)
  const first = await Promise.race([waiting.then(() => 'over'), delay(20).then(() => 'waiting')])
  assert.equal(first, 'waiting')
  leaving.abort('client_gone')
  await assert.rejects(waiting, isClientGone)
})

test('a watchdog that has expired does not expire again, whatever is done to it later', (t) => {
  const pass = stopTime(t)
  let expired = 0
  const dog = new Watchdog(10, () => (expired += 1))
  pass(20)
  dog.touch()
  dog.pause()
  dog.resume()
  pass(100)
  assert.equal(expired, 1)
})
