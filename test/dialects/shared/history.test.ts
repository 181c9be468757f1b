import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHistory } from '../../../src/dialects/shared/history.ts'
import type { Turn } from '../../../src/dialects/shared/history.ts'
import type { AssistantToolCall, Message } from '../../../src/protocol/client-message.gen.ts'
import { FRESH, ownState, requestOf, targetOf } from './target.ts'

const PLAIN = { plain_reasoning: true }
const read = (messages: Message[], target = targetOf(), replay = FRESH, options = PLAIN) =>
  readHistory(requestOf(messages), target, replay, options)

/** Roles, pointers and ownership of what was kept: `assistant /messages/1/content/0 own`. */
const kept = (turns: readonly Turn[]) =>
  turns.flatMap((turn) =>
    turn.role === 'tool'
      ? turn.results.map((result) => `tool ${result.pointer} ${result.id}`)
      : turn.parts.map(({ pointer, own }) => `${turn.role} ${pointer}${own ? ' own' : ''}`),
  )
const call = (id: string, rest: Partial<AssistantToolCall> = {}): AssistantToolCall => ({
  type: 'tool_call',
  id,
  name: 'f',
  arguments_json: '{}',
  ...rest,
})
const result = (id: string): Message => ({
  role: 'tool',
  tool_call_id: id,
  tool_name: 'f',
  content: 'x',
})
const foreign = { ...ownState(), target: 'there' }

test('adjacent messages of a role are one turn, leading system messages are apart, empty text and empty turns are gone', () => {
  const history = read([
    { role: 'system', content: 'a' },
    { role: 'system', content: [{ type: 'text', text: 'b' }] },
    { role: 'user', content: 'c' },
    { role: 'assistant', content: '' },
    {
      role: 'user',
      content: [
        { type: 'text', text: '' },
        { type: 'text', text: 'd' },
      ],
    },
    { role: 'assistant', content: 'e' },
    { role: 'assistant', content: 'f' },
    { role: 'system', content: 'g' },
    { role: 'user', content: 'h' },
  ])
  assert.deepEqual(
    history.system.map(({ part, pointer }) => [part.text, pointer]),
    [
      ['a', '/messages/0/content'],
      ['b', '/messages/1/content/0'],
    ],
  )
  assert.deepEqual(
    history.turns.map(({ role }) => role),
    ['user', 'assistant', 'system', 'user'],
  )
  assert.deepEqual(kept(history.turns), [
    'user /messages/2/content',
    'user /messages/4/content/1',
    'assistant /messages/5/content',
    'assistant /messages/6/content',
    'system /messages/7/content',
    'user /messages/8/content',
  ])
  assert.deepEqual(history.warnings, [])
})

test('results stand in the order of the calls they answer, each with its call', () => {
  const { turns } = read([
    { role: 'user', content: 'q' },
    { role: 'assistant', content: [call('a'), call('b')] },
    result('b'),
    result('a'),
  ])
  const last = turns.at(-1)
  assert.ok(last?.role === 'tool')
  assert.deepEqual(
    last.results.map(({ id, call: { part } }) => [id, part.id]),
    [
      ['a', 'a'],
      ['b', 'b'],
    ],
  )
})

test("an id that comes again in a later step is the later call's", () => {
  const steps: Message[] = [0, 1].flatMap((n): Message[] => [
    { role: 'assistant', content: [call('same', { arguments_json: `{"n":${n}}` })] },
    result('same'),
  ])
  const found = read([{ role: 'user', content: 'q' }, ...steps]).turns.flatMap((turn) =>
    turn.role === 'tool' ? turn.results.map((each) => each.call.part.arguments_json) : [],
  )
  assert.deepEqual(found, ['{"n":0}', '{"n":1}'])
})

test('partial calls are left out with one warning that counts them', () => {
  const { turns, warnings } = read([
    { role: 'user', content: 'q' },
    {
      role: 'assistant',
      content: [call('a', { status: 'partial' }), call('b', { status: 'partial' })],
    },
    { role: 'user', content: 'go on' },
  ])
  assert.deepEqual(kept(turns), ['user /messages/0/content', 'user /messages/2/content'])
  assert.deepEqual(
    warnings.map(({ code, pointer }) => [code, pointer]),
    [['partial_call_left_out', '/messages/1/content/0']],
  )
  assert.match(warnings[0]?.message ?? '', /2 places/)
})

test('foreign state stays behind: text and calls go without it, reasoning and opaque items not at all', () => {
  const { turns, warnings } = read([
    { role: 'user', content: 'q' },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'r', state: foreign },
        { type: 'text', text: 't', state: foreign },
        { type: 'opaque', state: foreign },
        call('a', { state: foreign }),
        { type: 'text', text: 'mine', state: ownState() },
        { type: 'text', text: '', state: foreign },
      ],
    },
    result('a'),
  ])
  assert.deepEqual(turns[1], {
    role: 'assistant',
    parts: [
      { part: { type: 'text', text: 't' }, pointer: '/messages/1/content/1', own: false },
      { part: call('a'), pointer: '/messages/1/content/3', own: false },
      {
        part: { type: 'text', text: 'mine', state: ownState() },
        pointer: '/messages/1/content/4',
        own: true,
      },
    ],
  })
  assert.deepEqual(
    warnings.map(({ code, pointer }) => [code, pointer]),
    [['foreign_state_left_out', '/messages/1/content/0']],
  )
  assert.match(warnings[0]?.message ?? '', /5 places/)
})

const owned = (state: object, change: object = {}, replay = FRESH) => {
  const reasoning = { type: 'reasoning' as const, text: 'r', state: { ...ownState(), ...state } }
  const messages: Message[] = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: [reasoning, { type: 'text', text: 'x' }] },
    { role: 'user', content: 'q' },
  ]
  return kept(read(messages, targetOf(change), replay).turns).includes(
    'assistant /messages/1/content/0 own',
  )
}

test('state is foreign to another dialect, target or known credential; reasoning also to a model that cannot read it', () => {
  const known = { ...FRESH, credential_fingerprint: 'k-1' }
  assert.equal(owned({}), true)
  assert.equal(owned({ dialect: 'gemini' }), false)
  assert.equal(owned({ target: 'there' }), false)
  assert.equal(owned({ fingerprint: 'k-2' }), true)
  assert.equal(owned({ fingerprint: 'k-2' }, {}, known), false)
  assert.equal(owned({ fingerprint: 'k-1' }, {}, known), true)
  assert.equal(owned({ model: 'other' }), true)
  assert.equal(owned({ model: 'other' }, { rules: { reads_reasoning_of: ['m-'] } }), false)
  assert.equal(owned({ model: 'm-2' }, { rules: { reads_reasoning_of: ['m-'] } }), true)
})

const thought: Message[] = [
  { role: 'user', content: 'q' },
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'r' },
      { type: 'text', text: 'x' },
    ],
  },
  { role: 'user', content: 'q' },
]

test('reasoning that never had state stays only where the wire has a place for it', () => {
  assert.equal(kept(read(thought).turns).length, 4)
  const { turns, warnings } = read(thought, targetOf(), FRESH, { plain_reasoning: false })
  assert.equal(kept(turns).length, 3)
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['reasoning_without_state_left_out'],
  )
})

test('omit_reasoning leaves out all reasoning, also in opaque items, and says so', () => {
  const sealed = {
    type: 'opaque' as const,
    state: ownState({ item: { type: 'redacted_thinking' } }),
  }
  const messages: Message[] = [
    ...thought.slice(0, 1),
    {
      role: 'assistant',
      content: [{ type: 'reasoning', state: ownState() }, sealed, { type: 'text', text: 'x' }],
    },
    ...thought.slice(2),
  ]
  const { turns, warnings } = read(messages, targetOf(), { ...FRESH, omit_reasoning: true })
  assert.equal(kept(turns).length, 3)
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['reasoning_left_out'],
  )
})

test('an opaque part that a caller made for another dialect is refused', () => {
  const opaque = { type: 'opaque' as const, state: { ...ownState(), dialect: 'gemini' as const } }
  assert.throws(() => read([{ role: 'user', content: [opaque] }]), {
    kind: 'invalid_request',
    code: 'foreign_opaque',
    pointer: '/messages/0/content/0',
  })
})

test('a later system message is refused where the model has no place for it', () => {
  const messages: Message[] = [
    { role: 'user', content: 'q' },
    { role: 'system', content: 's' },
    { role: 'user', content: 'q' },
  ]
  assert.throws(() => read(messages, targetOf({ rules: { system_in_conversation: false } })), {
    kind: 'unsupported_capability',
    code: 'system_in_conversation',
    pointer: '/messages/1',
  })
})

const endingWith = (state?: ReturnType<typeof ownState>): Message[] => [
  { role: 'user', content: 'q' },
  { role: 'assistant', content: [{ type: 'text', text: 'x', ...(state && { state }) }] },
]

test('an assistant message may stand last only to be continued', () => {
  const refused = { kind: 'unsupported_capability', code: 'prefill', pointer: '/messages/1' }
  assert.throws(() => read(endingWith()), refused)
  assert.equal(read(endingWith(ownState())).turns.length, 2)
  assert.throws(
    () =>
      readHistory(requestOf(endingWith(ownState())), targetOf(), FRESH, {
        ...PLAIN,
        pauses: false,
      }),
    refused,
  )
  assert.equal(read(endingWith(), targetOf({ rules: { prefill: true } })).turns.length, 2)
})
