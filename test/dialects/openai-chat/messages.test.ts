import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ToolMessage, UserPart } from '../../../src/protocol/client-message.gen.ts'
import type { Quirks } from '../../../src/protocol/target.ts'
import { ownState, targetOf } from '../shared/target.ts'
import { call, encoded, result, USER, wire } from './conversation.ts'

const IMAGE = { type: 'image' as const, source: { media_type: 'image/png', data: 'AAAA' } }

const system = (content: string) => ({ role: 'system' as const, content })

test('leading system messages are one, under the role that the server knows; later ones stand in their place', () => {
  assert.deepEqual(
    wire(
      [system('a'), system('b'), USER, system('c'), USER],
      targetOf({ quirks: { system_role: 'developer' } }),
    ),
    [{ role: 'developer', content: 'a\n\nb' }, USER, { role: 'developer', content: 'c' }, USER],
  )
})

test('texts alone are one string, whatever messages they come in', () => {
  assert.deepEqual(
    wire([
      USER,
      {
        role: 'user',
        content: [
          { type: 'text', text: 'r' },
          { type: 'text', text: 's' },
        ],
      },
    ]),
    [{ role: 'user', content: 'q\n\nr\n\ns' }],
  )
})

test("a caller's own part or message goes as it is, also where it is a text", () => {
  const marked = { type: 'text', text: 'q', cache_control: { type: 'ephemeral' } }
  const message = { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'r' }] }
  const content: UserPart[] = [
    { type: 'opaque', state: ownState({ part: marked }) },
    { type: 'opaque', state: ownState({ message }) },
  ]
  assert.deepEqual(wire([{ role: 'user', content }]), [
    { role: 'user', content: [marked] },
    message,
  ])
})

const MEDIA: readonly [string, UserPart, Partial<Quirks>, object][] = [
  [
    'an image',
    { ...IMAGE, detail: 'low' },
    {},
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
  ],
  [
    'an image by URL, as a string',
    { type: 'image', source: { url: 'https://x/y' } },
    { image_url: 'string' },
    { type: 'image_url', image_url: 'https://x/y' },
  ],
  [
    'a document',
    { type: 'document', source: { media_type: 'application/pdf', data: 'AAAA' } },
    {},
    {
      type: 'file',
      file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,AAAA' },
    },
  ],
  [
    'a sound',
    { type: 'audio', source: { media_type: 'audio/mpeg', data: 'AAAA' } },
    {},
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
  ],
  [
    "a part of the caller's own",
    { type: 'opaque', state: ownState({ part: { type: 'file', file: { file_id: 'f-1' } } }) },
    {},
    { type: 'file', file: { file_id: 'f-1' } },
  ],
]
for (const [name, part, quirks, expected] of MEDIA)
  test(`${name} goes as the server takes it`, () => {
    assert.deepEqual(wire([{ role: 'user', content: [part] }], targetOf({ quirks })), [
      { role: 'user', content: [expected] },
    ])
  })

const REFUSED: readonly [string, UserPart, Partial<Quirks>][] = [
  ['image_url', { type: 'image', source: { url: 'https://x/y' } }, { remote_images: false }],
  ['document_url', { type: 'document', source: { url: 'https://x/y' } }, {}],
  ['audio_url', { type: 'audio', source: { url: 'https://x/y' } }, {}],
  ['audio_format', { type: 'audio', source: { media_type: 'audio/ogg', data: 'AAAA' } }, {}],
]
for (const [code, part, quirks] of REFUSED)
  test(`media that the server does not take are refused: ${code}`, () => {
    assert.throws(
      () => wire([{ role: 'user', content: [part] }], targetOf({ quirks })),
      (fault: { code: string; pointer: string }) =>
        fault.code === code && fault.pointer.startsWith('/messages/0/content/0'),
    )
  })

test('a detail or a file name that the wire has no place for is left out with a warning', () => {
  const { warnings } = encoded(
    [{ role: 'user', content: [{ ...IMAGE, detail: 'low', filename: 'i.png' }] }],
    targetOf({ quirks: { image_url: 'string' } }),
  )
  assert.deepEqual(
    warnings.map(({ code, pointer }) => [code, pointer]),
    [
      ['filename_left_out', '/messages/0/content/0/filename'],
      ['detail_left_out', '/messages/0/content/0/detail'],
    ],
  )
})

const answered = (message: ToolMessage, quirks: Partial<Quirks> = {}) => {
  const messages = wire(
    [USER, { role: 'assistant', content: [call('a')] }, message],
    targetOf({ quirks }),
  )
  return Array.isArray(messages) ? (messages[2] as unknown) : null
}
test('a result is its text, JSON as JSON text, a failure said in words', () => {
  const plain = { role: 'tool', tool_call_id: 'a' }
  assert.deepEqual(answered(result('x')), { ...plain, content: 'x' })
  assert.deepEqual(answered(result('')), { ...plain, content: '' })
  assert.deepEqual(
    answered(
      result([
        { type: 'text', text: 'x' },
        { type: 'json', value: { a: 1 } },
      ]),
    ),
    { ...plain, content: 'x\n{"a":1}' },
  )
  assert.deepEqual(answered(result('x', { is_error: true })), { ...plain, content: 'Error: x' })
  assert.deepEqual(answered(result('', { is_error: true })), { ...plain, content: 'Error' })
  assert.deepEqual(answered(result('x'), { tool_message_name: true }), {
    ...plain,
    name: 'f',
    content: 'x',
  })
})

test('images in results go as parts where the server takes them, else they are refused', () => {
  const message = result([{ type: 'text', text: 'x' }, IMAGE])
  assert.deepEqual(answered(message), {
    role: 'tool',
    tool_call_id: 'a',
    content: [
      { type: 'text', text: 'x' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    ],
  })
  assert.throws(() => answered(message, { images_in_tool_results: false }), {
    code: 'tool_result_media',
    pointer: '/messages/2/content/1',
  })
})

test('ids of nine alphanumerics are made where the server wants them, the same for call and result', () => {
  const messages = wire(
    [
      USER,
      { role: 'assistant', content: [call('call_1')] },
      result('x', { tool_call_id: 'call_1' }),
    ],
    targetOf({ quirks: { tool_call_id: 'nine_alphanumerics' } }),
  )
  const ids = [...JSON.stringify(messages).matchAll(/"(?:tool_call_)?id":"([^"]*)"/g)].map(
    ([, id]) => id ?? '',
  )
  assert.equal(new Set(ids).size, 1)
  assert.match(ids[0] ?? '', /^[a-z0-9]{9}$/)
})
