// Laws that hold for every answer: however a server names and orders its events, wherever the stream is cut, whatever else stands in it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { message, response, state, streamed, text, whole } from './answer.ts'
import { eventsOf, manners, outputs } from './items.ts'

/** Rotated ids are all that may differ. */
const anonymous = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, each: unknown) =>
    key === 'id' && /^(rotated|reasoning|web)/.test(String(each)) ? '' : each,
  )

test('an answer is the same however its server names, cuts and orders its events', () => {
  fc.assert(
    fc.property(outputs, manners, (items, how) => {
      const { parts, end, warnings } = streamed(...eventsOf(items, how))
      const plain = whole(response({ output: items }))
      assert.deepEqual(anonymous(parts), anonymous(plain.parts))
      assert.deepEqual([end, warnings], [plain.end, plain.warnings])
    }),
  )
})

const saidIn = (parts: readonly object[]): string =>
  parts.map((part) => ('text' in part ? String(part.text) : '')).join('')

test('a stream cut before its terminal event ends in one fault, and holds a beginning of each text', () => {
  fc.assert(
    fc.property(
      outputs,
      manners,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (items, how, share) => {
        const events = eventsOf(items, how)
        const { parts, end } = streamed(...events.slice(0, Math.floor(share * events.length)))
        assert.deepEqual(end, ['transport/truncated'])
        const complete = saidIn(whole(response({ output: items })).parts)
        if (!how.overlap) assert.ok(complete.startsWith(saidIn(parts)))
      },
    ),
  )
})

test('unknown events, unknown fields, keep-alives and [DONE] change nothing', () => {
  const strange = fc.oneof(
    fc.constantFrom('[DONE]', ' ', '"text"', '{"type":"keepalive","sequence_number":2}'),
    fc
      .dictionary(fc.constantFrom('item', 'delta', 'output_index', 'item_id'), fc.jsonValue())
      .map((event) => ({
        ...event,
        type: 'response.future_call.delta',
      })),
  )
  fc.assert(
    fc.property(outputs, manners, fc.array(strange), fc.nat(), (items, how, others, at) => {
      const events: unknown[] = eventsOf(items, how).map((event) => ({
        ...event,
        obfuscation: 'x',
        sequence_number: null,
      }))
      const mixed = events.toSpliced(at % events.length, 0, ...others)
      assert.deepEqual(streamed(...mixed), streamed(...events))
    }),
  )
})

test('any JSON at all is read without a throw', () => {
  const event = fc.record(
    {
      type: fc.constantFrom(
        ...[
          'output_item',
          'content_part',
          'output_text',
          'output_text.annotation',
          'reasoning_summary_text',
          'function_call_arguments',
        ].flatMap((subject) =>
          ['added', 'delta', 'done'].map((step) => `response.${subject}.${step}`),
        ),
        'response.completed',
        'response.created',
      ),
      output_index: fc.jsonValue(),
      content_index: fc.jsonValue(),
      item: fc.oneof(
        fc.jsonValue(),
        outputs.map((items) => items[0] ?? null),
      ),
      response: fc.oneof(
        fc.jsonValue(),
        fc.record({ output: fc.jsonValue(), usage: fc.jsonValue() }),
      ),
      delta: fc.jsonValue(),
      annotation: fc.jsonValue(),
      part: fc.record({
        type: fc.constantFrom('output_text', 'refusal', 'reasoning_text'),
        text: fc.jsonValue(),
      }),
      text: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  )
  fc.assert(
    fc.property(fc.array(event), (events) => assert.equal(streamed(...events).end.length, 1)),
  )
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(whole(value).end.length, 1)))
})

test('state names its place in the message and what stood beside the text, and nothing else', () => {
  const content = [
    text('a'),
    text('b', { annotations: [{ type: 'file_path' }], logprobs: [{ token: 'b' }] }),
  ]
  assert.deepEqual(whole(response({ output: [message(content, { phase: 'commentary' })] })).parts, [
    { type: 'text', text: 'a', ...state({ content_index: 0, phase: 'commentary' }) },
    {
      type: 'text',
      text: 'b',
      ...state({
        content_index: 1,
        phase: 'commentary',
        annotations: [{ type: 'file_path' }],
        logprobs: [{ token: 'b' }],
      }),
    },
  ])
})
