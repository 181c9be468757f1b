// What a collector gets: a real daemon with the official packages tells it spans and metrics by their conventional names, and nobody's words
// or keys. Without the setting nothing of it is loaded; without the packages the daemon runs all the same.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ProbedEvent } from '../../src/protocol/gateway-event.gen.ts'
import { startSimulator } from '../../src/simulator/server.ts'
import { openClient, startDaemon, type Daemon, type Terminal } from '../e2e/daemon.ts'
import { named, startCollector, type Collector } from './collector.ts'

const SECRET = 'sk-otlp-8d1f0a6c3b5e7294'
const PROMPT = 'the secret of the prompt'
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = 'b7ad6b7169203331'

const place = mkdtempSync(join(tmpdir(), 'otlp-'))
after(() => rmSync(place, { recursive: true }))

/** Node's flags by which a daemon says what of the packages it loads, or finds none of them. */
function watching(what: 'told' | 'missing'): string[] {
  const preload = join(place, `${what}.mjs`)
  const act = what === 'told' ? "console.error('loading ' + name)" : "throw new Error('none')"
  writeFileSync(
    preload,
    `import { registerHooks } from 'node:module'
     registerHooks({ resolve(name, context, next) {
       if (name.startsWith('@opentelemetry/')) ${act}
       return next(name, context)
     } })`,
  )
  return ['--import', preload]
}

let collector: Collector
let good: Terminal
let bad: Terminal
let probed: ProbedEvent

/** One good answer, one that fails twice, one live probe; then the daemon ends and sends the rest. */
before(async () => {
  collector = await startCollector()
  const simulator = await startSimulator()
  simulator.script('down', { error: { status: 500 } })
  const target = {
    dialect: 'openai_chat',
    endpoint: `${simulator.url}/v1`,
    credential: { value: SECRET },
    any_model: true,
    default_model: 'sim-text',
    pricing: { currency: 'USD', input: '1', output: '2' },
  }
  const config = {
    default_target: 't',
    targets: { t: target },
    telemetry: { otlp: { endpoint: `${collector.endpoint}/` } },
    reliability: { max_retries: 1, backoff_base_ms: 1 },
  }
  const daemon = await startDaemon(config, { flags: watching('told') })
  try {
    const client = await openClient(daemon.socket)
    const messages = [{ role: 'user', content: PROMPT }]
    const metadata = { caller: 'me', traceparent: `00-${TRACE}-${CALLER}-01` }
    good = await client.infer({ request_id: 'good', messages, metadata })
    bad = await client.infer({ request_id: 'bad', messages, model: 'down' })
    client.send({ type: 'probe', request_id: 'p', target: 't', depth: 'live' })
    const event = await client.next(({ type }) => type === 'probed')
    assert.ok(event.type === 'probed')
    probed = event
    client.close()
    daemon.signal('SIGTERM')
    assert.equal(await daemon.exited, 0)
    assert.match(daemon.log(), /loading @opentelemetry\/api/)
  } finally {
    await daemon.close()
    await simulator.close()
  }
})
after(() => collector[Symbol.asyncDispose]())

test("a request is a span of its caller's trace, an attempt one below it, by the conventional names", () => {
  assert.deepEqual(collector.services(), new Set(['beluna-gateway']))
  const spans = collector.spans()
  const [root, ...below] = spans.filter(({ traceId }) => traceId === TRACE).toReversed()
  assert.deepEqual([root?.name, root?.kind, root?.parentSpanId], ['chat sim-text', 2, CALLER])
  assert.deepEqual(
    below.map(({ name, kind, parentSpanId }) => [name, kind, parentSpanId]),
    [['attempt t', 3, root?.spanId]],
  )
  const about = named(root?.attributes)
  assert.ok(good.type === 'completed')
  const expected = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'sim-text',
    'gen_ai.response.model': 'sim-text',
    'gen_ai.usage.input_tokens': good.usage?.input_tokens,
    'gen_ai.usage.output_tokens': good.usage?.output_tokens,
    'beluna_gateway.request_id': 'good',
    'beluna_gateway.target': 't',
    'beluna_gateway.outcome': 'completed',
    'beluna_gateway.metadata.caller': 'me',
    'beluna_gateway.cost': `${good.cost?.total} USD`,
  }
  assert.deepEqual({ ...about, ...expected }, about)
  const failed = spans.filter(({ status }) => status.code === 2)
  assert.ok(bad.type === 'failed')
  const { kind } = bad.error
  assert.deepEqual(
    failed.map(({ name, attributes }) => [name, named(attributes)['error.type']]),
    [
      ['attempt t', kind],
      ['attempt t', kind],
      ['chat down', kind],
    ],
  )
})

test('metrics have the conventional names and units, and add up to what clients were told', () => {
  const units = collector.metrics().map(({ name, unit = '' }) => [name, unit])
  assert.deepEqual(Object.fromEntries(units), {
    'gen_ai.client.operation.duration': 's',
    'gen_ai.client.operation.time_to_first_chunk': 's',
    'gen_ai.client.token.usage': '{token}',
    'beluna_gateway.attempts': '{attempt}',
    'beluna_gateway.retries': '{retry}',
    'beluna_gateway.cost': '',
    'beluna_gateway.connections': '',
    'beluna_gateway.in_flight': '',
    'beluna_gateway.queued': '',
    'beluna_gateway.breakers_open': '',
  })
  const [one, other] = [good.usage, probed.usage]
  assert.deepEqual(
    {
      input: collector.sum('gen_ai.client.token.usage', 'input'),
      output: collector.sum('gen_ai.client.token.usage', 'output'),
      cost: collector.sum('beluna_gateway.cost').toFixed(9),
      attempts: collector.sum('beluna_gateway.attempts'),
      retries: collector.sum('beluna_gateway.retries'),
    },
    {
      input: Number(one?.input_tokens) + Number(other?.input_tokens),
      output: Number(one?.output_tokens) + Number(other?.output_tokens),
      cost: (Number(good.cost?.total) + Number(probed.cost?.total)).toFixed(9),
      attempts: 3,
      retries: 1,
    },
  )
})

const tried = (target: string, model: string, outcome: string): object => ({
  'beluna_gateway.target': target,
  'gen_ai.request.model': model,
  'beluna_gateway.outcome': outcome,
})

test('each attempt is counted where it was made, not where the request ended', async () => {
  await using own = await startCollector()
  const simulator = await startSimulator()
  const at = (default_model: string): object => ({
    dialect: 'openai_chat',
    endpoint: `${simulator.url}/v1`,
    credential: 'none',
    default_model,
  })
  const config = {
    default_target: 'r',
    routes: { r: ['broken', 'good'] },
    targets: { broken: at('sim-error-503'), good: at('sim-text') },
    telemetry: { otlp: { endpoint: own.endpoint } },
    reliability: { max_retries: 0 },
  }
  const daemon = await startDaemon(config)
  try {
    const client = await openClient(daemon.socket)
    const end = await client.infer({
      request_id: 'moved',
      messages: [{ role: 'user', content: 'x' }],
    })
    assert.equal(end.type, 'completed')
    client.close()
    daemon.signal('SIGTERM')
    assert.equal(await daemon.exited, 0)
  } finally {
    await daemon.close()
    await simulator.close()
  }
  const counted = own.metrics().filter(({ name }) => name === 'beluna_gateway.attempts')
  assert.deepEqual(
    counted.flatMap(({ sum }) => sum?.dataPoints ?? []).map(({ attributes }) => named(attributes)),
    [tried('broken', 'sim-error-503', 'overloaded'), tried('good', 'sim-text', 'ok')],
  )
})

test('neither prompt nor output nor credential is sent', () => {
  const said = good.message?.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  assert.ok(said)
  for (const word of [SECRET, PROMPT, said, 'Count from one'])
    assert.ok(!collector.raw().includes(word), word)
})

async function withDaemon(more: object, flags: string[], look: (daemon: Daemon) => void) {
  const target = { dialect: 'openai_chat', endpoint: 'http://127.0.0.1:9/v1', credential: 'none' }
  const config = { targets: { t: { ...target, default_model: 'm' } }, ...more }
  const daemon = await startDaemon(config, { flags })
  try {
    await daemon.status()
    look(daemon)
  } finally {
    await daemon.close()
  }
}

test('without the setting nothing of the packages is loaded', async () => {
  await withDaemon({}, watching('told'), (daemon) =>
    assert.doesNotMatch(daemon.log(), /loading @opentelemetry/),
  )
})

test('with the setting and without the packages the daemon runs, and says which are missing and how to install them', async () => {
  const telemetry = { otlp: { endpoint: 'http://127.0.0.1:9' } }
  await withDaemon({ telemetry }, watching('missing'), (daemon) =>
    assert.match(
      daemon.log(),
      /telemetry\.otlp is configured, but nothing is sent: @opentelemetry\/api, .* npm install @opentelemetry\/api /,
    ),
  )
})
