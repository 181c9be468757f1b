import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../../../src/dialects/openai-chat/encode.ts'
import type { InferRequest, Tool } from '../../../src/protocol/client-message.gen.ts'
import type { Quirks } from '../../../src/protocol/target.ts'
import { FRESH, requestOf, targetOf } from '../shared/target.ts'

type Target = ReturnType<typeof targetOf>
const USER = { role: 'user' as const, content: 'q' }
const tool: Tool = { name: 'f', description: 'does', input_schema: { type: 'object' } }
const other: Tool = { name: 'g', input_schema: { type: 'object' } }
const open = { type: 'object', properties: { a: { type: 'string' } } }

const sent = (rest: Partial<InferRequest> = {}, target: Target = targetOf()) =>
  encode(requestOf([USER], rest), target, FRESH)
const quirky = (quirks: Partial<Quirks>) => targetOf({ quirks })

const official = targetOf({ official_host: true })
const REFUSALS: readonly [string, Partial<InferRequest>, Target, string][] = [
  [
    'schema_keyword',
    { output: { mode: 'json_schema', name: 'n', schema: open, strict: true } },
    official,
    '/output/schema',
  ],
  [
    'schema_keyword',
    { tools: [other, { ...tool, strict: true }] },
    official,
    '/tools/1/input_schema',
  ],
  [
    'strict_tools',
    { tools: [{ ...tool, strict: true }] },
    quirky({ strict: false }),
    '/tools/0/strict',
  ],
  [
    'forced_tool_choice',
    { tools: [tool, other], tool_choice: { name: 'f' } },
    quirky({ tool_choice: 'strings' }),
    '/tool_choice',
  ],
  [
    'parallel_tools',
    { tools: [tool], parallel_tool_calls: false },
    quirky({ parallel_tool_calls: false }),
    '/parallel_tool_calls',
  ],
  [
    'reasoning',
    { reasoning: { effort: 'none' } },
    quirky({ reasoning_effort: null }),
    '/reasoning/effort',
  ],
  ['reasoning_budget', { reasoning: { budget_tokens: 1 } }, targetOf(), '/reasoning/budget_tokens'],
]
for (const [code, request, target, pointer] of REFUSALS)
  test(`what the server has no room for is refused: ${code} at ${pointer}`, () => {
    assert.throws(
      () => sent(request, target),
      (fault: { kind: string; code: string; pointer: string }) => {
        assert.deepEqual([fault.kind, fault.code], ['unsupported_capability', code])
        assert.ok(fault.pointer.startsWith(pointer))
        return true
      },
    )
  })

for (const option of [
  { model: 'x' },
  { stream: false },
  { n: 2 },
  { store: true },
  { audio: {} },
  { modalities: ['audio'] },
])
  test(`the option ${JSON.stringify(option)} is refused`, () => {
    assert.throws(() => sent({ provider_options: { openai_chat: option } }), {
      code: 'provider_option_refused',
      pointer: `/provider_options/openai_chat/${Object.keys(option)[0]}`,
    })
  })

test('an option that the request sets too is a conflict', () => {
  const request = {
    sampling: { temperature: 1 },
    provider_options: { openai_chat: { temperature: 0 } },
  }
  assert.throws(() => sent(request), { code: 'provider_option_conflict' })
})

test('cache breakpoints are left out with one warning', () => {
  const content = [{ type: 'text' as const, text: 'q', cache: { ttl: '5m' as const } }]
  const request = requestOf([{ role: 'user', content }], {
    tools: [{ ...tool, cache: { ttl: '1h' } }],
  })
  const { call, warnings } = encode(request, targetOf(), FRESH)
  assert.doesNotMatch(JSON.stringify(call.body), /cache|ttl/)
  assert.deepEqual(
    warnings.map(({ code, pointer }) => [code, pointer]),
    [['cache_breakpoint_left_out', '/tools/0/cache']],
  )
})
