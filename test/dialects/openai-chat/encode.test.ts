import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../../../src/dialects/openai-chat/encode.ts'
import { wireCapabilities } from '../../../src/dialects/shared/capabilities.ts'
import type { InferRequest, Tool } from '../../../src/protocol/client-message.gen.ts'
import type { Quirks } from '../../../src/protocol/target.ts'
import { FRESH, requestOf, targetOf } from '../shared/target.ts'

type Target = ReturnType<typeof targetOf>
const USER = { role: 'user' as const, content: 'q' }
const tool: Tool = { name: 'f', description: 'does', input_schema: { type: 'object' } }
const other: Tool = { name: 'g', input_schema: { type: 'object' } }

const sent = (rest: Partial<InferRequest> = {}, target: Target = targetOf()) =>
  encode(requestOf([USER], rest), target, FRESH)
/** What a request adds to the plainest body. */
const added = (rest: Partial<InferRequest>, target: Target = targetOf()) => {
  const plain = sent({}, target).call.body
  return Object.fromEntries(
    Object.entries(sent(rest, target).call.body).filter(([key]) => !(key in plain)),
  )
}
const quirky = (quirks: Partial<Quirks>) => targetOf({ quirks })

test('the plainest request is model, messages and stream', () => {
  assert.deepEqual(sent(), {
    call: {
      path: '/chat/completions',
      headers: {},
      body: {
        model: 'm-1',
        messages: [USER],
        stream: true,
        stream_options: { include_usage: true },
      },
    },
    warnings: [],
  })
})

test('a target that cannot stream is asked for a whole answer, and usage is asked for only where the server knows it', () => {
  const { body } = sent({}, targetOf({ capabilities: wireCapabilities(['streaming']) })).call
  assert.deepEqual([body['stream'], 'stream_options' in body], [false, false])
  assert.equal('stream_options' in sent({}, quirky({ stream_usage: false })).call.body, false)
})

const FIELDS: readonly [string, Partial<InferRequest>, Partial<Quirks>, object][] = [
  ['the output limit', { limits: { max_output_tokens: 9, max_retries: 0 } }, {}, { max_tokens: 9 }],
  [
    'the output limit, by its newer name',
    { limits: { max_output_tokens: 9 } },
    { max_tokens_field: 'max_completion_tokens' },
    { max_completion_tokens: 9 },
  ],
  [
    'sampling',
    {
      sampling: {
        temperature: 0,
        top_p: 1,
        top_k: 2,
        stop: ['x'],
        presence_penalty: 0.1,
        frequency_penalty: 0.2,
      },
    },
    {},
    {
      temperature: 0,
      top_p: 1,
      top_k: 2,
      stop: ['x'],
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
    },
  ],
  ['the seed', { sampling: { seed: 7 } }, { seed_field: 'random_seed' }, { random_seed: 7 }],
  [
    'tools, with strict always said',
    { tools: [tool] },
    {},
    {
      tools: [
        {
          type: 'function',
          function: {
            name: 'f',
            description: 'does',
            parameters: tool.input_schema,
            strict: false,
          },
        },
      ],
    },
  ],
  [
    'tools where strict is unknown',
    { tools: [other] },
    { strict: false },
    { tools: [{ type: 'function', function: { name: 'g', parameters: other.input_schema } }] },
  ],
  [
    'no tools for an empty list',
    { tools: [], tool_choice: 'auto', parallel_tool_calls: true },
    {},
    {},
  ],
  ['JSON', { output: { mode: 'json' } }, {}, { response_format: { type: 'json_object' } }],
  ['text', { output: { mode: 'text' } }, {}, {}],
  [
    'the effort',
    { reasoning: { effort: 'low', include_text: true } },
    {},
    { reasoning_effort: 'low' },
  ],
  [
    'the effort as an object',
    { reasoning: { budget_tokens: 5, include_text: true } },
    { reasoning_effort: 'reasoning_object' },
    { reasoning: { max_tokens: 5, exclude: false } },
  ],
  [
    'the effort as a switch, on',
    { reasoning: { effort: 'high' } },
    { reasoning_effort: 'thinking_object' },
    { thinking: { type: 'enabled' }, reasoning_effort: 'high' },
  ],
  [
    'the effort as a switch, off',
    { reasoning: { effort: 'none' } },
    { reasoning_effort: 'thinking_object' },
    { thinking: { type: 'disabled' } },
  ],
  ['no switch for reasoning text', { reasoning: { include_text: true } }, {}, {}],
  [
    "the provider's own options",
    { provider_options: { openai_chat: { service_tier: 'flex' }, gemini: { x: 1 } } },
    {},
    { service_tier: 'flex' },
  ],
  ['no metadata', { metadata: { a: 'b' } }, {}, {}],
]
for (const [name, request, quirks, expected] of FIELDS)
  test(`a request says ${name}`, () => assert.deepEqual(added(request, quirky(quirks)), expected))

test('a tool choice takes the form that the server knows', () => {
  const chosen = (
    tool_choice: InferRequest['tool_choice'],
    quirk: Quirks['tool_choice'],
    tools = [tool, other],
  ) => {
    const request = { tools, parallel_tool_calls: false, ...(tool_choice && { tool_choice }) }
    return added(request, quirky({ tool_choice: quirk }))['tool_choice']
  }
  assert.deepEqual(chosen({ name: 'f' }, 'modes'), { type: 'function', function: { name: 'f' } })
  assert.equal(chosen('required', 'strings'), 'required')
  assert.equal(chosen('required', 'any'), 'any')
  assert.equal(chosen('none', 'any'), 'none')
  assert.equal(chosen({ name: 'f' }, 'any', [tool]), 'any')
  assert.equal(chosen('auto', 'none'), undefined)
  assert.equal(chosen(undefined, 'modes'), undefined)
})

test('where tool_choice is ignored, none is said by sending no tools', () => {
  const { call, warnings } = sent(
    { tools: [tool], tool_choice: 'none' },
    quirky({ tool_choice: 'none' }),
  )
  assert.equal('tools' in call.body, false)
  assert.deepEqual(
    warnings.map(({ code, pointer }) => [code, pointer]),
    [['tools_left_out', '/tool_choice']],
  )
})

const closed = { type: 'object', properties: {}, additionalProperties: false }
const open = { type: 'object', properties: { a: { type: 'string' } } }
const strict = (schema: Record<string, unknown>, said?: boolean) => {
  const output = {
    mode: 'json_schema' as const,
    name: 'n',
    schema,
    ...(said !== undefined && { strict: said }),
  }
  return added({ output })['response_format']
}
const format = (schema: object, said: boolean) => ({
  type: 'json_schema',
  json_schema: { name: 'n', schema, strict: said },
})

test('an output schema is strict where it meets the rules and the request does not say otherwise', () => {
  assert.deepEqual(strict(closed), format(closed, true))
  assert.deepEqual(strict(open), format(open, false))
  assert.deepEqual(strict(closed, false), format(closed, false))
  assert.deepEqual(strict(open, true), format(open, true))
})
