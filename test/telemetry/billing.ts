// Prices and answers for bills: usage as each provider words it, read by its own dialect, whole or in the pieces of a stream.
import assert from 'node:assert/strict'
import { DIALECTS } from '../../src/dialects/index.ts'
import type { Usage } from '../../src/protocol/gateway-event.gen.ts'
import type { DialectId } from '../../src/protocol/target.ts'
import type { PriceTable } from '../../src/protocol/prices.ts'
import { bill } from '../../src/telemetry/cost.ts'

/** Millionths a token: easy to do in the head. */
export const table: PriceTable = {
  currency: 'USD',
  per_tokens: 1_000_000,
  input: '2',
  cached_input: '0.5',
  cache_write: null,
  cache_write_1h: null,
  output: '10',
  request: null,
  tiers: [],
}
export const anthropic: PriceTable = { ...table, cache_write: '2.5', cache_write_1h: '4' }

const text = { role: 'assistant', content: 'Hi' }
const bodies = {
  openai_chat: (usage: object) => ({ choices: [{ message: text, finish_reason: 'stop' }], usage }),
  openai_responses: (usage: object) => ({
    object: 'response',
    status: 'completed',
    output: [],
    usage,
  }),
  anthropic_messages: (usage: object) => ({
    type: 'message',
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    usage,
  }),
  gemini: (usageMetadata: object) => ({
    candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
    usageMetadata,
  }),
} satisfies Record<DialectId, (usage: object) => object>

export function usageOf(dialect: DialectId, usage: object): Usage {
  const events = DIALECTS[dialect].decoder().body(JSON.stringify(bodies[dialect](usage)))
  const told = events.filter((event) => event.type === 'usage').at(-1)
  assert.ok(told)
  return told.usage
}

export const total = (dialect: DialectId, usage: object, prices = table): string | undefined =>
  bill(usageOf(dialect, usage), prices).cost?.total

/** What a stream of these events has told in the end, whether or not it is whole; null: nothing. */
export function usageOfStream(dialect: DialectId, events: readonly object[]): Usage | null {
  const decoder = DIALECTS[dialect].decoder()
  const told = events.flatMap((event) => {
    const type = 'type' in event && typeof event.type === 'string' ? event.type : ''
    return decoder.push({ event: type, data: JSON.stringify(event) })
  })
  const last = [...told, ...decoder.end()].filter((event) => event.type === 'usage').at(-1)
  return last?.usage ?? null
}
