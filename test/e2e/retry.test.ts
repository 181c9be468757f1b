// Retries, as a client of the real daemon sees them: what is tried again, when, how often, and that none of it is hidden.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startSimulator, type Simulator } from '../../src/simulator/server.ts'
import type { Script } from '../../src/simulator/script.ts'
import {
  chatTarget,
  openClient,
  startDaemon,
  type Client,
  type Daemon,
  type Terminal,
} from './daemon.ts'

let simulator: Simulator
let daemon: Daemon
let client: Client
let serial = 0

before(async () => {
  simulator = await startSimulator()
  const gemini = { dialect: 'gemini', endpoint: `${simulator.url}/v1beta` }
  daemon = await startDaemon({
    targets: {
      t: chatTarget(simulator.url),
      poor: chatTarget(simulator.url, {
        reliability: { retry_budget_percent: 0, backoff_base_ms: 1 },
      }),
      patient: chatTarget(simulator.url, { reliability: { max_retry_after_ms: 600_000 } }),
      gemini: chatTarget(simulator.url, gemini),
    },
    reliability: {
      backoff_base_ms: 20,
      backoff_max_ms: 40,
      max_retry_after_ms: 1_500,
      breaker: { minimum_requests: 1_000 },
    },
  })
  client = await openClient(daemon.socket)
})
after(async () => {
  client.close()
  await daemon.close()
  await simulator.close()
})

const OK: Script = { steps: [{ type: 'text', text: 'fine' }] }
const failing = (status: number, headers: Record<string, string> = {}, body?: object): Script => ({
  error: { status, ...(body && { body: { ...body } }) },
  headers,
})

interface Told {
  readonly end: Terminal
  readonly delays: number[]
  /** Milliseconds between the provider's requests. */
  readonly gaps: number[]
}

async function ask(
  scripts: readonly [Script, ...Script[]],
  target = 't',
  more: object = {},
): Promise<Told> {
  const model = `m${(serial += 1)}`
  simulator.script(model, ...scripts)
  const from = simulator.requests.length
  const end = await client.infer({ request_id: model, target, model, ...more })
  const times = simulator.requests.slice(from).map(({ received_at }) => received_at)
  return {
    end,
    delays: client.events.flatMap((event) =>
      event.type === 'retrying' && event.request_id === model ? [event.delay_ms] : [],
    ),
    gaps: times.slice(1).map((time, index) => time - (times[index] ?? 0)),
  }
}

const faultOf = ({ end }: Told): object => {
  assert.equal(end.type, 'failed')
  const { kind, code, retryable, retry_after_ms } =
    end.type === 'failed' ? end.error : assert.fail()
  return { kind, code, retryable, retry_after_ms }
}

test('a retryable fault is tried again, each try is told, and the answer is the last attempt', async () => {
  const told = await ask([failing(503), failing(500), OK])
  assert.equal(told.end.type, 'completed')
  assert.equal(told.delays.length, 2)
  assert.deepEqual(
    told.end.attempts.map(({ http_status, error }) => [http_status, error?.kind ?? null]),
    [
      [503, 'overloaded'],
      [500, 'provider_error'],
      [200, null],
    ],
  )
  assert.deepEqual(
    told.delays.map((delay) => delay <= 40),
    [true, true],
  )
})

test('max_retries of the request tightens, and the last fault is told when they are used up', async () => {
  const told = await ask([failing(503)], 't', { limits: { max_retries: 1 } })
  assert.deepEqual(faultOf(told), {
    kind: 'overloaded',
    code: null,
    retryable: true,
    retry_after_ms: null,
  })
  assert.deepEqual([told.delays.length, told.end.attempts.length], [1, 2])
})

for (const [form, headers] of [
  ['retry-after-ms', { 'retry-after-ms': '300', 'retry-after': '60' }],
  ['retry-after in seconds', { 'retry-after': '0.3' }],
  [
    'retry-after as a date, by the provider’s own clock',
    { 'retry-after': 'Thu, 01 Jan 2026 00:00:01 GMT', date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
  ],
] as const)
  test(`${form} is waited for`, async () => {
    const told = await ask([failing(429, headers), OK])
    const wanted = 'date' in headers ? 1_000 : 300
    assert.deepEqual([told.end.type, told.delays], ['completed', [wanted]])
    assert.ok(told.gaps.length === 1 && (told.gaps[0] ?? 0) >= wanted - 10, told.gaps.join(' '))
  })

test('Gemini’s RetryInfo is waited for, with its fraction', async () => {
  const body = {
    error: {
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      message: 'slow down',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0.25s' }],
    },
  }
  const told = await ask([failing(429, {}, body), OK], 'gemini')
  assert.deepEqual([told.end.type, told.delays], ['completed', [250]])
})

test('a wait longer than allowed is not waited: the request fails at once and says how long', async () => {
  const told = await ask([failing(429, { 'retry-after': '3600' }), OK])
  assert.deepEqual(faultOf(told), {
    kind: 'rate_limited',
    code: null,
    retryable: true,
    retry_after_ms: 3_600_000,
  })
  assert.deepEqual(told.delays, [])
})

test('a wait that passes the total deadline is not begun', async () => {
  const told = await ask([failing(503, { 'retry-after': '1' }), OK], 't', {
    limits: { total_timeout_ms: 500 },
  })
  assert.deepEqual([told.end.type, told.delays], ['failed', []])
})

test('x-should-retry: false forbids what the status would allow', async () => {
  assert.deepEqual((await ask([failing(503, { 'x-should-retry': 'false' }), OK])).delays, [])
})

for (const [what, script] of [
  ['a used-up quota', { error: { status: 429, kind: 'quota' } }],
  ['a bad request', failing(400)],
  ['an unknown model', failing(404)],
  ['a bad key', failing(401)],
  [
    'a redirect',
    { error: { status: 307, body: '' }, headers: { location: 'http://127.0.0.1:1/' } },
  ],
] as const satisfies readonly (readonly [string, Script])[])
  test(`${what} is never tried again`, async () => {
    const told = await ask([script, OK])
    assert.deepEqual([told.end.type, told.delays, told.gaps], ['failed', [], []])
  })

test('nothing is tried again once output is out; what came is in the message', async () => {
  const told = await ask([
    { steps: [{ type: 'text', text: 'half an' }], marker: false, cut_at: 900, ending: 'half' },
    OK,
  ])
  assert.deepEqual([told.end.type, told.delays], ['failed', []])
  assert.ok(told.end.message)
})

test('a budget stops storms: without one, ten retries are all that a target gets', async () => {
  let retries = 0
  for (let count = 0; count < 12; count += 1)
    retries += (await ask([failing(503)], 'poor')).delays.length
  assert.equal(retries, 10)
})

test('a 429 holds for all: while the target asks to be left alone nobody calls it', async () => {
  const model = 'shared'
  simulator.script(model, failing(429, { 'retry-after-ms': '600000' }), OK)
  const first = client.infer({ request_id: 'first', target: 'patient', model })
  await client.next(({ type, request_id }) => type === 'retrying' && request_id === 'first')
  const second = client.infer({ request_id: 'second', target: 'patient', model })
  const told = await client.next(
    ({ type, request_id }) => type === 'retrying' && request_id === 'second',
  )
  assert.ok(told.type === 'retrying')
  assert.deepEqual([told.error.kind, told.error.code], ['rate_limited', 'cooling_down'])
  assert.ok(told.delay_ms > 0 && told.delay_ms <= 600_000)
  for (const request_id of ['first', 'second']) client.send({ type: 'cancel', request_id })
  assert.deepEqual([(await first).type, (await second).type], ['cancelled', 'cancelled'])
  const calls = simulator.requests.filter(({ body }) => JSON.stringify(body).includes('"shared"'))
  assert.equal(calls.length, 1)
})

test('a wait that nobody makes is begun by nobody: who comes during it fails at once and is told all of it', async () => {
  const model = 'exhausted'
  simulator.script(model, failing(429, { 'retry-after': '3600' }))
  for (const request_id of ['third', 'fourth']) {
    const end = await client.infer({ request_id, target: 't', model })
    assert.ok(end.type === 'failed' && end.error.kind === 'rate_limited')
    const { retry_after_ms } = end.error
    assert.ok(retry_after_ms !== null && retry_after_ms > 3_000_000, `${retry_after_ms}`)
    assert.equal(end.attempts.length, 1)
  }
  const calls = simulator.requests.filter(({ body }) => JSON.stringify(body).includes(model))
  assert.equal(calls.length, 1)
})
