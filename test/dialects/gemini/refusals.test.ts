// What the wire or the model lacks is refused by name, with its place in the request.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gemini } from '../../../src/dialects/gemini/index.ts'
import type { InferRequest, Message } from '../../../src/protocol/client-message.gen.ts'
import { Fault } from '../../../src/protocol/fault.ts'
import { FRESH } from '../shared/target.ts'
import { geminiTarget } from './answer.ts'

const USER: Message = { role: 'user', content: 'hi' }
const TOOL = { name: 'f', input_schema: { type: 'object' } }

/** `code pointer` of the refusal. */
function refusal(fields: Partial<InferRequest>, target = geminiTarget()): string {
  try {
    gemini.encode({ type: 'infer', messages: [USER], ...fields }, target, FRESH)
  } catch (fault) {
    assert.ok(fault instanceof Fault)
    return `${fault.kind}/${fault.code} ${fault.pointer}`
  }
  return 'none'
}

const image = (source: object): Partial<InferRequest> => ({
  messages: [{ role: 'user', content: [{ type: 'image', source }] }],
})
const answers = (schema: Record<string, unknown>): Partial<InferRequest> => ({
  output: { mode: 'json_schema', name: 'n', schema },
})
const older = geminiTarget({ rules: { tools_with_schema: false, media_in_tool_results: false } })
const result = (content: Extract<Message, { role: 'tool' }>['content'], rest = {}): Message => ({
  role: 'tool',
  tool_call_id: 'c1',
  tool_name: 'f',
  content,
  ...rest,
})
const CALLED: Message[] = [
  USER,
  {
    role: 'assistant',
    content: [{ type: 'tool_call', id: 'c1', name: 'f', arguments_json: '{}' }],
  },
]

const REFUSALS: readonly [string, Partial<InferRequest>, string][] = [
  [
    'no switch against parallel calls',
    { tools: [TOOL], parallel_tool_calls: false },
    'unsupported_capability/parallel_tools /parallel_tool_calls',
  ],
  [
    'a loose schema',
    { output: { mode: 'json_schema', name: 'n', schema: {}, strict: false } },
    'unsupported_capability/json_schema_not_strict /output/strict',
  ],
  [
    'a keyword that is not kept to',
    answers({ anyOf: [{ type: 'string', 'a/b': 1 }] }),
    'unsupported_capability/schema_keyword /output/schema/anyOf/0/a~1b',
  ],
  [
    'keywords beside a reference',
    answers({ properties: { p: { $ref: '#', type: 'object' } } }),
    'unsupported_capability/schema_keyword /output/schema/properties/p/type',
  ],
  [
    'JSON beside tools on older models',
    { tools: [TOOL], output: { mode: 'json' } },
    'unsupported_capability/tools_with_schema /output',
  ],
  [
    'more stops than the wire takes',
    { sampling: { stop: ['1', '2', '3', '4', '5', '6'] } },
    'unsupported_capability/stop_count /sampling/stop',
  ],
  [
    'an effort without a word',
    { reasoning: { effort: 'max' } },
    'unsupported_capability/reasoning_effort /reasoning/effort',
  ],
  [
    'a URL that is not read',
    image({ url: 'https://example.org/a.png' }),
    'unsupported_capability/image_url /messages/0/content/0/source/url',
  ],
  [
    'a conversation of instructions alone',
    {
      messages: [
        { role: 'system', content: 'x' },
        { role: 'user', content: '' },
      ],
    },
    'unsupported_capability/system_only /messages/1',
  ],
  [
    'media in results on older models',
    {
      messages: [
        ...CALLED,
        result([{ type: 'image', source: { media_type: 'image/png', data: 'aGk=' } }]),
      ],
    },
    'unsupported_capability/media_in_tool_results /messages/2/content/0',
  ],
  [
    'an opaque part without an item',
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'opaque', state: { dialect: 'gemini', target: 'here', model: 'm-1' } }],
        },
      ],
    },
    'invalid_request/opaque_state /messages/0/content/0/state',
  ],
]
for (const [name, fields, expected] of REFUSALS)
  test(`refused with its place: ${name}`, () => assert.equal(refusal(fields, older), expected))

test('a system message inside the conversation has no place, whatever the rules say', () => {
  const messages: Message[] = [USER, { role: 'system', content: 'now' }, USER]
  const willing = geminiTarget({ rules: { system_in_conversation: true } })
  assert.equal(
    refusal({ messages }, willing),
    'unsupported_capability/system_in_conversation /messages/1/content',
  )
})
