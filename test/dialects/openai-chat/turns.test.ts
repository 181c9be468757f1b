import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decoder } from '../../../src/dialects/openai-chat/decode.ts'
import { asObject } from '../../../src/dialects/shared/json.ts'
import type { AssistantPart } from '../../../src/protocol/client-message.gen.ts'
import { ownState, targetOf } from '../shared/target.ts'
import { fold } from './answer.ts'
import type { Part } from './answer.ts'
import { call, encoded, result, USER, wire, type Target } from './conversation.ts'

/** The one message made of an assistant turn, between two user messages. */
const turn = (content: AssistantPart[], target?: Target) => {
  const messages = wire([USER, { role: 'assistant', content }, USER], target)
  assert.ok(Array.isArray(messages))
  return messages.length === 3 ? (messages[1] as unknown) : null
}

test('an assistant turn is one message: texts joined, calls beside, malformed arguments as they were', () => {
  assert.deepEqual(
    turn([
      { type: 'text', text: 'b' },
      { type: 'text', text: 'c' },
    ]),
    { role: 'assistant', content: 'bc' },
  )
  const calls = wire([
    USER,
    { role: 'assistant', content: [call('a', { arguments_json: '{"x', status: 'malformed' })] },
    result('no'),
  ])
  assert.deepEqual(Array.isArray(calls) && calls[1], {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x' } }],
  })
})

test("a refusal has its field on the vendor's own host; elsewhere it goes as text", () => {
  const refusal: AssistantPart[] = [{ type: 'refusal', text: 'no' }]
  assert.deepEqual(turn(refusal, targetOf({ official_host: true })), {
    role: 'assistant',
    content: null,
    refusal: 'no',
  })
  assert.deepEqual(turn(refusal), { role: 'assistant', content: 'no' })
})

const thought = (field: string): AssistantPart[] => [
  { type: 'reasoning', text: 'r', state: ownState({ field }) },
  { type: 'text', text: 'a' },
]

test('reasoning goes back in the field it came in, else in the one the target names; where none is, a warning says so', () => {
  const plain: AssistantPart[] = [
    { type: 'reasoning', text: 'r' },
    { type: 'text', text: 'a' },
  ]
  const none = targetOf({ quirks: { reasoning_field: null } })
  assert.deepEqual(turn(thought('reasoning')), { role: 'assistant', content: 'a', reasoning: 'r' })
  assert.deepEqual(turn(thought('role')), {
    role: 'assistant',
    content: 'a',
    reasoning_content: 'r',
  })
  assert.deepEqual(turn(plain), { role: 'assistant', content: 'a', reasoning_content: 'r' })
  assert.deepEqual(turn(thought('reasoning'), none), { role: 'assistant', content: 'a' })
  assert.deepEqual(
    encoded([USER, { role: 'assistant', content: thought('reasoning') }, USER], none).warnings.map(
      ({ code }) => code,
    ),
    ['reasoning_left_out'],
  )
  const blocks = [{ type: 'thinking', thinking: 'r', signature: 's' }]
  const state = ownState({ field: 'reasoning_content', blocks })
  assert.deepEqual(turn([{ type: 'reasoning', text: 'r', state }, ...plain.slice(1)], none), {
    role: 'assistant',
    content: 'a',
    thinking_blocks: blocks,
  })
  assert.deepEqual(
    encoded([USER, { role: 'assistant', content: plain }, USER], none).warnings.map(
      ({ code }) => code,
    ),
    ['reasoning_without_state_left_out'],
  )
})

/** A part as the gateway keeps it. */
function canonical({ type, text, id = '', name = '', state }: Part): AssistantPart {
  const kept = state && { state: ownState(state) }
  if (type === 'tool_call') return { type, id, name, arguments_json: text, ...kept }
  if (type === 'refusal') return { type, text }
  if (type === 'opaque') return { type, state: ownState(state) }
  return { type: type === 'text' ? 'text' : 'reasoning', text, ...kept }
}

const TURNS: readonly [string, Record<string, unknown>][] = [
  ['text', { content: 'a' }],
  ['reasoning and text', { content: 'a', reasoning_content: 'r' }],
  [
    'reasoning under another name, and calls',
    {
      content: null,
      reasoning: 'r',
      tool_calls: [1, 2].map((n) => ({
        id: `c-${n}`,
        type: 'function',
        function: { name: 'f', arguments: `{"n": ${n}}` },
      })),
    },
  ],
  [
    'blocks of thinking',
    {
      content: 'a',
      reasoning_content: 'r',
      thinking_blocks: [
        { type: 'thinking', thinking: 'r', signature: 's' },
        { type: 'redacted_thinking', data: 'd' },
      ],
    },
  ],
  [
    'structured reasoning',
    {
      content: 'a',
      reasoning: 'r',
      reasoning_details: [
        { type: 'reasoning.text', text: 'r', signature: 's', index: 0 },
        { type: 'reasoning.encrypted', data: 'e', index: 1 },
      ],
    },
  ],
  [
    'thinking in the content',
    {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'r' }], closed: true },
        { type: 'text', text: 'a' },
      ],
    },
  ],
  [
    'images',
    {
      content: 'a',
      images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
    },
  ],
  [
    "a custom tool's call",
    {
      content: null,
      tool_calls: [{ id: 'c-1', type: 'custom', custom: { name: 'sh', input: 'ls' } }],
    },
  ],
  ['a refusal', { content: null, refusal: 'no' }],
]
for (const [name, said] of TURNS)
  test(`an answer goes back as the server sent it: ${name}`, () => {
    const body = JSON.stringify({
      choices: [{ index: 0, message: { role: 'assistant', ...said }, finish_reason: 'stop' }],
    })
    const { parts } = fold(decoder().body(body))
    const content = parts.map(canonical)
    const target = targetOf({ official_host: true })
    const results = parts.flatMap(({ type, id = '' }) =>
      type === 'tool_call' ? [result('x', { tool_call_id: id })] : [],
    )
    const messages = wire([USER, { role: 'assistant', content }, ...results, USER], target)
    assert.deepEqual(Array.isArray(messages) && messages[1], { role: 'assistant', ...said })
  })

/** The calls that are sent for one with this state. */
function callsSent(state: ReturnType<typeof ownState>): unknown {
  const messages = wire([
    USER,
    { role: 'assistant', content: [call('a', { state })] },
    result('{}'),
  ])
  assert.ok(Array.isArray(messages))
  const answer: unknown = messages[1]
  return asObject(answer)?.['tool_calls']
}

test('what Google sealed a call with goes back to where it came from, and nowhere else', () => {
  const extra_content = { google: { thought_signature: 'sealed' } }
  const own = ownState({ extra_content })
  const plain = { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x": 1}' } }
  assert.deepEqual(callsSent(own), [{ ...plain, extra_content }])
  assert.deepEqual(callsSent({ ...own, target: 'other' }), [plain])
})
