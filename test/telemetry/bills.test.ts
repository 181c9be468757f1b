// Bills by hand for each provider's own way of counting: every token charged once, whatever the wire counts into what.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bill } from '../../src/telemetry/cost.ts'
import { anthropic, table, total, usageOf } from './billing.ts'

test('OpenAI counts cached tokens into the prompt and reasoning into the completion', () => {
  // 1,000 × 2 + 1,000 × 0.5 + 300 × 10
  const chat = {
    prompt_tokens: 2_000,
    prompt_tokens_details: { cached_tokens: 1_000 },
    completion_tokens: 300,
    completion_tokens_details: { reasoning_tokens: 200 },
    total_tokens: 2_300,
  }
  assert.equal(total('openai_chat', chat), '0.0055')
  const responses = {
    input_tokens: 2_000,
    input_tokens_details: { cached_tokens: 1_000 },
    output_tokens: 300,
    output_tokens_details: { reasoning_tokens: 200 },
    total_tokens: 2_300,
  }
  assert.equal(total('openai_responses', responses), '0.0055')
})

test('xAI counts reasoning beside the completion: it is output all the same', () => {
  // 100 × 2 + (20 + 80) × 10
  const usage = {
    prompt_tokens: 100,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens: 20,
    completion_tokens_details: { reasoning_tokens: 80 },
    total_tokens: 200,
    num_sources_used: 0,
  }
  assert.equal(total('openai_chat', usage), '0.0012')
})

test('DeepSeek tells hits and misses, which together are the prompt', () => {
  // 300 × 2 + 700 × 0.5 + 10 × 10
  const usage = {
    prompt_tokens: 1_000,
    prompt_cache_hit_tokens: 700,
    prompt_cache_miss_tokens: 300,
    completion_tokens: 10,
    total_tokens: 1_010,
  }
  assert.equal(total('openai_chat', usage), '0.00105')
})

test('Anthropic counts cached and written tokens beside the input, and prices writes by how long they live', () => {
  // 10 × 2 + 1,000 × 0.5 + 300 × 2.5 + 200 × 4 + 50 × 10
  const usage = {
    input_tokens: 10,
    cache_read_input_tokens: 1_000,
    cache_creation_input_tokens: 500,
    cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 200 },
    output_tokens: 50,
    service_tier: 'standard',
    inference_geo: 'global',
    server_tool_use: { web_search_requests: 0, web_fetch_requests: 2 },
  }
  const { cost } = bill(usageOf('anthropic_messages', usage), anthropic)
  assert.deepEqual(cost, {
    currency: 'USD',
    total: '0.00257',
    input: '0.00002',
    cached_input: '0.0005',
    cache_write: '0.00155',
    output: '0.0005',
  })
})

test('Anthropic tells compaction passes apart from the rest: they are charged too, each token once', () => {
  // (100 + 20) × 2 + (400 + 100) written: 400 × 4 + 100 × 2.5, (30 + 5) × 10
  const pass = {
    type: 'compaction',
    input_tokens: 100,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 400,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 400 },
    output_tokens: 30,
  }
  const own = {
    input_tokens: 20,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 100,
    cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 0 },
    output_tokens: 5,
  }
  const usage = { ...own, iterations: [pass, { ...own, type: 'message' }] }
  assert.equal(total('anthropic_messages', usage, anthropic), '0.00244')
})

test('cache writes whose life is not told are unknown where an hour has its own price, and else are not', () => {
  const usage = {
    input_tokens: 10,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 500,
    output_tokens: 50,
  }
  const { cost, reason } = bill(usageOf('anthropic_messages', usage), anthropic)
  assert.deepEqual(
    [cost, reason],
    [null, 'the provider did not tell cache writes of an hour from shorter ones'],
  )
  // 10 × 2 + 500 × 2.5 + 50 × 10
  const one = { ...anthropic, cache_write_1h: null }
  assert.equal(total('anthropic_messages', usage, one), '0.00177')
})

test('Gemini counts thoughts beside the candidates, and what tools bring beside the prompt', () => {
  // (600 + 100) × 2 + 400 × 0.5 + (20 + 80) × 10
  const usage = {
    promptTokenCount: 1_000,
    cachedContentTokenCount: 400,
    toolUsePromptTokenCount: 100,
    candidatesTokenCount: 20,
    thoughtsTokenCount: 80,
    totalTokenCount: 1_200,
    trafficType: 'ON_DEMAND',
  }
  assert.equal(total('gemini', usage), '0.0026')
})

const plainMessages = {
  input_tokens: 1,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  output_tokens: 1,
}
const messages = (usage: object): string | null =>
  bill(usageOf('anthropic_messages', { ...plainMessages, ...usage }), table).reason

test('what the answer tells of beside tokens makes the cost unknown, by name', () => {
  const plain = {
    prompt_tokens: 10,
    completion_tokens: 1,
    prompt_tokens_details: { cached_tokens: 0 },
  }
  const chat = (usage: object, tier?: string): string | null =>
    bill(usageOf('openai_chat', { ...plain, ...usage }), table, tier).reason
  const known = ', which the configured prices do not know'
  assert.deepEqual(
    [
      chat({}),
      chat({}, 'default'),
      chat({}, 'flex'),
      chat({ num_sources_used: 3 }),
      chat({ server_side_tool_usage_details: { x_search_calls: 1 } }),
      chat({ completion_tokens_details: { audio_tokens: 5 } }),
      chat({ cost: { request_cost: 0.005 } }),
    ],
    [
      null,
      null,
      `the answer tells of service tier flex${known}`,
      `the answer tells of num_sources_used${known}`,
      `the answer tells of x_search_calls${known}`,
      `the answer tells of audio tokens${known}`,
      `the answer tells of a fee for the request${known}`,
    ],
  )
  assert.deepEqual(
    [
      messages({ service_tier: 'priority' }),
      messages({ inference_geo: 'us' }),
      messages({ speed: 'fast' }),
      messages({ server_tool_use: { web_search_requests: 1 } }),
      messages({ iterations: [{ type: 'advisor_message', input_tokens: 5, output_tokens: 5 }] }),
    ],
    [
      `the answer tells of service tier priority${known}`,
      `the answer tells of inference_geo us${known}`,
      `the answer tells of speed fast${known}`,
      `the answer tells of web_search_requests${known}`,
      `the answer tells of passes of another model (advisor_message)${known}`,
    ],
  )
})
