// The breaker against a plain model, under a clock of our own: every order of admissions, outcomes and waits.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import * as fc from 'fast-check'
import { Fault, type Verdict } from '../../src/protocol/fault.ts'
import { Breaker, type BreakerState, type Pass } from '../../src/resilience/breaker.ts'

const RULES = { failure_percent: 50, minimum_requests: 4, window_ms: 1e9, open_ms: 1_000 }

/** Opened by so little that a walk sees every state many times. */
const QUICK = { ...RULES, minimum_requests: 2 }

/** What the breaker should be, said as plainly as it can be: no window, no opossum. */
class Model {
  state: BreakerState = 'closed'
  generation = 0
  failures = 0
  calls = 0
  reopenAt = 0
  probing = false
  readonly changes: BreakerState[] = []

  to(state: BreakerState, now: number): void {
    this.state = state
    this.changes.push(state)
    this.generation += 1
    this.probing = false
    this.failures = 0
    this.calls = 0
    if (state === 'open') this.reopenAt = now + QUICK.open_ms
  }

  wait(now: number): void {
    if (this.state === 'open' && now >= this.reopenAt) this.to('half_open', now)
  }

  admits(): boolean {
    return this.state === 'closed' || (this.state === 'half_open' && !this.probing)
  }

  record(verdict: Verdict, generation: number, now: number): void {
    if (generation !== this.generation) return
    if (verdict === 'neutral') this.probing = false
    else if (this.state === 'half_open') this.to(verdict === 'success' ? 'closed' : 'open', now)
    else {
      this.calls += 1
      if (verdict === 'failure') this.failures += 1
      const tooMany = this.failures * 100 >= QUICK.failure_percent * this.calls
      if (verdict === 'failure' && this.calls >= QUICK.minimum_requests && tooMany)
        this.to('open', now)
    }
  }
}

type Step =
  | { readonly step: 'admit' }
  | { readonly step: 'record'; readonly pick: number; readonly verdict: Verdict }
  | { readonly step: 'begin'; readonly pick: number }
  | { readonly step: 'wait'; readonly ms: number }

const verdicts = fc.constantFrom<Verdict>('failure', 'failure', 'success', 'neutral')
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ step: fc.constant('admit' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        step: fc.constant('record' as const),
        pick: fc.nat(),
        verdict: verdicts,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ step: fc.constant('begin' as const), pick: fc.nat() }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        step: fc.constant('wait' as const),
        ms: fc.constantFrom(1, 400, 1_000),
      }),
    },
  ),
  { maxLength: 60 },
)

function admitted(breaker: Breaker): Pass | null {
  try {
    return breaker.admit()
  } catch (error) {
    assert.ok(error instanceof Fault && error.kind === 'circuit_open')
    assert.ok(error.retry_after_ms !== null && error.retry_after_ms > 0)
    return null
  }
}

/** opossum settles what it is told within a few turns. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}

async function follow(script: readonly Step[]): Promise<void> {
  let now = 0
  const model = new Model()
  const changes: BreakerState[] = []
  const breaker = new Breaker(
    QUICK,
    (state) => changes.push(state),
    () => now,
  )
  const open: { pass: Pass; generation: number; probe: boolean; told: boolean }[] = []
  try {
    for (const step of script) {
      if (step.step === 'admit') {
        const may = model.admits()
        const pass = admitted(breaker)
        assert.equal(pass !== null, may, `admission while ${model.state}`)
        if (pass) {
          const probe = model.state === 'half_open'
          open.push({ pass, generation: model.generation, probe, told: false })
          model.probing = probe
        }
      } else if (step.step === 'begin') {
        const entry = open[step.pick % Math.max(1, open.length)]
        entry?.pass.begun()
        // Output tells of a probe alone; whoever is no probe is judged by its end.
        if (entry?.probe && !entry.told) {
          entry.told = true
          model.record('success', entry.generation, now)
        }
        await settle()
      } else if (step.step === 'record') {
        const [entry] = open.length > 0 ? open.splice(step.pick % open.length, 1) : []
        entry?.pass.record(step.verdict)
        // A second word on the same call counts for nothing.
        entry?.pass.record('failure')
        if (entry && !entry.told) model.record(step.verdict, entry.generation, now)
        await settle()
      } else {
        now += step.ms
        mock.timers.tick(step.ms)
        model.wait(now)
      }
      assert.equal(breaker.view.state, model.state)
      assert.deepEqual(changes, model.changes)
    }
    assert.equal(breaker.view.opened, changes.filter((state) => state === 'open').length)
  } finally {
    breaker.dispose()
  }
}

test('the breaker does what its model does, in every order of calls, outcomes and waits', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  try {
    await fc.assert(fc.asyncProperty(steps, follow), {
      numRuns: Number(process.env['MODEL_RUNS'] ?? 500),
    })
  } finally {
    mock.timers.reset()
  }
})

test('failures leave the window as time passes', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  const breaker = new Breaker({ ...RULES, window_ms: 1_000 }, () => undefined)
  try {
    const fail = async (): Promise<void> => {
      breaker.admit().record('failure')
      await settle()
    }
    for (let count = 0; count < 3; count += 1) await fail()
    for (let step = 0; step < 11; step += 1) mock.timers.tick(100)
    for (let count = 0; count < 3; count += 1) await fail()
    assert.equal(breaker.view.state, 'closed')
    await fail()
    assert.equal(breaker.view.state, 'open')
  } finally {
    breaker.dispose()
    mock.timers.reset()
  }
})

test('other rules hold at once while it is closed, and from its next closing on while it is open', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  let now = 0
  const breaker = new Breaker(
    RULES,
    () => undefined,
    () => now,
  )
  const fail = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      breaker.admit().record('failure')
      await settle()
    }
  }
  const pass = (ms: number): void => {
    now += ms
    mock.timers.tick(ms)
  }
  try {
    breaker.rules = { ...RULES, minimum_requests: 2 }
    await fail(2)
    breaker.rules = { ...RULES, minimum_requests: 3, open_ms: 50 }
    assert.deepEqual(breaker.view, { state: 'open', retry_after_ms: 1_000, opened: 1 })
    pass(1_000)
    breaker.admit().begun()
    await settle()
    assert.equal(breaker.view.state, 'closed')
    await fail(2)
    assert.equal(breaker.view.state, 'closed')
    await fail(1)
    assert.deepEqual(breaker.view, { state: 'open', retry_after_ms: 50, opened: 2 })
  } finally {
    breaker.dispose()
    mock.timers.reset()
  }
})

async function failed(breaker: Breaker, times: number): Promise<BreakerState> {
  for (let count = 0; count < times; count += 1) breaker.admit().record('failure')
  await settle()
  return breaker.view.state
}

test('rules that are the same keep the window, and each that differs empties it', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  try {
    for (const [change, state] of [
      [{}, 'open'],
      [{ failure_percent: 60 }, 'closed'],
      [{ minimum_requests: 3 }, 'closed'],
      [{ window_ms: 2e9 }, 'closed'],
      [{ open_ms: 7 }, 'closed'],
    ] as const) {
      const breaker = new Breaker(RULES, () => undefined)
      await failed(breaker, 3)
      breaker.rules = { ...RULES, ...change }
      assert.equal(await failed(breaker, 1), state, JSON.stringify(change))
      breaker.dispose()
    }
  } finally {
    mock.timers.reset()
  }
})

test('a refusal says whether it is open or being tried out, and how long to wait', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  const breaker = new Breaker(
    RULES,
    () => undefined,
    () => 0,
  )
  try {
    for (let count = 0; count < 4; count += 1) breaker.admit().record('failure')
    await settle()
    const open = { code: 'open', retry_after_ms: 1_000, message: /failed too often/ }
    assert.throws(() => breaker.admit(), open)
    mock.timers.tick(1_000)
    const probe = breaker.admit()
    const tried = { code: 'half_open', retry_after_ms: 1_000, message: /tried out/ }
    assert.throws(() => breaker.admit(), tried)
    probe.record('neutral')
    breaker.admit()
    assert.throws(() => breaker.admit(), tried)
  } finally {
    breaker.dispose()
    mock.timers.reset()
  }
})

test('exactly the configured share of failures opens it', async () => {
  const breaker = new Breaker(RULES, () => undefined)
  for (const verdict of ['success', 'success', 'failure'] as const) breaker.admit().record(verdict)
  await settle()
  assert.equal(breaker.view.state, 'closed')
  breaker.admit().record('failure')
  await settle()
  assert.equal(breaker.view.state, 'open')
  breaker.dispose()
})
