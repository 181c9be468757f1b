// Breakers and routes of the real daemon: who is called, who is passed over, and what the client is told.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startSimulator, type Simulator } from '../../src/simulator/server.ts'
import {
  chatTarget,
  openClient,
  startDaemon,
  until,
  type Client,
  type Daemon,
  type Terminal,
} from './daemon.ts'

const NOWHERE = 'http://127.0.0.1:9'
let simulator: Simulator
let daemon: Daemon
let client: Client
let serial = 0

before(async () => {
  simulator = await startSimulator()
  const at = (model: string, more: object = {}): object =>
    chatTarget(simulator.url, { default_model: model, ...more })
  daemon = await startDaemon({
    targets: {
      good: at('sim-text'),
      broken: at('sim-error-503'),
      dead: chatTarget(NOWHERE),
      locked: at('sim-error-401'),
      refusing: at('sim-error-400'),
      full: at('sim-context'),
      blind: at('sim-text', { capabilities: { tools: false } }),
      cut: at('sim-half-700'),
      unnamed: at('sim-nothing-of-the-kind'),
      late: at('sim-late', {
        reliability: { max_retries: 0, breaker: { minimum_requests: 3, open_ms: 60_000 } },
      }),
      probed: at('m', {
        reliability: { max_retries: 0, breaker: { minimum_requests: 2, open_ms: 50 } },
      }),
      silent: at('silent', {
        reliability: {
          max_retries: 0,
          first_event_timeout_ms: 50,
          breaker: { minimum_requests: 2, open_ms: 60_000 },
        },
      }),
      opening: at('sim-error-503', {
        reliability: { max_retries: 2, breaker: { minimum_requests: 2, open_ms: 60_000 } },
      }),
      slow: at('sim-error-503', {
        reliability: { breaker: { minimum_requests: 2, open_ms: 60_000 } },
      }),
      slower: at('sim-error-503', {
        reliability: { breaker: { minimum_requests: 2, open_ms: 30_000 } },
      }),
    },
    routes: {
      second: ['broken', 'good'],
      third: ['dead', 'locked', 'good'],
      unknown: ['unnamed', 'good'],
      strict: ['refusing', 'good'],
      long: ['full', 'good'],
      seeing: ['blind', 'good'],
      blinded: ['broken', 'blind'],
      passing: ['dead', 'blind', 'good'],
      half: ['cut', 'good'],
      open: ['slow', 'slower'],
      opened: ['opening', 'good'],
    },
    reliability: { max_retries: 1, backoff_base_ms: 5, breaker: { minimum_requests: 1_000 } },
  })
  client = await openClient(daemon.socket)
})
after(async () => {
  client.close()
  await daemon.close()
  await simulator.close()
})

const ask = (target: string, more: object = {}): Promise<Terminal> =>
  client.infer({ request_id: `r${(serial += 1)}`, target, ...more })

/** Who was tried and how it went; who answered or was tried last. */
const story = (end: Terminal): unknown => [
  end.type,
  end.target,
  end.attempts.map(({ target, error }) => `${target}: ${error?.kind ?? 'answered'}`),
]

/** The number of each retry, where it went, and whose fault it was. */
const retriesOf = (end: Terminal): unknown =>
  client.events
    .filter((event) => event.type === 'retrying')
    .filter(({ request_id }) => request_id === end.request_id)
    .map(({ attempt, target, error }) => [attempt, target, error.target])

test('a route goes on after its member’s own retries, and tells every step', async () => {
  const end = await ask('second')
  assert.deepEqual(story(end), [
    'completed',
    'good',
    ['broken: overloaded', 'broken: overloaded', 'good: answered'],
  ])
  assert.deepEqual(retriesOf(end), [
    [2, 'broken', 'broken'],
    [3, 'good', 'broken'],
  ])
})

test('an attempt that the breaker refused has a number of its own', async () => {
  const end = await ask('opened')
  assert.deepEqual(story(end), [
    'completed',
    'good',
    ['opening: overloaded', 'opening: overloaded', 'opening: circuit_open', 'good: answered'],
  ])
  assert.deepEqual(retriesOf(end), [
    [2, 'opening', 'opening'],
    [3, 'opening', 'opening'],
    [4, 'good', 'opening'],
  ])
})

test('no connection and a refused key move on; so does an unknown model', async () => {
  assert.deepEqual(story(await ask('third')), [
    'completed',
    'good',
    ['dead: transport', 'dead: transport', 'locked: authentication', 'good: answered'],
  ])
  assert.deepEqual(story(await ask('unknown')), [
    'completed',
    'good',
    ['unnamed: not_found', 'good: answered'],
  ])
})

test('a bad request and a prompt that does not fit do not move on', async () => {
  assert.deepEqual(story(await ask('strict')), [
    'failed',
    'refusing',
    ['refusing: invalid_request'],
  ])
  assert.deepEqual(story(await ask('long')), ['failed', 'full', ['full: context_length']])
})

test('a member that cannot do what is asked is passed over without a call', async () => {
  const end = await ask('seeing', { tools: [{ name: 'f', input_schema: { type: 'object' } }] })
  assert.deepEqual(story(end), [
    'completed',
    'good',
    ['blind: unsupported_capability', 'good: answered'],
  ])
})

test('where the last member is passed over, the error is that member’s, and the end that of who was tried', async () => {
  const end = await ask('blinded', { tools: [{ name: 'f', input_schema: { type: 'object' } }] })
  assert.deepEqual(story(end), [
    'failed',
    'broken',
    ['broken: overloaded', 'broken: overloaded', 'blind: unsupported_capability'],
  ])
  assert.ok(end.type === 'failed')
  assert.deepEqual([end.error.kind, end.error.target], ['unsupported_capability', 'blind'])
})

test('a fault is told as whose it was, also where a member is passed over on the way on', async () => {
  const end = await ask('passing', { tools: [{ name: 'f', input_schema: { type: 'object' } }] })
  assert.deepEqual(story(end), [
    'completed',
    'good',
    ['dead: transport', 'dead: transport', 'blind: unsupported_capability', 'good: answered'],
  ])
  assert.deepEqual(retriesOf(end), [
    [2, 'dead', 'dead'],
    [3, 'good', 'dead'],
  ])
})

test('nothing moves on once output is out', async () => {
  const end = await ask('half')
  assert.deepEqual(story(end), ['failed', 'cut', ['cut: transport']])
  assert.ok(end.message)
})

test('all members open: the smallest wait is told, and nobody is called', async () => {
  for (let count = 0; count < 3; count += 1) await ask('open')
  const called = simulator.requests.length
  const end = await ask('open')
  assert.ok(end.type === 'failed' && end.error.kind === 'circuit_open')
  assert.ok(
    end.error.retry_after_ms !== null && end.error.retry_after_ms <= 30_000,
    `${end.error.retry_after_ms}`,
  )
  assert.equal(simulator.requests.length, called)
})

const breakerOf = async (name: string): Promise<unknown> =>
  (await daemon.status()).targets.find((target) => target.name === name)?.models[0]?.breaker.state

test('streams that fail after their first output open the breaker as well, and it refuses at once', async () => {
  for (let count = 0; count < 3; count += 1) await ask('late')
  const called = simulator.requests.length
  const refused = await ask('late')
  assert.ok(refused.type === 'failed')
  const { kind, retryable, retry_after_ms } = refused.error
  assert.deepEqual([kind, retryable], ['circuit_open', true])
  assert.ok(retry_after_ms !== null && retry_after_ms <= 60_000, `${retry_after_ms}`)
  assert.equal(simulator.requests.length, called)
  assert.equal(await breakerOf('late'), 'open')
})

test('a request that is less patient than its target opens no breaker for the others', async () => {
  simulator.script('silent', { steps: [{ type: 'wait', ms: Infinity }] })
  for (let count = 0; count < 3; count += 1) {
    const end = await ask('silent', { limits: { first_event_timeout_ms: 20 } })
    assert.equal(end.type === 'failed' && end.error.code, 'first_event')
  }
  assert.equal(await breakerOf('silent'), 'closed')
  for (let count = 0; count < 2; count += 1) await ask('silent')
  assert.equal(await breakerOf('silent'), 'open')
})

test('a breaker whose time is over lets one probe try, and closes at its first output', async () => {
  const fail = { error: { status: 500 } }
  simulator.script('m', fail, fail, {
    steps: [
      { type: 'text', text: 'back' },
      { type: 'wait', ms: Infinity },
    ],
  })
  await ask('probed')
  await ask('probed')
  await until(async () => (await breakerOf('probed')) === 'half_open')
  client.send({
    type: 'infer',
    request_id: 'probe',
    target: 'probed',
    messages: [{ role: 'user', content: 'Hi' }],
  })
  await client.next(
    ({ type, request_id }) => type === 'output_text_delta' && request_id === 'probe',
  )
  assert.equal(await breakerOf('probed'), 'closed')
  client.send({ type: 'cancel', request_id: 'probe' })
  assert.equal((await client.end('probe')).type, 'cancelled')
})
