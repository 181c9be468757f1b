// The laws of live probes: what a model does is seen, on every wire; nothing is counted against it, and cancelling closes everything.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { Life } from '../../src/gateway/life.ts'
import { door, HANG, house, said, type Settings } from './probe-stand.ts'

const SHOWN = {
  streaming: true,
  tools: true,
  parallel_tools: true,
  forced_tool_choice: true,
  json_mode: true,
  json_schema: true,
  reasoning: true,
}

test('a live probe sees what the model does on every wire, sums what it took, and counts it where money is counted and nowhere else', async () => {
  await using front = await door(['/v1/models', '/v1beta/models/small'])
  const base = { endpoint: `${front.url}/v1`, any_model: true, default_model: 'small' }
  const pricing = { currency: 'USD', per_tokens: 1_000_000, input: '1', output: '2' }
  await using home = await house({
    openai_chat: { ...base, pricing },
    openai_responses: { ...base, dialect: 'openai_responses' },
    anthropic_messages: { ...base, dialect: 'anthropic_messages' },
    gemini: { ...base, dialect: 'gemini', endpoint: `${front.url}/v1beta` },
  })
  const spent = new Map<string, unknown>()
  for (const target of ['openai_chat', 'openai_responses', 'anthropic_messages', 'gemini']) {
    const metadata = await home.probe({ target })
    const event = await home.probe({ target, depth: 'live' })
    const { json_mode, ...rest } = SHOWN
    const expected = target === 'anthropic_messages' ? rest : { ...rest, json_mode }
    assert.deepEqual(said(event, 'observed'), expected, target)
    assert.ok(event.requests <= 12 + metadata.requests)
    const { usage } = event
    assert.ok(usage?.input_tokens && usage.output_tokens)
    if (target === 'openai_chat') {
      const millionths = usage.input_tokens + 2 * usage.output_tokens
      assert.equal(Number(event.cost?.total).toFixed(6), (millionths / 1e6).toFixed(6))
    } else assert.equal(event.cost, null)
    const { input_tokens, output_tokens } = usage
    const costs = event.cost ? [{ currency: 'USD', total: event.cost.total }] : []
    const live = event.requests - metadata.requests
    spent.set(target, [input_tokens, output_tokens, costs, event.cost ? 0 : live])
  }
  const server = { connections: 0, connections_accepted: 0, lines: 0, refused_lines: 0 }
  const status = home.gateway.status('s', { ...server, stalled_clients: 0, draining: false })
  for (const { name, models, in_flight } of status.targets) {
    const [model] = models
    assert.ok(model)
    const { tokens, costs, cost_unknown, requests, latency } = model
    const counted = [tokens.input_tokens, tokens.output_tokens, costs, cost_unknown]
    assert.deepEqual(counted, spent.get(name), name)
    assert.deepEqual([requests.completed, latency.total, in_flight], [0, null, 0])
  }
  assert.equal(status.counters.requests, 0)
})

test('what a server refuses or ignores is seen, and the token field that it takes is found', async () => {
  await using front = await door(['/v1/models'])
  front.simulator.script('stubborn', ({ body, output, tools, choice }) => {
    if ('max_tokens' in body) return { error: { status: 400, message: 'Unsupported: max_tokens' } }
    if (tools.length > 0 && choice === 'auto')
      return { error: { status: 400, message: 'this model does not support tools' } }
    if (output || tools.length > 0) return { steps: [{ type: 'text', text: 'Hello there.' }] }
    return { steps: [{ type: 'text', text: 'pong red' }] }
  })
  await using home = await house({
    t: { endpoint: `${front.url}/v1`, default_model: 'stubborn', quirks: 'vllm' },
  })
  const event = await home.probe({ target: 't', depth: 'live' })
  assert.deepEqual(said(event, 'observed'), {
    streaming: true,
    tools: false,
    parallel_tools: false,
    forced_tool_choice: false,
    json_mode: false,
    json_schema: false,
    vision: true,
  })
  const seen = Object.fromEntries(event.observations.map(({ name, value }) => [name, value]))
  assert.deepEqual(seen, {
    usage_in_stream: 'yes',
    max_tokens_field: 'max_completion_tokens',
    system_role: 'system',
  })
  assert.match(
    event.capabilities.find(({ name }) => name === 'tools')?.evidence ?? '',
    /^refused: /,
  )
})

test('a server that heeds "required" and no named tool keeps the capability, by the quirk that says so', async () => {
  await using front = await door(['/v1/models'])
  front.simulator.script('unnamed', ({ body, tools }) => {
    const [tool] = tools
    return body['tool_choice'] === 'required' && tool
      ? { steps: [{ type: 'tool', name: tool.name, arguments: { city: 'Paris' } }] }
      : { steps: [{ type: 'text', text: 'Hello there.' }] }
  })
  const target = { endpoint: `${front.url}/v1`, default_model: 'unnamed' }
  await using home = await house({ t: target, told: { ...target, quirks: 'lm_studio' } })
  const event = await home.probe({ target: 't', depth: 'live' })
  const forced = event.capabilities.find(({ name }) => name === 'forced_tool_choice')
  assert.deepEqual([forced?.configured, forced?.observed], [true, true])
  assert.match(event.suggestion ?? '', /quirks: \{ preset: generic, tool_choice: strings \}/)
  assert.doesNotMatch(event.suggestion ?? '', /forced_tool_choice/)
  const told = await home.probe({ target: 'told', depth: 'live' })
  assert.equal(
    told.observations.some(({ name }) => name === 'tool_choice'),
    false,
  )
  assert.equal(event.requests, told.requests + 1)
})

test('a suggestion that is pasted leaves nothing to suggest: what was seen is configured then', async () => {
  await using front = await door(['/v1/models', '/props', '/health'])
  const target = { endpoint: `${front.url}/v1` }
  await using before = await house({ t: target })
  const { suggestion } = await before.probe({ target: 't', depth: 'live' })
  const read: (text: string) => { targets: { t: Settings } } = parse
  const pasted = read(suggestion ?? '')
  assert.deepEqual(Object.keys(pasted.targets.t), ['quirks', 'models'])
  // The preset knows servers that heed it only in part; this one was seen to heed it.
  assert.match(suggestion ?? '', /quirks: \{ preset: llama_cpp, .*json_mode: true/)
  await using after = await house({ t: { ...target, ...pasted.targets.t } })
  const second = await after.probe({ target: 't', depth: 'live' })
  assert.equal(second.suggestion, null)
  for (const { name, configured, observed } of second.capabilities)
    assert.equal(observed ?? configured, configured, name)
})

test('a first answer that breaks is told, and the other questions are asked all the same', async () => {
  await using front = await door(['/v1/models'])
  front.simulator.script('broken', ({ output }) =>
    output
      ? { steps: [{ type: 'text', text: '{"colour":"red","number":1}' }] }
      : { error: { status: 500, message: 'the output does not match the format' } },
  )
  await using home = await house({ t: { endpoint: `${front.url}/v1`, default_model: 'broken' } })
  const event = await home.probe({ target: 't', depth: 'live' })
  assert.deepEqual(said(event, 'observed'), { json_mode: true, json_schema: true })
  assert.deepEqual(
    event.errors.map(({ kind }) => kind),
    ['provider_error'],
  )
})

test('failures that a probe meets open no breaker', async () => {
  await using front = await door(['/v1/models'])
  front.simulator.script('down', { error: { status: 503 } })
  await using home = await house(
    { t: { endpoint: `${front.url}/v1`, default_model: 'down' } },
    { reliability: { breaker: { failure_percent: 1, minimum_requests: 1 } } },
  )
  for (const _ of [1, 2, 3]) {
    const { errors } = await home.probe({ target: 't', depth: 'live' })
    assert.deepEqual(
      errors.map(({ kind }) => kind),
      ['overloaded'],
    )
  }
})

test('a cancelled probe ends as cancelled, and its calls are closed', async () => {
  await using front = await door(['/v1/models'], { '/hang/v1/models': { body: HANG } })
  front.simulator.script('slow', { steps: [{ type: 'wait', ms: Infinity }] })
  await using home = await house({
    page: { endpoint: `${front.url}/hang/v1` },
    live: { endpoint: `${front.url}/v1`, default_model: 'slow' },
  })
  const leaving = new Life()
  const ended = home.ask({ target: 'live', depth: 'live' }, leaving)
  await front.simulator.when(() => front.simulator.requests.some(({ method }) => method === 'POST'))
  leaving.abort('client_cancel')
  assert.equal((await ended).type, 'cancelled')
  await front.simulator.when(() => front.simulator.open() === 0)
  const gone = new Life()
  gone.abort('client_cancel')
  assert.equal((await home.ask({ target: 'page' }, gone)).type, 'cancelled')
  const over = new Life()
  over.abort('shutting_down')
  const stopping = await home.ask({ target: 'page' }, over)
  assert.equal(stopping.type === 'failed' && stopping.error.kind, 'shutting_down')
})

test('each live exchange is recorded as every other, without the key; pages are not', async (t) => {
  const record = await mkdtemp(join(tmpdir(), 'probe-record-'))
  t.after(() => rm(record, { recursive: true }))
  const value = 'sk-recorded-0123456789abcdef'
  await using front = await door(['/v1/models'])
  front.simulator.script('parrot', { steps: [{ type: 'text', text: `your key is ${value}` }] })
  let live = 0
  {
    const target = { endpoint: `${front.url}/v1`, credential: { value }, default_model: 'parrot' }
    await using home = await house({ t: target }, { record })
    live -= (await home.probe({ target: 't' })).requests
    live += (await home.probe({ target: 't', depth: 'live' })).requests
  }
  const files = (await readdir(record)).toSorted()
  const read: (text: string) => Record<string, unknown> = JSON.parse
  const recordings = await Promise.all(
    files.map(async (name) => read(await readFile(join(record, name), 'utf8'))),
  )
  assert.ok(live > 5 && front.keys.includes(`Bearer ${value}`))
  const about = { dialect: 'openai_chat', server: 't', model: 'parrot', request_id: 'p' }
  const pages = Number(recordings[0]?.['attempt']) - 1
  assert.deepEqual(
    recordings.map(({ dialect, server, model, request_id, attempt }) => {
      return { dialect, server, model, request_id, attempt }
    }),
    Array.from({ length: live }, (_, at) => ({ ...about, attempt: pages + at + 1 })),
  )
  const text = JSON.stringify(recordings)
  assert.ok(text.includes('[redacted]') && !text.includes(value))
})
