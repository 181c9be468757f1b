// A probe's laws: what servers say of themselves is read, broken targets are told as they are, and one event answers, always.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { mainPage, OWN_PAGES } from '../../src/gateway/probe/pages.ts'
import type { ProbeRequest } from '../../src/protocol/client-message.gen.ts'
import type { ProbedEvent } from '../../src/protocol/gateway-event.gen.ts'
import { door, HANG, house, said, STALL, type Pages } from './probe-stand.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const facts = (event: ProbedEvent): unknown[] => [
  event.reachable,
  event.authenticated,
  event.model_present,
  event.server,
  event.context_window,
  event.max_output_tokens,
  said(event, 'declared'),
]

test('each server is recognised by its own pages, and what they say is told', async () => {
  const list = '/v1/models'
  const data = (entry: object): Pages => ({
    [list]: { body: { data: [{ id: 'sim-text', ...entry }] } },
  })
  const plays: [string, readonly string[], Pages, unknown[]][] = [
    [
      'ollama',
      [list, '/api/version', '/api/show'],
      { '/api/ps': { body: { models: [{ name: 'sim-text', context_length: 4096 }] } } },
      ['0.13.3', 4096, null, { tools: true, vision: false, audio: false, reasoning: true }],
    ],
    [
      'llama.cpp',
      [list, '/props', '/health'],
      {},
      ['simulator', 32_768, null, { vision: false, audio: false }],
    ],
    [
      'lm_studio',
      [list, '/api/v1/models'],
      {},
      [null, 32_768, null, { tools: true, vision: false }],
    ],
    [
      'vllm',
      [],
      {
        ...data({ owned_by: 'vllm', max_model_len: 8192 }),
        '/version': { body: { version: '0.11' } },
      },
      ['0.11', 8192, null, {}],
    ],
    ['anonymous', [], data({ context_window: 1000, max_completion_tokens: 99 }), [1000, 99, {}]],
  ]
  for (const [name, through, pages, [version, ...rest]] of plays) {
    await using front = await door(through, pages)
    await using home = await house({ t: { endpoint: `${front.url}/v1` } })
    const event = await home.probe({ target: 't' })
    const expected =
      name === 'anonymous'
        ? [true, true, true, null, version, ...rest]
        : [true, true, true, { name, version }, ...rest]
    assert.deepEqual(facts(event), expected, name)
    assert.deepEqual([event.errors, event.requests], [[], front.asked.length])
  }
})

test('the entries of OpenRouter, Anthropic and Gemini say what the model can', async () => {
  const openrouter = {
    id: 'sim-text',
    context_length: 9000,
    top_provider: { max_completion_tokens: 90 },
    architecture: { input_modalities: ['text', 'image'] },
    supported_parameters: ['tools', 'tool_choice', 'structured_outputs', 'temperature', 'stop'],
  }
  const yes = {
    tools: true,
    forced_tool_choice: true,
    json_schema: true,
    sampling: true,
    stop: true,
  }
  const no = { json_mode: false, reasoning: false, top_k: false, seed: false, penalties: false }
  await using front = await door(['/v1beta/models/sim-text'], {
    '/v1/models': { body: { data: [openrouter] } },
  })
  await using anthropic = await door(['/v1/models'])
  await using home = await house({
    router: { endpoint: `${front.url}/v1` },
    anthropic: { dialect: 'anthropic_messages', endpoint: `${anthropic.url}/v1` },
    gemini: { dialect: 'gemini', endpoint: `${front.url}/v1beta` },
  })
  const files = { vision: true, documents: false, audio: false }
  const known: unknown[] = [true, true, true, null]
  assert.deepEqual(facts(await home.probe({ target: 'router' })), [
    ...known,
    9000,
    90,
    { ...files, ...yes, ...no },
  ])
  assert.deepEqual(facts(await home.probe({ target: 'anthropic' })), [
    ...known,
    32_768,
    8192,
    { vision: true, json_schema: true },
  ])
  assert.deepEqual(facts(await home.probe({ target: 'gemini' })), [
    ...known,
    32_768,
    8192,
    { reasoning: true },
  ])
})

test('a broken target is told as probed, with what is broken', async () => {
  const refusal = { status: 401, body: { error: { message: 'bad key', code: 'invalid_api_key' } } }
  await using front = await door([], {
    '/v1/models': refusal,
    '/empty/v1/models': { body: { data: [] } },
    '/prose/v1/models': { body: 'hello' },
  })
  const value = { value: 'sk-probe-test-0123456789' }
  await using home = await house({
    gone: { endpoint: 'http://127.0.0.1:9/v1' },
    locked: { endpoint: `${front.url}/v1`, credential: value },
    keyless: { endpoint: `${front.url}/v1`, credential: { env: 'NO_SUCH_KEY' } },
    empty: { endpoint: `${front.url}/empty/v1` },
    prose: { endpoint: `${front.url}/prose/v1` },
  })
  const broken = async (target: string): Promise<unknown[]> => {
    const event = await home.probe({ target, depth: 'live' })
    const kinds = event.errors.map(({ kind, code }) => `${kind}/${code}`)
    return [event.reachable, event.authenticated, event.model_present, kinds, event.requests]
  }
  assert.deepEqual(await broken('gone'), [false, null, null, ['transport/connect'], 1])
  assert.deepEqual(await broken('locked'), [true, false, null, ['authentication/null'], 1])
  assert.equal(front.keys.at(-1), `Bearer ${value.value}`)
  const [, , , missing] = await broken('keyless')
  assert.match(String(missing), /^authentication\/\w+,authentication\/null$/)
  const empty = await home.probe({ target: 'empty' })
  assert.deepEqual([empty.model_present, empty.warnings[0]?.code], [false, 'model_missing'])
  const prose = await home.probe({ target: 'prose' })
  assert.deepEqual([prose.reachable, prose.errors[0]?.kind], [true, 'protocol_violation'])
})

test('what is no target fails: an unknown one, a route, a model that it has not', async () => {
  await using home = await house(
    { t: { endpoint: 'http://127.0.0.1:9/v1' } },
    { routes: { r: ['t/sim-text'] } },
  )
  const failure = async (request: Omit<ProbeRequest, 'type'>): Promise<unknown> => {
    const event = await home.ask(request)
    return event.type === 'failed' && [event.error.kind, event.error.code, event.error.pointer]
  }
  assert.deepEqual(await failure({ target: 'x' }), ['not_found', 'unknown_target', '/target'])
  assert.deepEqual(await failure({ target: 'r' }), ['invalid_request', 'probe_of_route', '/target'])
  assert.deepEqual(await failure({ target: 't', model: 'x' }), [
    'not_found',
    'unknown_model',
    '/model',
  ])
})

test('the depth metadata sends no request to the model', async () => {
  await using front = await door(['/v1/models'])
  await using home = await house({ t: { endpoint: `${front.url}/v1` } })
  const { usage, cost, depth } = await home.probe({ target: 't' })
  assert.deepEqual([usage, cost, depth], [null, null, 'metadata'])
  assert.deepEqual([...new Set(front.simulator.requests.map(({ path }) => path))], ['/v1/models'])
})

test('a probe that runs out of time tells what it knows until then', async (t) => {
  const list = { '/v1/models': { body: { data: [] } } }
  await using mute = await door([], { ...list, '/props': { body: HANG } })
  await using slow = await door([], { ...list, '/props': { body: STALL } })
  const page = { first_event_timeout_ms: 300 }
  await using home = await house({
    total: { endpoint: `${mute.url}/v1`, reliability: { total_timeout_ms: 400 } },
    first_event: { endpoint: `${mute.url}/v1`, reliability: page },
    stalled: { endpoint: `${slow.url}/v1`, reliability: page },
  })
  let now = performance.now()
  t.mock.method(performance, 'now', () => now)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  for (const [target, code, { asked }] of [
    ['total', 'total', mute],
    ['first_event', 'first_event', mute],
    ['stalled', 'first_event', slow],
  ] as const) {
    const before = asked.length
    const probed = home.probe({ target })
    while (!asked.slice(before).includes('/props')) await turn()
    now += 400
    t.mock.timers.tick(400)
    const event = await probed
    const codes = event.errors.map((each) => each.code)
    assert.deepEqual(
      [event.reachable, event.authenticated, event.model_present, codes],
      [true, true, false, [code]],
    )
  }
})

test('a key that a server tells back is struck out everywhere', async () => {
  const value = 'sk-echoed-0123456789abcdef'
  const page = { default_generation_settings: {}, build_info: `b1 ${value}` }
  await using front = await door([], {
    '/v1/models': { status: 400, body: { error: { message: `no: ${value}` } } },
    '/props': { body: page },
  })
  await using home = await house({ t: { endpoint: `${front.url}/v1`, credential: { value } } })
  const event = await home.probe({ target: 't' })
  assert.equal(event.server?.name, 'llama.cpp')
  assert.equal(JSON.stringify(event).includes(value), false)
})

test('no page can break a probe, whatever stands on it', () => {
  const pages = [...OWN_PAGES, mainPage('openai_chat', false), mainPage('gemini', true)]
  const words = ['data', 'models', 'id', 'name', 'm', 'capabilities', 'meta', 'n_ctx', 'version']
  const name = fc.oneof(fc.constantFrom(...words), fc.string())
  const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
    leaf: fc.oneof(fc.constantFrom(null, true, -1, 0.5, 7, 'm'), fc.string()),
    tree: fc.oneof(tie('leaf'), fc.array(tie('tree')), fc.dictionary(name, tie('tree'))),
  }))
  fc.assert(
    fc.property(fc.dictionary(name, tree), fc.constantFrom(...pages), (answer, page) => {
      const { context_window, declared = {} } = page.read(answer, 'm') ?? {}
      assert.ok(context_window === undefined || context_window > 0)
      for (const word of Object.values(declared)) assert.equal(typeof word, 'boolean')
    }),
  )
})
