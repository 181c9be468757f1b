import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { limitsInForce, loadSnapshot, unreloadable } from '../../src/config/snapshot.ts'
import { ENV, file, load, MINIMAL, targetOf } from './fixture.ts'

const at = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const read = (name: string): unknown => JSON.parse(readFileSync(at(name), 'utf8'))

const RELIABILITY = {
  max_retries: 2,
  backoff_base_ms: 500,
  backoff_max_ms: 8000,
  max_retry_after_ms: 60000,
  retry_budget_percent: 20,
  connect_timeout_ms: 10000,
  first_event_timeout_ms: 300000,
  idle_timeout_ms: 120000,
  total_timeout_ms: 900000,
  breaker: { failure_percent: 50, minimum_requests: 5, window_ms: 30000, open_ms: 15000 },
}

test('the example runs as it is, and the schema that editors use takes it', () => {
  const validate = new Ajv2020({
    allowUnionTypes: true,
    keywords: ['patternErrorMessage'],
  }).compile(Object(read('beluna-gateway.schema.json')))
  assert.equal(validate(read('config.example.json')), true)
  const { targets, default_target } = loadSnapshot(at('config.example.json'), ENV)
  assert.deepEqual([...targets.keys()], ['openai', 'anthropic', 'gemini', 'local'])
  assert.equal(default_target, 'local')
})

test('the smallest configuration is whole: every default is filled in', (t) => {
  const snapshot = load(t, { targets: { a: MINIMAL } })
  assert.deepEqual(snapshot.config, {
    socket_path: '/run/user/1000/beluna-gateway/gateway.sock',
    socket_mode: '0600',
    allow_exit: true,
    drain_timeout_ms: 30000,
    reliability: RELIABILITY,
    limits: {
      max_line_bytes: 33554432,
      max_connections: 1024,
      max_in_flight: 4096,
      max_in_flight_per_connection: 1024,
      max_outbox_bytes: 8388608,
      max_message_bytes: 16777216,
      stalled_client_timeout_ms: 30000,
      max_sse_event_bytes: 16777216,
    },
    logging: { level: 'info', content: false },
    telemetry: { metrics: null, otlp: null },
    recording: null,
  })
  assert.deepEqual(
    [snapshot.routes, snapshot.default_target, snapshot.warnings],
    [new Map(), null, []],
  )
  const { credential, quirks, ...target } = targetOf(t)
  assert.equal(credential.source, 'none')
  assert.equal(quirks.max_tokens_field, 'max_tokens')
  assert.deepEqual(target, {
    name: 'a',
    dialect: 'gemini',
    endpoint: 'https://generativelanguage.googleapis.com/v1beta',
    official_host: true,
    default_model: null,
    any_model: true,
    models: [],
    entries: new Map(),
    capabilities: {},
    pricing: null,
    headers: {},
    max_concurrency: 64,
    max_queue: 256,
    requests_per_second: null,
    reliability: RELIABILITY,
    server_rules: {},
  })
})

test('JSON and YAML of the same content are the same configuration', (t) => {
  const json = load(t, {
    targets: { a: MINIMAL },
    routes: { r: ['a/m'] },
    limits: { max_in_flight: 7 },
  })
  const yaml = loadSnapshot(
    file(
      t,
      'config.yml',
      '# short\nlimits:\n  max_in_flight: 7\ntargets:\n  a: &a\n    dialect: gemini\n    credential: none\n    any_model: true\nroutes:\n  r: [a/m]\n',
    ),
    ENV,
  )
  assert.deepEqual([yaml.config, yaml.routes], [json.config, json.routes])
})

test('relative paths are relative to the file', (t) => {
  const snapshot = load(t, {
    targets: { a: { ...MINIMAL, credential: { file: 'a.key' } } },
    socket_path: 'run/gateway.sock',
    telemetry: { metrics: { socket_path: 'metrics.sock' } },
    recording: { directory: 'tapes' },
  })
  const here = dirname(snapshot.source)
  assert.deepEqual(
    [
      snapshot.config.socket_path,
      snapshot.config.telemetry.metrics,
      snapshot.config.recording,
      snapshot.targets.get('a')?.credential.file,
    ],
    [
      `${here}/run/gateway.sock`,
      { socket_path: `${here}/metrics.sock` },
      { directory: `${here}/tapes` },
      `${here}/a.key`,
    ],
  )
})

test("a target's patience is laid over the section, which is laid over the defaults", (t) => {
  const snapshot = load(t, {
    targets: {
      a: { ...MINIMAL, reliability: { idle_timeout_ms: 1, breaker: { open_ms: 2 } } },
      b: MINIMAL,
    },
    reliability: { max_retries: 0, idle_timeout_ms: 3, breaker: { window_ms: 4 } },
  })
  const section = {
    ...RELIABILITY,
    max_retries: 0,
    idle_timeout_ms: 3,
    breaker: { ...RELIABILITY.breaker, window_ms: 4 },
  }
  assert.deepEqual(snapshot.targets.get('b')?.reliability, section)
  assert.deepEqual(snapshot.targets.get('a')?.reliability, {
    ...section,
    idle_timeout_ms: 1,
    breaker: { ...section.breaker, open_ms: 2 },
  })
})

test('a member of a route is split at the first slash, and without one means the default model', (t) => {
  const { routes } = load(t, {
    targets: { a: { ...MINIMAL, default_model: 'm' } },
    routes: { r: ['a', 'a/models/m', 'a/x/y/z'] },
  })
  assert.deepEqual(routes.get('r'), [
    { target: 'a', model: 'm' },
    { target: 'a', model: 'models/m' },
    { target: 'a', model: 'x/y/z' },
  ])
})

test("an endpoint has no trailing slash, and one that is left out is the vendor's", (t) => {
  const endpoint = 'https://EU.api.openai.com/v1//'
  const { endpoint: normal, official_host } = targetOf(t, { dialect: 'openai_chat', endpoint })
  assert.deepEqual([normal, official_host], ['https://eu.api.openai.com/v1', true])
  for (const [dialect, vendor] of [
    ['openai_responses', 'https://api.openai.com/v1'],
    ['anthropic_messages', 'https://api.anthropic.com/v1'],
    ['gemini', 'https://generativelanguage.googleapis.com/v1beta'],
  ] as const)
    assert.equal(targetOf(t, { dialect }).endpoint, vendor)
})

test('a capability that is switched on against a quirk is warned of, since it stays off', (t) => {
  const endpoint = 'http://127.0.0.1:1/v1'
  const target = {
    ...MINIMAL,
    dialect: 'openai_chat',
    endpoint,
    quirks: 'llama_cpp',
    capabilities: { json_mode: true, tools: true, documents: false },
    models: { m: { capabilities: { documents: true, top_k: true } } },
  }
  assert.deepEqual(load(t, { targets: { a: target } }).warnings, [
    'targets.a.capabilities.json_mode switches nothing on: quirk json_mode of targets.a denies it',
    'targets.a.models.m.capabilities.documents switches nothing on: quirk documents of targets.a denies it',
  ])
})

test('loopback may be plain http; another host only by name, and with a warning', (t) => {
  for (const host of ['127.0.0.1:8080', '127.8.9.1', '[::1]:1', 'localhost', 'llm.localhost'])
    assert.equal(targetOf(t, { endpoint: `http://${host}/v1` }).endpoint, `http://${host}/v1`)
  const target = { ...MINIMAL, endpoint: 'http://10.0.0.7/v1', allow_insecure_http: true }
  assert.deepEqual(load(t, { targets: { a: target } }).warnings, [
    'target "a" sends its credential and all content unencrypted to http://10.0.0.7/v1',
  ])
})

test('headers have lower-case names', (t) => {
  assert.deepEqual(targetOf(t, { headers: { 'OpenAI-Project': 'p' } }).headers, {
    'openai-project': 'p',
  })
})

test('start-up warns of missing keys and of key files that others can read', (t) => {
  const key = file(t, 'open.key', 'sk-1', 0o644)
  const { warnings } = load(t, {
    targets: {
      a: { ...MINIMAL, credential: { env: 'NOT_SET' } },
      b: { ...MINIMAL, credential: { file: '/nowhere/key' } },
      c: { ...MINIMAL, credential: { file: key } },
      d: { ...MINIMAL, credential: { command: ['false'] } },
    },
  })
  assert.deepEqual(warnings, [
    'target "a" has no credential yet: environment variable NOT_SET is missing',
    'target "b" has no credential yet: file /nowhere/key is missing',
    `target "c": others can read the key file ${key}; chmod 600 it`,
  ])
})

test('a reload names what it leaves alone, and nothing else', (t) => {
  const old = load(t, { targets: { a: MINIMAL } })
  const next = load(t, {
    targets: { b: MINIMAL },
    socket_path: '/tmp/x.sock',
    socket_mode: '0660',
    allow_exit: false,
    drain_timeout_ms: 1,
    recording: { directory: '/tmp/x' },
    limits: { max_connections: 1, max_line_bytes: 99999999, max_in_flight: 1 },
    logging: { level: 'debug' },
    telemetry: { metrics: { port: 9464 } },
  })
  assert.deepEqual(unreloadable(old, old), [])
  assert.deepEqual(unreloadable(old, next), [
    'socket_path',
    'socket_mode',
    'allow_exit',
    'telemetry',
    'recording',
    'limits.max_line_bytes',
    'limits.max_connections',
  ])
  const { max_connections, max_line_bytes } = old.config.limits
  assert.deepEqual(limitsInForce(old, next), {
    ...next.config.limits,
    max_connections,
    max_line_bytes,
  })
})
