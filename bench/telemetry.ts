// What telemetry costs a request: facts into counts and a log line, suspicion of a long prompt, and one page of metrics. Prints microseconds of the processor.
import { pino } from 'pino'
import { suspicions } from '../src/gateway/suspicion.ts'
import type { CompletedEvent } from '../src/protocol/gateway-event.gen.ts'
import { bill } from '../src/telemetry/cost.ts'
import { createObserver } from '../src/telemetry/observer.ts'
import { redact, remember } from '../src/config/redaction.ts'

const usage = {
  input_tokens: 20_000,
  cached_input_tokens: 400,
  cache_write_input_tokens: 0,
  output_tokens: 300,
  reasoning_tokens: 0,
  total_tokens: 20_300,
  raw: { prompt_tokens: 20_000, completion_tokens: 300 },
}
const table = {
  currency: 'USD',
  per_tokens: 1_000_000,
  input: '1.25',
  cached_input: '0.125',
  cache_write: null,
  cache_write_1h: null,
  output: '10',
  request: null,
  tiers: [],
}
const terminal: CompletedEvent = {
  type: 'completed',
  request_id: 'bench',
  finish_reason: 'stop',
  target: 't',
  model: 'm',
  message: { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
  usage,
  cost: bill(usage, table).cost,
  timing: { queued_ms: 1, first_event_ms: 30, total_ms: 500 },
  attempts: [
    { target: 't', model: 'm', http_status: 200, error: null, started_ms: 1, ended_ms: 500 },
  ],
  warnings: [],
  provider_metadata: null,
  metadata: {},
}
const prompt = 'the quick brown fox jumps over it '.repeat(3_000)
const messages = [{ role: 'user' as const, content: prompt }]
const ended = {
  fact: 'request_ended' as const,
  terminal,
  dialect: 'openai_chat' as const,
  fault: null,
  cost_unknown_reason: null,
  input: messages,
}

function time(name: string, rounds: number, work: () => unknown): void {
  for (let round = 0; round < rounds / 10; round++) work()
  const begun = process.cpuUsage()
  for (let round = 0; round < rounds; round++) work()
  const { user, system } = process.cpuUsage(begun)
  const each = (user + system) / rounds
  process.stdout.write(`${name.padEnd(52)} ${each.toFixed(2).padStart(8)} µs\n`)
}

remember('sk-bench-0123456789abcdef')
const sink = { write: () => undefined }
const silent = createObserver(pino({ level: 'silent' }, sink))
const logging = createObserver(pino({}, sink))
const guarded = createObserver(pino({ hooks: { streamWrite: redact } }, sink))
time('a request counted, log off', 50_000, () => silent.observe(ended))
time('a request counted and logged', 50_000, () => logging.observe(ended))
time('the same, with secrets struck out of the line', 50_000, () => guarded.observe(ended))
time('a bill', 50_000, () => bill(usage, table))
time(`suspicion of a prompt of ${Math.round(prompt.length / 1024)} KiB`, 500, () =>
  suspicions({ type: 'infer', messages }, 'm', { usage, served: 'm-2026-01-01' }),
)
