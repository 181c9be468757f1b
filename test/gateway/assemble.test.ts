// The assembler's laws: parts in the provider's order, deltas that equal the message, calls announced once and never when cut off.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { DialectEvent, FinishCause } from '../../src/dialects/contract.ts'
import { Assembler, type FinishReason } from '../../src/gateway/assemble.ts'
import type { OutputEvent } from '../../src/gateway/contract.ts'
import type { AssistantMessage, AssistantPart } from '../../src/protocol/gateway-event.gen.ts'

const ORIGIN = { dialect: 'openai_chat', target: 't', model: 'm', fingerprint: 'f' } as const

interface Assembled {
  readonly told: readonly OutputEvent[]
  readonly message: AssistantMessage | null
  readonly reason: FinishReason | null
}

function assemble(
  events: readonly DialectEvent[],
  cause: FinishCause | null,
  limit = 1e6,
): Assembled {
  const assembler = new Assembler('r', ORIGIN, limit)
  const told: OutputEvent[] = []
  for (const event of events) assembler.take(event, told)
  const reason = cause === null ? null : assembler.finish(cause, told)
  return { told, message: assembler.message(), reason }
}

const text = (key: number, delta: string): DialectEvent => ({ type: 'text', key, delta })
const call = (key: number, delta: string, id = `c${key}`): DialectEvent => ({
  type: 'tool_call',
  key,
  id,
  name: 'f',
  delta,
})
const end = (key: number): DialectEvent => ({ type: 'part_end', key })
const content = (assembled: Assembled): readonly AssistantPart[] => assembled.message?.content ?? []
const statuses = (assembled: Assembled): unknown[] =>
  content(assembled).map((part) => (part.type === 'tool_call' ? part.status : part.type))
const announced = (assembled: Assembled): string[] =>
  assembled.told.flatMap((event) => (event.type === 'tool_call_ready' ? [event.call.id] : []))

const deltas = ({ told }: Assembled): unknown =>
  told.flatMap((event) =>
    'delta' in event
      ? [event.delta]
      : event.type === 'tool_call_delta'
        ? [event.arguments_delta]
        : [],
  )

test("parts are numbered as they begin and stand in the message in the provider's order", () => {
  const { told, message } = assemble([text(5, 'b'), text(2, 'a'), text(5, 'B')], 'stop')
  assert.deepEqual(
    told.map((event) => ('delta' in event ? [event.part, event.delta] : null)),
    [
      [0, 'b'],
      [1, 'a'],
      [0, 'B'],
    ],
  )
  assert.deepEqual(message?.content, [
    { type: 'text', text: 'a' },
    { type: 'text', text: 'bB' },
  ])
})

test('a character that comes in halves is told whole, and half of one never', () => {
  const halves = ['a\ud83d', '', '\ude00b\ud83d', '\ude00', '\ud83d']
  const told = assemble(
    halves.map((each) => text(0, each)),
    'length',
  )
  assert.deepEqual(deltas(told), ['a', '😀b', '😀'])
  assert.deepEqual(content(told), [{ type: 'text', text: 'a😀b😀' }])
  const called = assemble([call(0, '{"a":"\ud83d'), call(0, '\ude00"}'), end(0)], 'tool_calls')
  assert.deepEqual(deltas(called), ['{"a":"', '😀"}'])
  assert.deepEqual(content(called), [
    { type: 'tool_call', id: 'c0', name: 'f', arguments_json: '{"a":"😀"}', status: 'ready' },
  ])
  const lone = assemble([text(0, '\ude00a'), text(0, '\ud83d'), text(0, 'b')], 'stop')
  assert.deepEqual(content(lone), [{ type: 'text', text: '\ufffda\ufffdb' }])
})

test('state is stamped with its origin, and only parts that have some carry it', () => {
  const { message } = assemble(
    [
      text(0, 'x'),
      { type: 'part_end', key: 0, state: { phase: 'p' } },
      { type: 'opaque', key: 1, state: { item: 1 } },
      text(2, 'y'),
    ],
    'stop',
  )
  const origin = { dialect: 'openai_chat', target: 't', model: 'm', fingerprint: 'f' }
  assert.deepEqual(message?.content, [
    { type: 'text', text: 'x', state: { ...origin, phase: 'p' } },
    { type: 'opaque', state: { ...origin, item: 1 } },
    { type: 'text', text: 'y' },
  ])
})

test('an ended call is announced when a later part begins, else when the finish is known', () => {
  const early = assemble([call(0, '{}'), end(0), text(1, 'x')], null)
  assert.deepEqual(announced(early), ['c0'])
  assert.deepEqual(announced(assemble([call(0, '{}'), end(0)], null)), [])
  const late = assemble([call(0, '{}'), end(0)], 'stop')
  assert.deepEqual([announced(late), late.reason], [['c0'], 'tool_calls'])
})

test('absent, empty and null arguments are none; what is no object is malformed and kept as it came', () => {
  const assembled = assemble(
    ['', ' ', 'null', '[1]', '{"a":', '{"a":1}'].flatMap((args, key) => [
      call(key, args),
      end(key),
    ]),
    'tool_calls',
  )
  assert.deepEqual(
    content(assembled).map((part) =>
      part.type === 'tool_call' ? [part.arguments_json, part.status] : null,
    ),
    [
      ['{}', 'ready'],
      ['{}', 'ready'],
      ['{}', 'ready'],
      ['[1]', 'malformed'],
      ['{"a":', 'malformed'],
      ['{"a":1}', 'ready'],
    ],
  )
})

test('cut by length only the last call is partial; by a failure every call not yet announced', () => {
  const events = [call(0, '{}'), end(0), call(1, '{}'), end(1)]
  const cut = assemble(events, 'length')
  assert.deepEqual(
    [statuses(cut), announced(cut), cut.reason],
    [['ready', 'partial'], ['c0'], 'length'],
  )
  assert.deepEqual(statuses(assemble([call(0, '{}'), call(1, '{'), end(0)], null)), [
    'partial',
    'partial',
  ])
})

test('a call that the provider never ended is partial, and makes no tool_calls finish', () => {
  const assembled = assemble([call(0, '{}')], 'tool_calls')
  assert.deepEqual([statuses(assembled), assembled.reason], [['partial'], 'other'])
})

test('a filter, a refusal and a pause keep their reason beside ready calls', () => {
  for (const cause of ['content_filter', 'refusal', 'pause'] as const)
    assert.equal(assemble([call(0, '{}'), end(0)], cause).reason, cause)
})

test('missing and repeated ids are made here, unique, and told as such in the state', () => {
  const parts = content(assemble([call(0, '{}', ''), call(1, '{}', 'x'), call(2, '{}', 'x')], null))
  const ids = parts.map((part) => (part.type === 'tool_call' ? part.id : ''))
  assert.equal(new Set(ids).size, 3)
  assert.equal(ids[1], 'x')
  assert.deepEqual(
    parts.map((part) => ('state' in part ? part.state?.['own_id'] : undefined)),
    [true, undefined, true],
  )
})

test('parts without text and without state are not in the message; nothing at all is no message', () => {
  assert.deepEqual(assemble([text(0, ''), text(1, 'x')], 'stop').message?.content, [
    { type: 'text', text: 'x' },
  ])
  assert.equal(assemble([text(0, '')], 'stop').message, null)
})

test('an answer over the limit fails, counted in bytes of JSON', () => {
  assert.throws(() => assemble([text(0, '\u0001'.repeat(200))], null, 1_000), {
    kind: 'protocol_violation',
    code: 'answer_too_large',
  })
  assert.doesNotThrow(() => assemble([text(0, 'x'.repeat(800))], null, 1_000))
  assert.throws(() =>
    assemble(
      Array.from({ length: 40 }, () => text(0, 'x'.repeat(30))),
      null,
      1_000,
    ),
  )
})

const sorted = (texts: Iterable<string | undefined>): string[] => [...texts].map(String).toSorted()

test('concatenated deltas equal the message, part by part, whatever the interleaving', () => {
  const kind = fc.constantFrom('text', 'reasoning', 'refusal', 'tool_call')
  const piece = fc.record({ key: fc.nat(5), delta: fc.string({ maxLength: 4 }) })
  fc.assert(
    fc.property(
      fc.array(kind, { minLength: 6, maxLength: 6 }),
      fc.array(piece, { maxLength: 30 }),
      (kinds, pieces) => {
        const events = pieces.map(({ key, delta }): DialectEvent => {
          const type = kinds[key]
          return type === 'tool_call'
            ? call(key, delta)
            : { type: type === 'text' || type === 'reasoning' ? type : 'refusal', key, delta }
        })
        const assembled = assemble(events, null)
        const joined = new Map<number, string>()
        for (const event of assembled.told)
          if ('part' in event)
            joined.set(
              event.part,
              (joined.get(event.part) ?? '') +
                ('delta' in event ? event.delta : event.arguments_delta),
            )
        const kept = content(assembled).map((part) =>
          part.type === 'tool_call' ? part.arguments_json : part.type === 'opaque' ? '' : part.text,
        )
        assert.deepEqual(sorted(joined.values()), sorted(kept))
      },
    ),
  )
})

test('a call without a name is no call', () => {
  const assembler = new Assembler(
    'r',
    { dialect: 'anthropic_messages', target: 't', model: 'm', fingerprint: 'none' },
    1_000,
  )
  assert.throws(
    () => assembler.take({ type: 'tool_call', key: 0, id: 'a', name: '', delta: '' }, []),
    { kind: 'provider_error', code: 'malformed_tool_call' },
  )
})
