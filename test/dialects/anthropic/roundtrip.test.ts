import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import type { InferRequest, Message } from '../../../src/protocol/client-message.gen.ts'
import {
  answers,
  asked,
  decode,
  encode,
  messageOf,
  messagesOf,
  STATE,
  streamOf,
  targetWith,
} from './fixture.ts'
import type { Block } from './fixture.ts'

/** The conversation after an answer of these blocks, as a caller sends it back. */
function next(blocks: readonly Block[]): Pick<InferRequest, 'messages'> {
  const message = messageOf(decode(streamOf(blocks)))
  assert.ok(message)
  const calls = blocks.filter(({ type }) => type === 'tool_use')
  const results = calls.map(({ id, name }) => ({
    role: 'tool' as const,
    tool_call_id: String(id),
    tool_name: String(name),
    content: 'done',
  }))
  return {
    messages: [
      { role: 'user', content: 'hi' },
      message,
      ...results,
      { role: 'user', content: 'on' },
    ],
  }
}

test('an answer sent back to where it came from is the provider’s own, block for block', () => {
  fc.assert(
    fc.property(answers(), (blocks) => {
      const [, turn] = messagesOf(next(blocks))
      assert.deepEqual(turn, { role: 'assistant', content: blocks })
    }),
  )
})

test('citations go back without the file_id that only answers have; the state keeps it', () => {
  const named = ['char_location', 'page_location', 'content_block_location'].map((type) => ({
    type,
    cited_text: 'x',
    document_index: 0,
  }))
  for (const file_id of [null, 'file_1']) {
    const citations = named.map((citation) => ({ ...citation, file_id }))
    const request = next([{ type: 'text', text: 'so', citations }])
    const before = structuredClone(request)
    const [, turn] = messagesOf(request)
    assert.deepEqual(turn?.['content'], [{ type: 'text', text: 'so', citations: named }])
    assert.deepEqual(request, before)
  }
})

test('sent elsewhere, it keeps its text and calls and says once what stays behind', () => {
  fc.assert(
    fc.property(answers(), (blocks) => {
      const request = next(blocks)
      const elsewhere = { ...targetWith(), name: 'other' }
      const kept = blocks
        .filter(({ type }) => type === 'text' || type === 'tool_use')
        .map(({ caller: _caller, citations: _citations, ...block }) => block)
      const sent = messagesOf(request, elsewhere)
        .filter(({ role }) => role === 'assistant')
        .flatMap(({ content }) => content)
      assert.deepEqual(sent, kept)
      const codes = encode(request, elsewhere).warnings.map(({ code }) => code)
      assert.ok(codes.length <= 1 && codes.every((code) => code === 'foreign_state_left_out'))
    }),
  )
})

test('an answer that paused goes on from its own blocks, without a user message behind it', () => {
  const paused = messageOf(
    decode(streamOf([{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }])),
  )
  assert.ok(paused)
  const messages = messagesOf({ messages: [{ role: 'user', content: 'hi' }, paused] })
  assert.deepEqual(messages.at(-1), {
    role: 'assistant',
    content: [{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }],
  })
})

const user = (text: string) => ({ role: 'user', content: text }) as const

test('a turn that was cut off does not end in its reasoning, and one of nothing else is none; a paused one ends as it came', () => {
  const proof = { type: 'thinking', thinking: 'hm', signature: 's' }
  const thought = {
    type: 'reasoning',
    text: 'hm',
    state: { ...STATE, block: { signature: 's' } },
  } as const
  const sealed = {
    type: 'reasoning',
    state: { ...STATE, block: { type: 'redacted_thinking', data: 'x' } },
  } as const
  const call = {
    type: 'tool_call',
    id: 'a',
    name: 'clock',
    arguments_json: '{"zo',
    status: 'partial',
  } as const
  const text = { type: 'text', text: 'so' } as const
  const request: Partial<InferRequest> = {
    messages: [
      user('1'),
      { role: 'assistant', content: [thought, call] },
      user('2'),
      { role: 'assistant', content: [thought, text, thought, sealed] },
      user('3'),
    ],
  }
  assert.deepEqual(messagesOf(request), [
    {
      role: 'user',
      content: [
        { type: 'text', text: '1' },
        { type: 'text', text: '2' },
      ],
    },
    { role: 'assistant', content: [proof, text] },
    { role: 'user', content: [{ type: 'text', text: '3' }] },
  ])
  assert.deepEqual(
    encode(request).warnings.map(({ code, pointer }) => [code, pointer]),
    [
      ['partial_call_left_out', '/messages/1/content/1'],
      ['final_reasoning_left_out', '/messages/1/content/0'],
    ],
  )
  const paused: Partial<InferRequest> = {
    messages: [user('1'), { role: 'assistant', content: [text, thought] }],
  }
  assert.deepEqual(messagesOf(paused).at(-1), { role: 'assistant', content: [text, proof] })
})

const opaque = (block: JsonObject) => ({ type: 'opaque', state: { ...STATE, block } }) as const

test('a server tool’s call without its result does not go back once the user has spoken; before that it does', () => {
  const search = { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} }
  const found = { type: 'web_search_tool_result', tool_use_id: 's1', content: [] }
  const lost = { ...search, id: 's2' }
  const remote = { ...search, type: 'mcp_tool_use', id: 's3' }
  const run = { ...search, id: 's4', name: 'code_execution' }
  const text = { type: 'text', text: 'so' } as const
  const cut: Message = {
    role: 'assistant',
    content: [text, opaque(search), opaque(found), opaque(lost), opaque(remote)],
  }
  const called = { ...asked('a'), state: { ...STATE, block: { caller: { tool_id: 's4' } } } }
  const both: Message = { role: 'assistant', content: [opaque(run), opaque(lost), called] }
  const result: Message = { role: 'tool', tool_call_id: 'a', tool_name: 'clock', content: '9' }
  const late: Message = { role: 'assistant', content: [opaque({ ...found, tool_use_id: 's2' })] }
  const call = { type: 'tool_use', id: 'a', name: 'clock', input: {}, caller: { tool_id: 's4' } }
  const sent = (...messages: Message[]): unknown =>
    messagesOf({ messages: [user('1'), ...messages] })[1]?.['content']

  assert.deepEqual(sent(cut, user('2')), [text, search, found])
  const { warnings } = encode({ messages: [user('1'), cut, user('2')] })
  assert.deepEqual(
    warnings.map(({ code, pointer }) => [code, pointer]),
    [['server_call_left_out', '/messages/1/content/3']],
  )
  assert.deepEqual(sent(both, result, user('2')), [run, call])
  assert.deepEqual(sent(both, result), [run, lost, call])
  assert.deepEqual(sent(both, result, late, user('2')), [run, lost, call])
})

test('a call id that servers give in every answer is another one in every turn, its result along, and the same each time', () => {
  const turn: readonly Message[] = [
    {
      role: 'assistant',
      content: [{ type: 'tool_call', id: 'call_0', name: 'f', arguments_json: '{}' }],
    },
    { role: 'tool', tool_call_id: 'call_0', tool_name: 'f', content: 'done' },
  ]
  const ids = (turns: number): (string | undefined)[] => {
    const told = Array.from({ length: turns }, () => structuredClone(turn)).flat()
    const written = JSON.stringify(
      messagesOf({ messages: [{ role: 'user', content: 'hi' }, ...told] }),
    )
    return [...written.matchAll(/"(?:tool_use_)?id":"([^"]+)"/g)].map(([, id]) => id)
  }
  const [first, itsResult, second, secondResult, third, thirdResult] = ids(3)
  assert.deepEqual([first, second, third], [itsResult, secondResult, thirdResult])
  assert.deepEqual([first, first, second, second], ids(2).with(0, 'call_0'))
  assert.equal(new Set([first, second, third]).size, 3)
})
