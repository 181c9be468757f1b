import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anthropicMessages } from '../../../src/dialects/anthropic/index.ts'
import { asArray, asObject } from '../../../src/dialects/shared/json.ts'
import type { InferRequest, Message, UserPart } from '../../../src/protocol/client-message.gen.ts'
import { asked, STATE, bodyOf, encode, messagesOf, refused, targetWith } from './fixture.ts'

type Request = Partial<InferRequest>

const TEXT = { type: 'text', text: 'hi' } as const
const CLOCK = { name: 'clock', input_schema: { type: 'object', properties: {} } }
const CLOSED = { type: 'object', properties: {}, additionalProperties: false }
const warned = (request: Request): unknown[] =>
  encode(request).warnings.map(({ code, pointer }) => [code, pointer])
const choice = (request: Request): unknown => bodyOf({ tools: [CLOCK], ...request })['tool_choice']
const called = (arguments_json: string): Request => ({
  messages: [
    { role: 'assistant', content: [{ ...asked('a'), arguments_json }] },
    { role: 'tool', tool_call_id: 'a', tool_name: 'clock', content: 'x' },
  ],
})

const inputOf = (json: string): unknown => {
  const text = JSON.stringify(encode(called(json)).call.body)
  return [/"input":(\{[^}]*\})/.exec(text)?.[1], warned(called(json))]
}

test('a plain request is a streamed call with the pinned version and a limit', () => {
  assert.deepEqual(encode({}), {
    call: {
      path: '/messages',
      headers: { 'anthropic-version': '2023-06-01' },
      body: {
        model: 'claude-test-1',
        max_tokens: 8192,
        stream: true,
        messages: [{ role: 'user', content: [TEXT] }],
      },
    },
    warnings: [],
  })
})

test('the output limit is the request’s, else the model’s', () => {
  const target = { ...targetWith(), max_output_tokens: 64_000 }
  assert.equal(bodyOf({}, target)['max_tokens'], 64_000)
  assert.equal(bodyOf({ limits: { max_output_tokens: 5 } }, target)['max_tokens'], 5)
})

test('leading system messages are one; users are one turn', () => {
  const { system, messages } = bodyOf({
    messages: [
      { role: 'system', content: 'A' },
      { role: 'system', content: [{ type: 'text', text: 'B' }] },
      { role: 'user', content: 'hi' },
      { role: 'user', content: 'hi' },
    ],
  })
  const texts = ['A', 'B'].map((text) => ({ type: 'text', text }))
  assert.deepEqual(
    { system, messages },
    {
      system: texts,
      messages: [{ role: 'user', content: [TEXT, TEXT] }],
    },
  )
})

test('a later system message is sent in its place where that is legal, else refused', () => {
  const late = { role: 'system', content: 'now' } as const
  const [user, said] = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: 'ok' },
  ] as const
  assert.deepEqual(bodyOf({ messages: [user, said, user, late] })['messages'], [
    { role: 'user', content: [TEXT] },
    { role: 'assistant', content: [{ type: 'text', text: 'ok' }] },
    { role: 'user', content: [TEXT] },
    { role: 'system', content: [{ type: 'text', text: 'now' }] },
  ])
  const code = ['unsupported_capability', 'system_in_conversation']
  assert.deepEqual(refused({ messages: [user, said, late, user] }), [
    ...code,
    '/messages/2/content',
  ])
  assert.deepEqual(refused({ messages: [user, late, user] }), [...code, '/messages/1/content'])
})

test('images, documents and opaque parts have their blocks', () => {
  const block = { type: 'search_result', source: 's', title: 't', content: [] }
  const pdf = { media_type: 'application/pdf', data: 'UERG' }
  const { messages } = bodyOf({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { media_type: 'image/png', data: 'aGk=' } },
          { type: 'image', source: { url: 'https://example.com/a' } },
          { type: 'document', source: pdf, filename: 'a.pdf' },
          { type: 'document', source: { url: 'https://example.com/a.pdf' } },
          { type: 'document', source: { media_type: 'text/plain; charset=utf-8', data: 'w6Q=' } },
          { type: 'opaque', state: { ...STATE, block } },
        ],
      },
    ],
  })
  const content = [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
    { type: 'image', source: { type: 'url', url: 'https://example.com/a' } },
    { type: 'document', source: { type: 'base64', ...pdf }, title: 'a.pdf' },
    { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'ä' } },
    block,
  ]
  assert.deepEqual(messages, [{ role: 'user', content }])
})

test('what has no block is refused with its place', () => {
  const at = '/messages/0/content/0'
  const docx = { media_type: 'application/msword', data: 'eA==' }
  const bytes = { media_type: 'text/plain', data: '/w==' }
  const audio = { media_type: 'audio/wav', data: 'eA==' }
  const opaque: UserPart = { type: 'opaque', state: { ...STATE, block: 'x' } }
  const [lacks, wrong] = ['unsupported_capability', 'invalid_request'] as const
  const cases: [UserPart, string, string, string][] = [
    [{ type: 'document', source: docx }, lacks, 'document_type', '/source/media_type'],
    [{ type: 'document', source: bytes }, wrong, 'utf8', '/source/data'],
    [{ type: 'audio', source: audio }, lacks, 'audio', ''],
    [opaque, wrong, 'opaque_block', '/state/block'],
  ]
  for (const [value, kind, code, where] of cases) {
    assert.deepEqual(refused({ messages: [{ role: 'user', content: [value] }] }), [
      kind,
      code,
      at + where,
    ])
  }
})

test('all results of a turn stand first in the one message after it, in the order of the calls', () => {
  const image = { type: 'image', source: { media_type: 'image/png', data: 'aGk=' } } as const
  const [, turn, answered] = messagesOf({
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [asked('functions.a:0'), asked('b')] },
      { role: 'tool', tool_call_id: 'b', tool_name: 'clock', content: '', is_error: true },
      {
        role: 'tool',
        tool_call_id: 'functions.a:0',
        tool_name: 'clock',
        content: [{ type: 'json', value: { hour: 12 } }, image],
      },
      { role: 'user', content: 'hi' },
    ],
  })
  const id = asObject(asArray(turn?.['content'])[0])?.['id']
  assert.match(String(id), /^[a-zA-Z0-9_-]{1,64}$/)
  assert.deepEqual(answered, {
    role: 'user',
    content: [
      {
        type: 'tool_result',
        tool_use_id: id,
        content: [
          { type: 'text', text: '{"hour":12}' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
        ],
      },
      {
        type: 'tool_result',
        tool_use_id: 'b',
        content: [{ type: 'text', text: 'Error' }],
        is_error: true,
      },
      TEXT,
    ],
  })
})

test('a turn’s calls stand last in it, whatever its model said behind them', () => {
  const answers = ['a', 'b'].map((id): Message => ({
    role: 'tool',
    tool_call_id: id,
    tool_name: 'clock',
    content: 'noon',
  }))
  const content = [asked('a'), TEXT, asked('b'), { ...TEXT, text: 'then' }]
  const [, turn] = messagesOf({
    messages: [{ role: 'user', content: 'hi' }, { role: 'assistant', content }, ...answers],
  })
  const [one, two] = ['a', 'b'].map((id) => ({ type: 'tool_use', id, name: 'clock', input: {} }))
  assert.deepEqual(turn?.['content'], [TEXT, { ...TEXT, text: 'then' }, one, two])
})

test('arguments go as they are, with every digit; what is no object goes as {} with a warning', () => {
  const warning = ['malformed_arguments_emptied', '/messages/0/content/0']
  assert.deepEqual(inputOf('{"cents":12345678901234567890}'), [
    '{"cents":12345678901234567890}',
    [],
  ])
  assert.deepEqual(inputOf(''), ['{}', []])
  assert.deepEqual(inputOf('{"a":'), ['{}', [warning]])
  assert.deepEqual(inputOf('[1]'), ['{}', [warning]])
})

test('what the provider would refuse of a turn stays behind with one warning a kind', () => {
  const request: Request = {
    messages: [
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: '\n\n' },
          { type: 'reasoning', text: 'hm', state: { ...STATE, block: { signature: '' } } },
          { type: 'refusal', text: 'No.' },
          { type: 'text', text: ' ' },
        ],
      },
      { role: 'user', content: 'hi' },
    ],
  }
  const turn = (target = targetWith()): unknown => messagesOf(request, target)[1]?.['content']
  assert.deepEqual(turn(), [{ type: 'text', text: 'No.' }])
  assert.deepEqual(warned(request), [
    ['blank_text_left_out', '/messages/1/content/0'],
    ['unsigned_reasoning_left_out', '/messages/1/content/1'],
  ])
  // A local server signs nothing and takes its own thinking back as it was.
  assert.deepEqual(turn({ ...targetWith(), official_host: false }), [
    { type: 'thinking', thinking: 'hm', signature: '' },
    { type: 'text', text: 'No.' },
  ])
})

test('tools say whether they are strict; a root without a type gets the one the wire demands', () => {
  const tools = [{ ...CLOCK, description: 'd', strict: true, input_schema: CLOSED }]
  assert.deepEqual(bodyOf({ tools: [...tools, { name: 'any', input_schema: {} }] })['tools'], [
    { name: 'clock', description: 'd', input_schema: CLOSED, strict: true },
    { name: 'any', input_schema: { type: 'object' }, strict: false },
  ])
})

test('a tool choice has its form; the switch for parallel calls stands inside it', () => {
  assert.deepEqual(choice({}), undefined)
  assert.deepEqual(choice({ tool_choice: 'auto' }), { type: 'auto' })
  assert.deepEqual(choice({ tool_choice: 'none', parallel_tool_calls: false }), { type: 'none' })
  assert.deepEqual(choice({ parallel_tool_calls: false }), {
    type: 'auto',
    disable_parallel_tool_use: true,
  })
  assert.deepEqual(choice({ tool_choice: 'required', parallel_tool_calls: true }), {
    type: 'any',
    disable_parallel_tool_use: false,
  })
  assert.deepEqual(choice({ tool_choice: { name: 'clock' } }), { type: 'tool', name: 'clock' })
  assert.deepEqual(choice({ tools: [], parallel_tool_calls: false }), undefined)
})

test('betas go into the header, after those of the configuration, and not into the body', () => {
  const provider_options = { anthropic_messages: { betas: ['b-1', 'c-2'], service_tier: 'auto' } }
  const target = { ...targetWith(), headers: { 'Anthropic-Beta': 'a-0' } }
  const { headers, body } = encode({ provider_options }, target).call
  assert.equal(headers['anthropic-beta'], 'a-0,b-1,c-2')
  assert.equal(body['service_tier'], 'auto')
  assert.ok(!('betas' in body))
  const bad = { anthropic_messages: { betas: ['a\r\nx-api-key: y'] } }
  const where = '/provider_options/anthropic_messages'
  assert.deepEqual(refused({ provider_options: bad }), [
    'invalid_request',
    'betas',
    `${where}/betas`,
  ])
  const model = { anthropic_messages: { model: 'x' } }
  assert.deepEqual(refused({ provider_options: model }), [
    'invalid_request',
    'provider_option_refused',
    `${where}/model`,
  ])
})

test('a request without streaming capability asks for a whole body', () => {
  const capabilities = { ...anthropicMessages.capabilities, streaming: false }
  assert.equal(bodyOf({}, { ...targetWith(), capabilities })['stream'], false)
})
