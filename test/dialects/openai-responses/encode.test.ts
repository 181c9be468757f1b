import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { openaiResponses } from '../../../src/dialects/openai-responses/index.ts'
import { wireCapabilities } from '../../../src/dialects/shared/capabilities.ts'
import type { InferRequest, Message } from '../../../src/protocol/client-message.gen.ts'
import { Fault } from '../../../src/protocol/fault.ts'
import { FRESH, requestOf, targetOf } from '../shared/target.ts'

const { encode } = openaiResponses
const TARGET = targetOf({ dialect: 'openai_responses' })
const OFFICIAL = targetOf({ dialect: 'openai_responses', official_host: true })
const USER: Message = { role: 'user', content: 'q' }
const ASKED = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'q' }] }

const sent = (rest: Partial<InferRequest> = {}, target = TARGET) =>
  encode(requestOf([USER], rest), target, FRESH)
/** What a request adds to the plainest body. */
const added = (rest: Partial<InferRequest>, target = TARGET) => {
  const plain = sent({}, target).call.body
  return Object.fromEntries(
    Object.entries(sent(rest, target).call.body).filter(([key]) => !(key in plain)),
  )
}
const refused = (rest: Partial<InferRequest>, target = TARGET): unknown => {
  try {
    return sent(rest, target)
  } catch (error) {
    assert.ok(error instanceof Fault)
    return [error.kind, error.code, error.pointer]
  }
}

test('the plainest request is stateless, and asks for the ciphertext that the next turn will need', () => {
  const body = {
    model: 'm-1',
    input: [ASKED],
    include: ['reasoning.encrypted_content'],
    store: false,
    stream: true,
  }
  assert.deepEqual(sent(), { call: { path: '/responses', headers: {}, body }, warnings: [] })
  assert.deepEqual(sent({}, OFFICIAL).call.body, {
    ...body,
    stream_options: { include_obfuscation: false },
  })
  const plain = targetOf({
    dialect: 'openai_responses',
    capabilities: wireCapabilities(['reasoning', 'streaming']),
  })
  assert.deepEqual(sent({}, plain).call.body, {
    model: 'm-1',
    input: [ASKED],
    store: false,
    stream: false,
  })
})

const schema = {
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
}
const tool = { name: 'f', description: 'does', input_schema: { type: 'object' } }
const sentTool = {
  type: 'function',
  name: 'f',
  description: 'does',
  parameters: { type: 'object' },
  strict: false,
}

const FIELDS: readonly [string, Partial<InferRequest>, JsonObject][] = [
  ['strict is always said of a tool', { tools: [tool] }, { tools: [sentTool] }],
  [
    'a strict tool',
    { tools: [{ ...tool, strict: true }] },
    { tools: [{ ...sentTool, strict: true }] },
  ],
  [
    'a tool choice',
    { tools: [tool], tool_choice: 'required' },
    { tools: [sentTool], tool_choice: 'required' },
  ],
  [
    'a named tool',
    { tools: [tool], tool_choice: { name: 'f' } },
    { tools: [sentTool], tool_choice: { type: 'function', name: 'f' } },
  ],
  ['no tools', { tools: [], tool_choice: 'auto' }, {}],
  ['one call at a time', { parallel_tool_calls: false }, { parallel_tool_calls: false }],
  ['text', { output: { mode: 'text' } }, {}],
  ['JSON', { output: { mode: 'json' } }, { text: { format: { type: 'json_object' } } }],
  [
    'a schema within the strict rules',
    { output: { mode: 'json_schema', name: 'n', schema } },
    { text: { format: { type: 'json_schema', name: 'n', schema, strict: true } } },
  ],
  [
    'a schema outside of them',
    { output: { mode: 'json_schema', name: 'n', schema: { type: 'object' } } },
    {
      text: {
        format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: false },
      },
    },
  ],
  [
    'strict as asked for',
    { output: { mode: 'json_schema', name: 'n', schema, strict: false } },
    { text: { format: { type: 'json_schema', name: 'n', schema, strict: false } } },
  ],
  ['sampling', { sampling: { temperature: 0, top_p: 1 } }, { temperature: 0, top_p: 1 }],
  ['an effort', { reasoning: { effort: 'low' } }, { reasoning: { effort: 'low' } }],
  ['thoughts', { reasoning: { include_text: true } }, { reasoning: { summary: 'auto' } }],
  [
    'thoughts of no effort',
    { reasoning: { effort: 'none', include_text: true } },
    { reasoning: { effort: 'none' } },
  ],
  ['a limit', { limits: { max_output_tokens: 9, max_retries: 0 } }, { max_output_tokens: 9 }],
  ['metadata, which stays here', { metadata: { a: 'b' } }, {}],
  [
    "the caller's own fields",
    { provider_options: { openai_responses: { service_tier: 'flex' }, gemini: { x: 1 } } },
    { service_tier: 'flex' },
  ],
]

test('each field has its one place in the body', () => {
  for (const [name, rest, fields] of FIELDS) assert.deepEqual(added(rest), fields, name)
})

test("the caller's own tools and includes are appended, its text options join the format", () => {
  const hosted = { type: 'web_search' }
  const options = { tools: [hosted], include: ['x'], text: { verbosity: 'low' } }
  const { body } = sent({
    tools: [tool],
    output: { mode: 'json' },
    provider_options: { openai_responses: options },
  }).call
  assert.deepEqual(body['tools'], [sentTool, hosted])
  assert.deepEqual(body['include'], ['reasoning.encrypted_content', 'x'])
  assert.deepEqual(body['text'], { format: { type: 'json_object' }, verbosity: 'low' })
})

test('what would be lost or break the answer is refused where it stands', () => {
  assert.deepEqual(refused({ reasoning: { budget_tokens: 9 } }), [
    'unsupported_capability',
    'reasoning_budget',
    '/reasoning/budget_tokens',
  ])
  assert.deepEqual(refused({ limits: { max_output_tokens: 15 } }, OFFICIAL), [
    'invalid_request',
    'max_output_tokens_too_small',
    '/limits/max_output_tokens',
  ])
  for (const field of [
    'store',
    'previous_response_id',
    'background',
    'input',
    'model',
    'stream',
    'conversation',
  ])
    assert.deepEqual(refused({ provider_options: { openai_responses: { [field]: true } } }), [
      'invalid_request',
      'provider_option_refused',
      `/provider_options/openai_responses/${field}`,
    ])
})
