// Text of nothing but white space, which the provider refuses wherever it stands, and results of calls that failed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InferRequest, ToolMessage } from '../../../src/protocol/client-message.gen.ts'
import { asked, bodyOf, encode, messagesOf, refused } from './fixture.ts'

const TEXT = { type: 'text', text: 'hi' } as const
const call = (id: string): InferRequest['messages'] => [
  { role: 'assistant', content: [asked(id)] },
  { role: 'tool', tool_call_id: id, tool_name: 'clock', content: '\t' },
]
const use = (id: string): object => ({ type: 'tool_use', id, name: 'clock', input: {} })

test('blank text is sent from nobody: not of users, systems and tools, and a message of nothing else is none', () => {
  const blank = { type: 'text', text: ' \n' } as const
  const json = { type: 'json', value: { a: 1 } } as const
  const request: Partial<InferRequest> = {
    messages: [
      { role: 'system', content: [blank, { type: 'text', text: 'S' }] },
      { role: 'user', content: [blank, TEXT, { ...blank, cache: { ttl: '5m' } }] },
      ...call('a'),
      { role: 'user', content: ' ' },
      { role: 'assistant', content: [{ type: 'refusal', text: ' ' }, TEXT] },
      { role: 'user', content: '\r\n' },
      { role: 'assistant', content: [asked('b')] },
      { role: 'tool', tool_call_id: 'b', tool_name: 'clock', content: [blank, json] },
    ],
  }
  const { system, messages } = bodyOf(request)
  assert.deepEqual(system, [{ type: 'text', text: 'S' }])
  assert.deepEqual(messages, [
    { role: 'user', content: [TEXT] },
    { role: 'assistant', content: [use('a')] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a' }] },
    { role: 'assistant', content: [TEXT, use('b')] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: '{"a":1}' }] },
      ],
    },
  ])
  const [warning, ...others] = encode(request).warnings
  assert.deepEqual(
    [warning?.code, warning?.pointer],
    ['blank_text_left_out', '/messages/0/content/0'],
  )
  assert.match(warning?.message ?? '', /\(8 places\)/)
  assert.deepEqual(others, [])
  assert.equal(bodyOf({ messages: [{ role: 'system', content: ' ' }] })['system'], undefined)
})

test('a fault that a system message gets names its first part that is sent', () => {
  const late: InferRequest['messages'][number] = {
    role: 'system',
    content: [
      { type: 'text', text: ' ' },
      { type: 'text', text: 'now' },
    ],
  }
  const user = { role: 'user', content: 'hi' } as const
  assert.deepEqual(refused({ messages: [user, late, user] }), [
    'unsupported_capability',
    'system_in_conversation',
    '/messages/1/content/1',
  ])
})

const failure = (content: ToolMessage['content']): Pick<InferRequest, 'messages'> => ({
  messages: [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: [asked('a')] },
    { role: 'tool', tool_call_id: 'a', tool_name: 'clock', is_error: true, content },
  ],
})
const failing = (content: ToolMessage['content']): unknown =>
  messagesOf(failure(content)).at(-1)?.['content']

test('a failed call that says nothing goes back as an error with a word, because the provider refuses an empty one', () => {
  const failed = { type: 'tool_result', tool_use_id: 'a', is_error: true }
  for (const [content, text] of [
    ['', 'Error'],
    [' \n', 'Error'],
    ['broken', 'broken'],
  ] as const)
    assert.deepEqual(failing(content), [{ ...failed, content: [{ type: 'text', text }] }])
})

test('a failed call that shows more than text goes back whole, as a result that begins with the word, and a warning says so', () => {
  const source = { media_type: 'image/png', data: 'AA==' }
  const shown: ToolMessage['content'] = [TEXT, { type: 'image', source }]
  const image = { type: 'image', source: { type: 'base64', ...source } }
  const content = [{ type: 'text', text: 'Error' }, TEXT, image]
  assert.deepEqual(failing(shown), [{ type: 'tool_result', tool_use_id: 'a', content }])
  assert.deepEqual(
    encode(failure(shown)).warnings.map(({ code, pointer }) => [code, pointer]),
    [['is_error_left_out', '/messages/2/is_error']],
  )
})
