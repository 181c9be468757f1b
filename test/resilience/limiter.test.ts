// The limiter's laws: never above the cap, nobody forgotten, fair between clients, released once.
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Limiter, type Release } from '../../src/resilience/limiter.ts'

const free = new AbortController().signal
const RULES = { max_concurrency: 2, max_queue: 100, requests_per_second: null }
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

test('a client with many requests waits behind one with few', async () => {
  const limiter = new Limiter({ ...RULES, max_concurrency: 1 })
  const order: string[] = []
  const enter = async (client: number, name: string): Promise<void> => {
    const release = await limiter.acquire(client, free)
    order.push(name)
    await Promise.resolve()
    release()
  }
  await Promise.all([
    enter(1, 'a1'),
    enter(1, 'a2'),
    enter(1, 'a3'),
    enter(2, 'b1'),
    enter(3, 'c1'),
    enter(2, 'b2'),
  ])
  assert.deepEqual(order, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2'])
})

test('where too many wait, one more is refused at once', async () => {
  const limiter = new Limiter({ ...RULES, max_concurrency: 1, max_queue: 1 })
  const release = await limiter.acquire(1, free)
  const waiting = limiter.acquire(2, free)
  await assert.rejects(limiter.acquire(3, free), { kind: 'overloaded', code: 'queue_full' })
  release()
  ;(await waiting)()
  assert.deepEqual([limiter.running, limiter.waiting], [0, 0])
})

test('starts are spaced evenly', async () => {
  const limiter = new Limiter({ max_concurrency: 10, max_queue: 10, requests_per_second: 1_000 })
  const releases = await Promise.all([1, 2, 3].map((client) => limiter.acquire(client, free)))
  for (const release of releases) release()
  assert.equal(limiter.running, 0)
})

test('who leaves while waiting for its turn to start takes no turn with it', async (t) => {
  let now = 0
  t.mock.timers.enable({ apis: ['setTimeout'] })
  t.mock.method(performance, 'now', () => now)
  const limiter = new Limiter({ max_concurrency: 10, max_queue: 10, requests_per_second: 1 })
  const first = await limiter.acquire(1, free)
  const leaving = new AbortController()
  const left = Promise.allSettled(
    [1, 1, 1].map((client) => limiter.acquire(client, leaving.signal)),
  )
  assert.deepEqual([limiter.running, limiter.waiting], [1, 3])
  leaving.abort()
  await left
  const second = limiter.acquire(2, free)
  await settle()
  now += 1_000
  t.mock.timers.tick(1_000)
  ;(await second)()
  first()
  assert.deepEqual([limiter.running, limiter.waiting], [0, 0])
})

test('starts that must follow each other slowly are fair between clients, too', async (t) => {
  let now = 0
  t.mock.timers.enable({ apis: ['setTimeout'] })
  t.mock.method(performance, 'now', () => now)
  const limiter = new Limiter({ max_concurrency: 10, max_queue: 10, requests_per_second: 10 })
  const order: number[] = []
  const all = [1, 1, 1, 1, 2].map(async (client) => {
    await limiter.acquire(client, free)
    order.push(client)
  })
  for (let turn = 0; turn < 5; turn += 1) {
    await settle()
    assert.equal(order.length, turn + 1)
    now += 100
    t.mock.timers.tick(100)
  }
  await Promise.all(all)
  assert.deepEqual(order, [1, 1, 2, 1, 1])
})

test('without a queue whoever finds a place is let in', async () => {
  const limiter = new Limiter({ ...RULES, max_queue: 0 })
  await limiter.acquire(1, free)
  await limiter.acquire(1, free)
  await assert.rejects(limiter.acquire(1, free), { code: 'queue_full' })
})

test('an idle time earns no burst', async (t) => {
  let now = 100_000
  t.mock.timers.enable({ apis: ['setTimeout'] })
  t.mock.method(performance, 'now', () => now)
  const limiter = new Limiter({ max_concurrency: 10, max_queue: 10, requests_per_second: 1 })
  await limiter.acquire(1, free)
  const second = limiter.acquire(1, free)
  await settle()
  assert.equal(limiter.running, 1)
  now += 1_000
  t.mock.timers.tick(1_000)
  await second
})

const timed = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

test('nobody waiting means nothing timed', async () => {
  const limiter = new Limiter({ max_concurrency: 10, max_queue: 10, requests_per_second: 0.01 })
  const others = timed()
  await limiter.acquire(1, free)
  const [one, other] = [new AbortController(), new AbortController()]
  const left = Promise.allSettled([
    limiter.acquire(1, one.signal),
    limiter.acquire(1, other.signal),
  ])
  await settle()
  one.abort()
  await settle()
  assert.equal(timed(), others + 1)
  other.abort()
  await left
  await settle()
  assert.equal(timed(), others)
})

test('a smaller cap admits none until the running ones are below it', async () => {
  const limiter = new Limiter(RULES)
  const [first, second] = await Promise.all([limiter.acquire(1, free), limiter.acquire(1, free)])
  limiter.rules = { ...RULES, max_concurrency: 1 }
  let entered = false
  const third = limiter.acquire(1, free).then((release) => {
    entered = true
    return release
  })
  first?.()
  await settle()
  assert.equal(entered, false)
  second?.()
  ;(await third)()
})

test('a larger cap lets in at once who waits for it', async () => {
  const limiter = new Limiter({ ...RULES, max_concurrency: 1 })
  await limiter.acquire(1, free)
  const waiting = [limiter.acquire(1, free), limiter.acquire(2, free)]
  limiter.rules = { ...RULES, max_concurrency: 3 }
  await Promise.all(waiting)
  assert.deepEqual([limiter.running, limiter.waiting], [3, 0])
})

test('another rate holds at once: nobody waits for a start by the old one', async (t) => {
  let now = 0
  t.mock.timers.enable({ apis: ['setTimeout'] })
  t.mock.method(performance, 'now', () => now)
  const limiter = new Limiter({ max_concurrency: 10, max_queue: 10, requests_per_second: 0.001 })
  await limiter.acquire(1, free)
  const waiting = [1, 2, 3].map((client) => limiter.acquire(client, free))
  await settle()
  limiter.rules = { max_concurrency: 10, max_queue: 10, requests_per_second: 10 }
  for (const running of [2, 3, 4]) {
    await settle()
    assert.equal(limiter.running, running)
    now += 100
    t.mock.timers.tick(100)
  }
  await Promise.all(waiting)
})

test('starts follow each other by the same time each, also those that need not wait', async (t) => {
  let now = 0
  t.mock.timers.enable({ apis: ['setTimeout'] })
  t.mock.method(performance, 'now', () => now)
  const limiter = new Limiter({ max_concurrency: 10, max_queue: 10, requests_per_second: 4 })
  const starts: number[] = []
  const enter = async (): Promise<void> => {
    await limiter.acquire(1, free)
    starts.push(now)
  }
  const all = [enter(), enter(), enter()]
  for (; now < 1_000; now += 50, t.mock.timers.tick(50)) {
    await settle()
    if (now === 900) all.push(enter(), enter())
    await settle()
  }
  now = 1_150
  t.mock.timers.tick(150)
  await Promise.all(all)
  assert.deepEqual(starts, [0, 250, 500, 900, 1_150])
  const quick = new Limiter({ max_concurrency: 10, max_queue: 10, requests_per_second: 1_000 })
  await quick.acquire(1, free)
  const second = quick.acquire(1, free)
  await settle()
  assert.equal(quick.running, 1)
  now += 1
  t.mock.timers.tick(1)
  await second
})

test('nobody overtakes the one that waits, although a start is due by now', async (t) => {
  let now = 0
  t.mock.timers.enable({ apis: ['setTimeout'] })
  t.mock.method(performance, 'now', () => now)
  const limiter = new Limiter({ max_concurrency: 10, max_queue: 10, requests_per_second: 4 })
  assert.ok(limiter.take())
  const waiting = limiter.acquire(1, free)
  now = 400
  assert.equal(limiter.take(), null)
  t.mock.timers.tick(400)
  await waiting
  assert.equal(limiter.running, 2)
})

test('who was let in hears its signal no more', async () => {
  const limiter = new Limiter({ ...RULES, max_concurrency: 1 })
  const { signal } = new AbortController()
  const release = await limiter.acquire(1, free)
  const waiting = limiter.acquire(1, signal)
  assert.equal(getEventListeners(signal, 'abort').length, 1)
  release()
  await waiting
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('who has left already takes no place, also where one is free', async () => {
  const limiter = new Limiter(RULES)
  const left = AbortSignal.abort('client_gone')
  await assert.rejects(limiter.acquire(1, left), (error) => error === 'client_gone')
  assert.deepEqual([limiter.running, limiter.waiting], [0, 0])
})

test('the cap is never passed, nobody is forgotten, and all places come back, whatever the order', async () => {
  const step = fc.oneof(
    fc.record({ step: fc.constant('enter' as const), client: fc.nat(3) }),
    fc.record({ step: fc.constant('leave' as const), pick: fc.nat() }),
    fc.record({ step: fc.constant('abort' as const), pick: fc.nat() }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (script) => {
      const limiter = new Limiter(RULES)
      const held: Release[] = []
      const waiting: AbortController[] = []
      let asked = 0
      let gone = 0
      for (const each of script) {
        if (each.step === 'enter') {
          const controller = new AbortController()
          asked += 1
          waiting.push(controller)
          limiter.acquire(each.client, controller.signal).then(
            (release) => held.push(release),
            () => (gone += 1),
          )
        } else if (each.step === 'leave' && held.length > 0) {
          const [release] = held.splice(each.pick % held.length, 1)
          release?.()
          release?.()
        } else if (each.step === 'abort' && waiting.length > 0)
          waiting[each.pick % waiting.length]?.abort()
        await settle()
        assert.ok(limiter.running <= RULES.max_concurrency)
        assert.equal(limiter.running, held.length)
        assert.ok(
          limiter.waiting === 0 || limiter.running === RULES.max_concurrency,
          'a free place with somebody waiting',
        )
      }
      let left = 0
      while (held.length > 0) {
        held.shift()?.()
        left += 1
        await settle()
      }
      assert.deepEqual([limiter.running, limiter.waiting], [0, 0])
      assert.ok(left + gone <= asked)
    }),
    { numRuns: Number(process.env['MODEL_RUNS'] ?? 100) },
  )
})
