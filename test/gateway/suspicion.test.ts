// Silent losses: what is told of, and what must never be a false alarm.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { suspicions } from '../../src/gateway/suspicion.ts'
import type { Message } from '../../src/protocol/client-message.gen.ts'
import type { Usage } from '../../src/protocol/gateway-event.gen.ts'

const usage: Usage = {
  input_tokens: 5_000,
  cached_input_tokens: null,
  cache_write_input_tokens: null,
  output_tokens: 10,
  reasoning_tokens: null,
  total_tokens: null,
  raw: {},
}
const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ')
const user = (content: string): Message => ({ role: 'user', content })
const codes = (messages: Message[], counts: Partial<Usage>, raw = {}): string[] =>
  suspicions({ type: 'infer', messages }, 'm', {
    usage: { ...usage, ...counts },
    served: 'm',
    raw,
  }).map(({ code }) => code)
const renamed = (asked: string, served: string): boolean =>
  suspicions({ type: 'infer', messages: [user('Hi')] }, asked, { usage: null, served }).length > 0

test('fewer input tokens than the prompt has words: it was probably cut', () => {
  assert.deepEqual(codes([user(words(6_000))], { input_tokens: 4_096 }), [
    'input_probably_truncated',
  ])
  assert.deepEqual(codes([user('漢字'.repeat(4_000))], { input_tokens: 1_024 }), [
    'input_probably_truncated',
  ])
  assert.deepEqual(codes([user(words(4_000))], { input_tokens: 4_096 }), [])
})

test('a short prompt, and history that a provider item may stand for, are not judged', () => {
  assert.deepEqual(codes([user(words(200))], { input_tokens: 10 }), [])
  const item = { dialect: 'anthropic_messages', target: 't', model: 'm', fingerprint: 'f' } as const
  const summary: Message = { role: 'assistant', content: [{ type: 'opaque', state: item }] }
  assert.deepEqual(codes([user(words(6_000)), summary, user('go on')], { input_tokens: 700 }), [])
})

test('a prompt that the provider says it has edited, as it was asked to, was not cut', () => {
  for (const [applied_edits, warned] of [
    [[{ type: 'clear_tool_uses_20250919', cleared_tool_uses: 8 }], []],
    [[], ['input_probably_truncated']],
  ]) {
    const raw = { context_management: { applied_edits } }
    assert.deepEqual(codes([user(words(6_000))], { input_tokens: 700 }, raw), warned)
  }
})

test('a server that counts a token for every four characters of prose is never accused', () => {
  const word = fc.string({
    unit: fc.constantFrom('e', 't', 'a', 'o', 'i', 'n', 's', 'h', 'r', 'd'),
    minLength: 3,
    maxLength: 12,
  })
  fc.assert(
    fc.property(fc.array(word, { minLength: 300, maxLength: 600 }), (prose) => {
      const text = prose.join(' ')
      assert.deepEqual(codes([user(text)], { input_tokens: Math.ceil(text.length / 4) }), [])
    }),
  )
})

test('another model is told of; a date, a stage, a path, a tag and a name that is an alias are not', () => {
  const same: [string, string][] = [
    ['gpt-4o', 'gpt-4o-2024-08-06'],
    ['gemini-2.5-flash', 'models/gemini-2.5-flash'],
    ['gemini-2.5-flash', 'gemini-2.5-flash-preview-05-20'],
    ['claude-sonnet-4-0', 'claude-sonnet-4-20250514'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5-20250929'],
    ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet-20241022'],
    ['anthropic/claude-haiku-4.5', 'anthropic/claude-4.5-haiku-20251001'],
    ['mistral-small-latest', 'mistral-small-2506'],
    ['openrouter/auto', 'mistralai/mistral-nemo'],
    ['qwen3', 'qwen3:latest'],
    ['Qwen3-1.7B', '/models/qwen3-1.7b.gguf'],
  ]
  const other: [string, string][] = [
    ['gpt-4o', 'gpt-4o-mini'],
    ['gpt-4-0613', 'gpt-4-1106-preview'],
    ['grok-4-0709', 'grok-4.3'],
    ['qwen2.5-vl-7b', 'qwen2.5-vl-72b'],
    ['llama3:8b', 'llama3:70b'],
    ['qwen3-1.7b', '/models/qwen3-8b.gguf'],
  ]
  assert.deepEqual(
    same.filter(([asked, served]) => renamed(asked, served)),
    [],
  )
  assert.deepEqual(
    other.filter(([asked, served]) => !renamed(asked, served)),
    [],
  )
})

test('counts that cannot be are told of', () => {
  const short = [user('Hi')]
  assert.deepEqual(codes(short, { input_tokens: 0 }), ['usage_inconsistent'])
  assert.deepEqual(codes(short, { input_tokens: 10, cached_input_tokens: 64 }), [
    'usage_inconsistent',
  ])
  assert.deepEqual(codes(short, { output_tokens: 2, reasoning_tokens: 25 }), ['usage_inconsistent'])
  assert.deepEqual(codes(short, { total_tokens: 10 }), ['usage_inconsistent'])
  assert.deepEqual(codes(short, { total_tokens: 5_100, cached_input_tokens: 5_000 }), [])
})
