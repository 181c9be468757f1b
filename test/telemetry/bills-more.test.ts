// More bills by hand, where counts are told twice, in pieces, late, or not at all: tiers, fees, cache writes, streams, broken ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { DialectId } from '../../src/protocol/target.ts'
import type { PriceTable } from '../../src/protocol/prices.ts'
import { bill } from '../../src/telemetry/cost.ts'
import { anthropic, table, total, usageOf, usageOfStream } from './billing.ts'

const WIRES = ['openai_chat', 'openai_responses', 'anthropic_messages', 'gemini'] as const

test('OpenAI counts cache writes into the input, and older answers do not tell them', () => {
  // 400 × 2 + 1,000 × 0.5 + 600 × 2.5 + 10 × 10
  const prices = { ...table, cache_write: '2.5' }
  const details = { cached_tokens: 1_000, cache_write_tokens: 600 }
  const responses = { input_tokens: 2_000, input_tokens_details: details, output_tokens: 10 }
  const chat = { prompt_tokens: 2_000, prompt_tokens_details: details, completion_tokens: 10 }
  assert.equal(total('openai_responses', responses, prices), '0.0029')
  assert.equal(total('openai_chat', chat, prices), '0.0029')
  const older = { ...responses, input_tokens_details: { cached_tokens: 1_000 } }
  const { cost, reason } = bill(usageOf('openai_responses', older), prices)
  assert.deepEqual([cost, reason], [null, 'the provider did not report cache write tokens'])
})

const cachedMessages = (input_tokens: number): object => ({
  input_tokens,
  cache_read_input_tokens: 1_000,
  cache_creation_input_tokens: 900,
  cache_creation: { ephemeral_5m_input_tokens: 900, ephemeral_1h_input_tokens: 0 },
  output_tokens: 10,
})

const withTools = (toolUsePromptTokenCount: number): object => ({
  promptTokenCount: 1_900,
  cachedContentTokenCount: 900,
  toolUsePromptTokenCount,
  candidatesTokenCount: 4,
  thoughtsTokenCount: 6,
})

test('a tier goes by the whole prompt, cached, written and brought by tools, and its fee is the request once', () => {
  const tiers = [{ above_input_tokens: 2_000, input: '4', cached_input: '1', output: '20' }]
  const prices: PriceTable = { ...anthropic, tiers, request: '0.01' }
  // 100 × 2 + 1,000 × 0.5 + 900 × 2.5 + 10 × 10, then 101 × 4 + 1,000 × 1 + 900 × 2.5 + 10 × 20
  assert.equal(total('anthropic_messages', cachedMessages(100), prices), '0.01305')
  assert.equal(total('anthropic_messages', cachedMessages(101), prices), '0.013854')
  // (1,000 + 100) × 2 + 900 × 0.5 + 10 × 10, then (1,000 + 101) × 4 + 900 × 1 + 10 × 20
  const plain = { ...table, tiers }
  assert.equal(total('gemini', withTools(100), plain), '0.00275')
  assert.equal(total('gemini', withTools(101), plain), '0.005504')
})

const delta = (usage: object): object => ({ type: 'message_delta', delta: {}, usage })

const chunk = (completion_tokens: number, reasoning_tokens: number): object => ({
  choices: [{ index: 0, delta: { content: 'x' } }],
  usage: {
    prompt_tokens: 100,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens,
    completion_tokens_details: { reasoning_tokens },
    total_tokens: 100 + completion_tokens + reasoning_tokens,
  },
})

test('counts that a stream tells again and again are totals, not addends', () => {
  const lived = { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 200 }
  const start = {
    input_tokens: 10,
    cache_read_input_tokens: 1_000,
    cache_creation_input_tokens: 500,
    cache_creation: lived,
    output_tokens: 1,
  }
  // 10 × 2 + 1,000 × 0.5 + 300 × 2.5 + 200 × 4 + 50 × 10
  const messages = usageOfStream('anthropic_messages', [
    { type: 'message_start', message: { usage: start } },
    delta({ output_tokens: 20, cache_read_input_tokens: null }),
    delta({ ...start, output_tokens: 50 }),
  ])
  assert.equal(bill(messages, anthropic).cost?.total, '0.00257')
  // 100 × 2 + (20 + 80) × 10
  const xai = usageOfStream('openai_chat', [chunk(0, 40), chunk(10, 80), chunk(20, 80)])
  assert.equal(bill(xai, table).cost?.total, '0.0012')
  // 600 × 2 + 400 × 0.5 + (20 + 80) × 10
  const usageMetadata = { promptTokenCount: 1_000, cachedContentTokenCount: 400 }
  const gemini = usageOfStream('gemini', [
    { usageMetadata: { ...usageMetadata, thoughtsTokenCount: 80 } },
    { usageMetadata: { ...usageMetadata, thoughtsTokenCount: 80, candidatesTokenCount: 5 } },
    { usageMetadata: { ...usageMetadata, thoughtsTokenCount: 80, candidatesTokenCount: 20 } },
  ])
  assert.equal(bill(gemini, table).cost?.total, '0.0024')
})

test('an answer that ends early costs what was reported of it', () => {
  const usage = {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 7 },
  }
  const response = { object: 'response', output: [], usage }
  // 100 × 2 + 7 × 10
  for (const status of ['incomplete', 'failed']) {
    const events = [
      { type: 'response.created', response: { ...response, usage: null } },
      { type: `response.${status}`, response: { ...response, status } },
    ]
    assert.equal(bill(usageOfStream('openai_responses', events), table).cost?.total, '0.00027')
  }
  // 10 × 2 + 3 × 10: the stream broke off
  const counts = { input_tokens: 10, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 }
  const start = { type: 'message_start', message: { usage: { ...counts, output_tokens: 3 } } }
  const broken = usageOfStream('anthropic_messages', [start])
  assert.equal(bill(broken, { ...table, request: null }).cost?.total, '0.00005')
})

const reasons = (dialect: DialectId, usage: object): unknown[] => {
  const { cost, reason } = bill(usageOf(dialect, usage), table)
  return [cost, reason]
}

test('on every wire: what is not reported is unknown, with the reason, and never free', () => {
  const cached = 'the provider did not report cached input tokens'
  const counts = 'the provider reported no token counts'
  const chat = { prompt_tokens: 5, completion_tokens: 5 }
  const responses = { input_tokens: 5, output_tokens: 5 }
  assert.deepEqual(
    [
      reasons('openai_chat', chat),
      reasons('openai_responses', responses),
      reasons('anthropic_messages', responses),
      reasons('openai_chat', { prompt_tokens: 5 }),
      reasons('openai_responses', { output_tokens: 5 }),
      reasons('anthropic_messages', { output_tokens: 5 }),
      reasons('gemini', { promptTokenCount: 5, cachedContentTokenCount: 9 }),
    ],
    [
      [null, cached],
      [null, cached],
      [null, cached],
      [null, counts],
      [null, counts],
      [null, counts],
      [null, 'the reported token counts do not add up'],
    ],
  )
  for (const dialect of WIRES)
    assert.equal(bill(usageOfStream(dialect, []), table).reason, 'the provider reported no usage')
})

interface Tokens {
  readonly plain: number
  readonly cached: number
  readonly short: number
  readonly hour: number
  readonly said: number
  readonly thought: number
}

/** The same tokens, as each wire counts them. */
function counted({ plain, cached, short, hour, said, thought }: Tokens): Record<DialectId, object> {
  const whole = { input: plain + cached + short + hour, output: said + thought }
  const details = { cached_tokens: cached, cache_write_tokens: short + hour }
  const thoughts = { reasoning_tokens: thought }
  return {
    openai_chat: {
      prompt_tokens: whole.input,
      prompt_tokens_details: details,
      completion_tokens: whole.output,
      completion_tokens_details: thoughts,
      total_tokens: whole.input + whole.output,
    },
    openai_responses: {
      input_tokens: whole.input,
      input_tokens_details: details,
      output_tokens: whole.output,
      output_tokens_details: thoughts,
    },
    anthropic_messages: {
      input_tokens: plain,
      cache_read_input_tokens: cached,
      cache_creation_input_tokens: short + hour,
      cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: hour },
      output_tokens: whole.output,
    },
    gemini: {
      promptTokenCount: plain + cached,
      cachedContentTokenCount: cached,
      toolUsePromptTokenCount: short + hour,
      candidatesTokenCount: said,
      thoughtsTokenCount: thought,
    },
  }
}

test('with one price for all, a bill is that price times every token once, however the wire counts', () => {
  const even: PriceTable = {
    ...table,
    input: '3',
    cached_input: '3',
    cache_write: '3',
    cache_write_1h: '3',
    output: '3',
  }
  const tokens = fc.record({
    plain: fc.nat(1e6),
    cached: fc.nat(1e6),
    short: fc.nat(1e6),
    hour: fc.nat(1e6),
    said: fc.nat(1e6),
    thought: fc.nat(1e6),
  })
  fc.assert(
    fc.property(tokens, (of) => {
      const all = Object.values(of).reduce((sum, count) => sum + count, 0)
      const wires = counted(of)
      for (const dialect of WIRES) {
        // Only Anthropic tells writes of an hour apart, and Gemini tells none.
        const cache_write_1h = dialect === 'anthropic_messages' ? '3' : null
        const cache_write = dialect === 'gemini' ? null : '3'
        const prices = { ...even, cache_write, cache_write_1h }
        const millionths = Number(total(dialect, wires[dialect], prices)) * 1e6
        assert.equal(Math.round(millionths), 3 * all, dialect)
      }
    }),
  )
})
