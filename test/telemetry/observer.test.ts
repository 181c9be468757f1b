// What facts become: log lines without content, counts, and what Prometheus reads of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { Fault } from '../../src/protocol/fault.ts'
import type { CompletedEvent, ProbedEvent } from '../../src/protocol/gateway-event.gen.ts'
import { failedEvent } from '../../src/protocol/refusal.ts'
import type { Fact } from '../../src/telemetry/facts.ts'
import { Histogram } from '../../src/telemetry/histogram.ts'
import { createObserver, emptyCounts, percentiles } from '../../src/telemetry/observer.ts'

const terminal: CompletedEvent = {
  type: 'completed',
  request_id: 'r1',
  finish_reason: 'stop',
  target: 't',
  model: 'm',
  message: { role: 'assistant', content: [{ type: 'text', text: 'the output' }] },
  usage: {
    input_tokens: 9,
    cached_input_tokens: 4,
    cache_write_input_tokens: null,
    output_tokens: 3,
    reasoning_tokens: null,
    total_tokens: 12,
    raw: {},
  },
  cost: {
    currency: 'USD',
    total: '0.1',
    input: '0.1',
    cached_input: '0',
    cache_write: '0',
    output: '0',
  },
  timing: { queued_ms: 0, first_event_ms: 30, total_ms: 50 },
  attempts: [
    { target: 't', model: 'm', http_status: 200, error: null, started_ms: 0, ended_ms: 50 },
  ],
  warnings: [{ code: 'usage_inconsistent', message: 'not here', pointer: null }],
  provider_metadata: null,
  metadata: { caller: 'me' },
}
const ended: Fact = {
  fact: 'request_ended',
  terminal,
  dialect: 'openai_chat',
  fault: null,
  cost_unknown_reason: null,
  input: [{ role: 'user', content: 'the prompt' }],
}

function logged(
  content: boolean,
  fact: Fact = ended,
): { line: Record<string, unknown>; text: string } {
  const lines: string[] = []
  const logger = pino(
    { base: null, timestamp: false },
    { write: (line: string) => lines.push(line) },
  )
  createObserver(logger, { content: () => content }).observe(fact)
  const parse: (text: string) => Record<string, unknown> = JSON.parse
  return { line: parse(lines[0] ?? '{}'), text: lines.join('') }
}

test('a request that ends is one line, by the names of OpenTelemetry, without prompt and output', () => {
  const { line, text } = logged(false)
  assert.deepEqual(line, {
    level: 30,
    request_id: 'r1',
    outcome: 'completed',
    target: 't',
    dialect: 'openai_chat',
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'm',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 9,
    'gen_ai.usage.cache_read.input_tokens': 4,
    'gen_ai.usage.output_tokens': 3,
    attempts: 1,
    queued_ms: 0,
    first_event_ms: 30,
    total_ms: 50,
    cost: terminal.cost,
    warnings: ['usage_inconsistent'],
    metadata: { caller: 'me' },
    msg: 'request ended',
  })
  assert.doesNotMatch(text, /the prompt|the output|not here/)
})

const refusing = (kind: 'invalid_request' | 'rate_limited'): Fault =>
  new Fault(kind, null, 'the provider failed the request with HTTP 400: bad: the prompt', {
    provider: { http_status: 400, type: 'bad_request', message: 'bad: the prompt' },
  })
const told = (fault: Fault, content: boolean): unknown[] => {
  const observer = createObserver(pino({ level: 'silent' }))
  observer.observe({ fact: 'attempt_failed', request_id: 'r1', target: 't', model: 'm', fault })
  const { line } = logged(content, { ...ended, terminal: failedEvent('r1', fault), fault })
  return [line['error_message'], observer.counts('t', 'm')?.last_fault?.message]
}

test('what a provider says of a request stands neither in the log nor in status; what it says of the account does', () => {
  const silent =
    'the provider failed the request (HTTP 400, bad_request); its words may quote content: only the client is told them'
  const { message } = refusing('invalid_request')
  assert.deepEqual(told(refusing('invalid_request'), false), [silent, silent])
  assert.deepEqual(told(refusing('invalid_request'), true), [message, silent])
  assert.deepEqual(told(refusing('rate_limited'), false), [message, message])
})

test('a retry is a line that says what failed, where and why, and where it goes on', () => {
  const failed = { target: 't', model: 'm', fault: refusing('rate_limited') }
  const at = { request_id: 'r1', target: 'u', model: 'n', delay_ms: 500 }
  assert.deepEqual(logged(false, { fact: 'retrying', ...at, failed }).line, {
    level: 30,
    ...at,
    failed: 't/m',
    'error.type': 'rate_limited',
    error_message: failed.fault.message,
    msg: 'retrying',
  })
  const quoting = { ...failed, fault: refusing('invalid_request') }
  assert.doesNotMatch(logged(true, { fact: 'retrying', ...at, failed: quoting }).text, /the prompt/)
})

test('prompt and output stand in the line where content is asked for', () => {
  const { line } = logged(true)
  assert.equal(line['gen_ai.input.messages'], '[{"role":"user","content":"the prompt"}]')
  assert.match(String(line['gen_ai.output.messages']), /the output/)
})

const probed: ProbedEvent = {
  type: 'probed',
  request_id: 'p1',
  target: 't',
  model: 'm',
  dialect: 'gemini',
  depth: 'live',
  reachable: true,
  authenticated: true,
  model_present: null,
  server: null,
  context_window: null,
  max_output_tokens: null,
  capabilities: [],
  observations: [{ name: 'usage', value: 'yes', evidence: 'what was said' }],
  suggestion: null,
  requests: 12,
  usage: terminal.usage,
  cost: null,
  errors: [],
  warnings: [{ code: 'model_missing', message: 'not here', pointer: null }],
  total_ms: 70,
}

test('a probe that ends is one line: what it sent, what it took, whether the target is sound', () => {
  const fact = { fact: 'probe_ended', depth: 'live', requests: 12 } as const
  const { line, text } = logged(true, { ...fact, ended: probed, cost_unknown_reason: 'why' })
  assert.deepEqual(line, {
    level: 30,
    request_id: 'p1',
    target: 't',
    depth: 'live',
    requests: 12,
    outcome: 'completed',
    dialect: 'gemini',
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'gcp.gemini',
    'gen_ai.request.model': 'm',
    reachable: true,
    authenticated: true,
    model_present: null,
    errors: [],
    total_ms: 70,
    warnings: ['model_missing'],
    'gen_ai.usage.input_tokens': 9,
    'gen_ai.usage.cache_read.input_tokens': 4,
    'gen_ai.usage.output_tokens': 3,
    cost_unknown: 'why',
    msg: 'probe ended',
  })
  assert.doesNotMatch(text, /what was said|not here/)
  const refused = failedEvent('p2', new Fault('not_found', 'unknown_target', 'no target "x"'))
  const none = { ...fact, ended: refused, requests: 0, cost_unknown_reason: null }
  assert.deepEqual(logged(false, none).line, {
    level: 30,
    request_id: 'p2',
    target: null,
    depth: 'live',
    requests: 0,
    outcome: 'failed',
    'error.type': 'not_found',
    error_code: 'unknown_target',
    error_message: 'no target "x"',
    msg: 'probe ended',
  })
})

test('what a probe was charged is in the totals of tokens and cost, and in nothing else', () => {
  const observer = createObserver(pino({ level: 'silent' }))
  const { usage, cost } = terminal
  const charged = { fact: 'probe_charged', target: 't', model: 'm', dialect: 'gemini' } as const
  observer.observe({ ...charged, usage, cost, cost_unknown_reason: null })
  observer.observe({ ...charged, usage: null, cost: null, cost_unknown_reason: 'why' })
  const counts = observer.counts('t', 'm')
  assert.deepEqual(counts, {
    ...emptyCounts('t', 'm'),
    tokens: { ...counts?.tokens, input_tokens: 9, cached_input_tokens: 4, output_tokens: 3 },
    costs: new Map([['USD', '0.1']]),
    cost_unknown: 1,
    cost_unknown_reason: 'why',
  })
  assert.deepEqual(new Set(Object.values(observer.totals)), new Set([0]))
})

test('counts add up: outcomes, tokens, attempts, exact cost, and cost that is unknown with its reason', () => {
  const observer = createObserver(pino({ level: 'silent' }))
  const heard: Fact[] = []
  const also = createObserver(pino({ level: 'silent' }), { also: [(fact) => heard.push(fact)] })
  also.observe(ended)
  assert.deepEqual(heard, [ended])
  observer.observe({ fact: 'request_started' })
  observer.observe(ended)
  observer.observe(ended)
  observer.observe({ ...ended, terminal: { ...terminal, cost: null }, cost_unknown_reason: 'why' })
  const counts = observer.counts('t', 'm')
  assert.deepEqual(
    [
      counts?.requests,
      counts?.tokens.input_tokens,
      [...(counts?.costs ?? [])],
      [...(counts?.attempts ?? [])],
    ],
    [{ completed: 3, failed: 0, cancelled: 0 }, 27, [['USD', '0.2']], [['ok', 3]]],
  )
  assert.deepEqual([counts?.cost_unknown, counts?.cost_unknown_reason], [1, 'why'])
  assert.deepEqual(percentiles(counts?.total_ms ?? []), { count: 3, p50: 50, p90: 50, p99: 50 })
  assert.deepEqual([counts?.duration.count, counts?.duration.counts[3]], [3, 3])
})

test('an attempt that the client has ended is counted as cancelled, not as one that answered', () => {
  const observer = createObserver(pino({ level: 'silent' }))
  const { finish_reason: _, ...ending } = terminal
  const cancelled = { ...ending, type: 'cancelled', reason: 'client_cancel' } as const
  observer.observe({ ...ended, terminal: cancelled })
  assert.deepEqual([...(observer.counts('t', 'm')?.attempts ?? [])], [['cancelled', 1]])
})

test('a value falls into the first bucket whose bound it does not pass', () => {
  const histogram = new Histogram([1, 2])
  for (const value of [0, 1, 1.5, 2, 9]) histogram.record(value)
  assert.deepEqual([histogram.counts, histogram.sum, histogram.count], [[2, 2, 1], 13.5, 5])
})

test('of many latencies the latest 512 are kept', () => {
  const observer = createObserver(pino({ level: 'silent' }))
  const timing = { queued_ms: 0, first_event_ms: 1, total_ms: 1 }
  const end = (ms: number): void =>
    observer.observe({
      ...ended,
      terminal: { ...terminal, timing: { ...timing, first_event_ms: ms, total_ms: ms } },
    })
  for (let ms = 1; ms <= 600; ms += 1) end(ms)
  const { first_event_ms = [], total_ms = [] } = observer.counts('t', 'm') ?? {}
  const latest = Array.from({ length: 512 }, (_, index) => index + 89)
  assert.deepEqual(
    first_event_ms.toSorted((a, b) => a - b),
    latest,
  )
  assert.deepEqual(
    total_ms.toSorted((a, b) => a - b),
    latest,
  )
})
