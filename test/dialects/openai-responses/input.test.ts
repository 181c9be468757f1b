import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { encode } from '../../../src/dialects/openai-responses/encode.ts'
import type { AssistantPart, Message } from '../../../src/protocol/client-message.gen.ts'
import { FRESH, requestOf, targetOf } from '../shared/target.ts'
import { state } from './answer.ts'
import { list } from './items.ts'

const TARGET = targetOf({ dialect: 'openai_responses' })
const OFFICIAL = targetOf({ dialect: 'openai_responses', official_host: true })
const USER: Message = { role: 'user', content: 'q' }
const ASKED = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'q' }] }
const input = (messages: Message[], target = TARGET): unknown =>
  encode(requestOf(messages), target, FRESH).call.body['input']
const warned = (messages: Message[], replay = FRESH) =>
  encode(requestOf(messages), TARGET, replay).warnings.map(({ code, pointer }) => [code, pointer])
const opaque = (item: JsonObject) => ({ type: 'opaque' as const, ...state({ item }) })
const turn = (...content: AssistantPart[]): Message[] => [
  USER,
  { role: 'assistant', content },
  USER,
]

test('leading system texts are the instructions; alone they are the input, because that may not be empty', () => {
  const system: Message[] = [
    { role: 'system', content: 'One.' },
    { role: 'system', content: 'Two.' },
  ]
  const { body } = encode(requestOf([...system, USER]), OFFICIAL, FRESH).call
  assert.deepEqual([body['instructions'], body['input']], ['One.\n\nTwo.', [ASKED]])
  const parts = ['One.', 'Two.'].map((text) => ({ type: 'input_text', text }))
  assert.deepEqual(input(system, OFFICIAL), [
    { type: 'message', role: 'developer', content: parts },
  ])
  assert.deepEqual(input([USER, { role: 'system', content: 'Now.' }]), [
    ASKED,
    { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Now.' }] },
  ])
})

const PNG = { media_type: 'image/png', data: 'AAAA' }

test('a file name has no place beside a URL or with an image, and is left out with a warning', () => {
  const source = { url: 'https://host/d.pdf' }
  const parts: Message = {
    role: 'user',
    content: [
      { type: 'document', source, filename: 'd.pdf' },
      { type: 'image', source: PNG, filename: 'i.png' },
    ],
  }
  assert.deepEqual(input([parts]), [
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_file', file_url: 'https://host/d.pdf' },
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
      ],
    },
  ])
  assert.deepEqual(warned([parts]), [['filename_left_out', '/messages/0/content/0/filename']])
})

test('a user message keeps its parts and their order, and items stand beside it', () => {
  const output = {
    type: 'custom_tool_call_output',
    call_id: 'c',
    output: 'o',
    status: 'completed',
    created_by: 'x',
  }
  const content: Message = {
    role: 'user',
    content: [
      { type: 'image', source: PNG, detail: 'low' },
      { type: 'image', source: { url: 'https://host/i.png' } },
      { type: 'document', source: { media_type: 'application/pdf', data: 'BBBB' } },
      { type: 'document', source: { url: 'https://host/d.pdf' }, detail: 'high' },
      opaque({ type: 'input_file', file_id: 'file_1' }),
      opaque(output),
      { type: 'text', text: 'q' },
    ],
  }
  assert.deepEqual(input([content]), [
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
        { type: 'input_image', image_url: 'https://host/i.png', detail: 'auto' },
        {
          type: 'input_file',
          filename: 'document.pdf',
          file_data: 'data:application/pdf;base64,BBBB',
        },
        { type: 'input_file', file_url: 'https://host/d.pdf', detail: 'high' },
        { type: 'input_file', file_id: 'file_1' },
      ],
    },
    { type: 'custom_tool_call_output', call_id: 'c', output: 'o' },
    ASKED,
  ])
  const audio: Message = { role: 'user', content: [{ type: 'audio', source: PNG }] }
  assert.throws(() => input([audio]), {
    kind: 'unsupported_capability',
    code: 'audio',
    pointer: '/messages/0/content/0',
  })
  const bare: Message = { role: 'user', content: [{ type: 'opaque', ...state({}) }] }
  assert.throws(() => input([bare]), {
    code: 'opaque_without_item',
    pointer: '/messages/0/content/0/state',
  })
})

type Result = Extract<Message, { role: 'tool' }>
const asked = (id: string, rest: JsonObject = {}): Message => ({
  role: 'assistant',
  content: [{ type: 'tool_call', id, name: 'f', arguments_json: '', ...rest }],
})
const result = (content: Result['content'], rest: Partial<Result> = {}): Message => ({
  role: 'tool',
  tool_call_id: 'c',
  tool_name: 'f',
  content,
  ...rest,
})
const outputOf = (content: Result['content'], rest: Partial<Result> = {}): unknown => {
  return list(input([USER, asked('c'), result(content, rest)]))[2]?.['output']
}

test('a result is a text where it is one, else parts; a failed one says so in its text', () => {
  const image = { type: 'image' as const, source: PNG }
  const sentImage = { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' }
  assert.equal(outputOf('ok'), 'ok')
  assert.equal(outputOf(''), '')
  assert.equal(outputOf([{ type: 'json', value: { a: 1 } }]), '{"a":1}')
  assert.deepEqual(outputOf([{ type: 'text', text: 'see' }, image]), [
    { type: 'input_text', text: 'see' },
    sentImage,
  ])
  assert.equal(outputOf('no', { is_error: true }), 'Error: no')
  assert.equal(outputOf('', { is_error: true }), 'Error')
  assert.deepEqual(outputOf([image], { is_error: true }), [
    { type: 'input_text', text: 'Error' },
    sentImage,
  ])
  const item = { type: 'opaque' as const, ...state({ item: { type: 'shell_call_output' } }) }
  assert.throws(() => outputOf([item]), { code: 'opaque_item_in_tool_result' })
})

test('a call and its result share an id that fits the wire; an id and a caller of the provider go back as they came', () => {
  const long = 'x'.repeat(65)
  const pair = (rest: JsonObject) =>
    list(input([USER, asked(long, rest), result('ok', { tool_call_id: long })])).slice(1)
  const [call, output] = pair({})
  assert.match(String(call?.['call_id']), /^\w{1,64}$/)
  assert.equal(call?.['call_id'], output?.['call_id'])
  const caller = { type: 'program', caller_id: 'p' }
  assert.deepEqual(pair(state({ namespace: 'n', caller })), [
    { type: 'function_call', call_id: long, name: 'f', arguments: '{}', namespace: 'n', caller },
    { type: 'function_call_output', call_id: long, output: 'ok', caller },
  ])
})

const item = (rest: JsonObject = {}) => ({ type: 'reasoning', id: 'rs_1', summary: [], ...rest })
const thinking = (rest: JsonObject) => ({
  type: 'reasoning' as const,
  text: 't',
  ...state({ item: item(rest) }),
})

test('reasoning goes back with its ciphertext and before what it led to, or not at all', () => {
  const said = { type: 'text' as const, text: 'a' }
  const told = { content: null, created_by: 'x', status: 'completed' }
  const sealed = thinking({ encrypted_content: 'sealed', ...told })
  assert.deepEqual(input(turn(sealed, said)), [
    ASKED,
    item({ encrypted_content: 'sealed' }),
    { type: 'message', role: 'assistant', content: 'a' },
    ASKED,
  ])
  assert.deepEqual(warned(turn(sealed, said)), [])
  assert.deepEqual(warned(turn(said, sealed)), [
    ['unpaired_reasoning_left_out', '/messages/1/content/1'],
  ])
  const bare = thinking({ encrypted_content: '' })
  assert.deepEqual(warned(turn(bare, bare, said)), [
    ['reasoning_without_ciphertext_left_out', '/messages/1/content/0'],
  ])
  assert.deepEqual(warned(turn(sealed, said), { ...FRESH, omit_reasoning: true }), [
    ['reasoning_left_out', '/messages/1/content/0'],
  ])
})

test('cache marks are told once and not sent', () => {
  const marked = { type: 'text' as const, text: 'q', cache: { ttl: '5m' as const } }
  assert.deepEqual(
    warned([USER, { role: 'user', content: [{ type: 'text', text: 'r' }, marked, marked] }]),
    [['cache_breakpoint_left_out', '/messages/1/content/1/cache']],
  )
})

test('a request is encoded to the same input again', () => {
  const content = [{ type: 'output_text', text: 'a', annotations: [] }]
  const messages = turn(opaque({ type: 'message', role: 'assistant', content }), {
    type: 'text',
    text: 'b',
    ...state({ content_index: 1 }),
  })
  const first = input(messages)
  assert.match(JSON.stringify(first), /"a".*"b"/)
  assert.deepEqual(input(messages), first)
  assert.equal(content.length, 1)
})
