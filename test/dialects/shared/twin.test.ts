// The short way past the parser tells what the long way tells, whatever a stream holds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { DialectEvent } from '../../../src/dialects/contract.ts'
import { DIALECTS } from '../../../src/dialects/index.ts'
import { asObject, parseJson } from '../../../src/dialects/shared/json.ts'
import { Twin, type Shape } from '../../../src/dialects/shared/twin.ts'

/** Words, marks that JSON escapes, and what stands between the strings of a JSON text. */
const text = fc.oneof(
  fc.constantFrom(' a', 'x', 'y', '"', '\\', '\n', ', ', '","', '":"', '', 'é', '🦆', '</think>'),
  fc.string({ maxLength: 6 }),
)

/** As `JSON.stringify`, as Python does with its spaces, or with everything beyond ASCII escaped. */
const written = fc.constantFrom(
  (value: unknown) => JSON.stringify(value),
  (value: unknown) =>
    JSON.stringify(value).replaceAll(/(?<=[\]}"\dle])([,:])(?=["{[\dntf])/g, '$1 '),
  (value: unknown) =>
    JSON.stringify(value).replaceAll(
      /[^ -~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
)

const chatDelta = fc.oneof(
  { weight: 6, arbitrary: fc.record({ content: text }) },
  fc.record({ role: fc.constant('assistant'), content: text }),
  fc.record({ reasoning_content: text }),
  fc.record({ content: text, reasoning: text }),
  fc.record({ content: text, annotations: fc.constant([{ type: 'url_citation' }]) }),
  fc.record({
    content: text,
    tool_calls: fc.constant([{ index: 0, id: 'c', function: { name: 'f', arguments: '1' } }]),
  }),
  fc.record({ content: text, odd: text }),
  fc.record({ content: fc.constant([{ type: 'text', text: 'part' }]) }),
)
const chatChunk = fc
  .tuple(
    chatDelta,
    fc.constantFrom<object[]>({}, { logprobs: { content: [1] } }, { finish_reason: 'stop' }),
    fc.constantFrom<object[]>({}, {}, { usage: { prompt_tokens: 1 } }, { error: { message: 'e' } }),
  )
  .map(([delta, choice, chunk]) => ({
    id: 'x',
    choices: [{ index: 0, delta, finish_reason: null, ...choice }],
    ...chunk,
  }))

const messagesEvent = fc.oneof(
  {
    weight: 8,
    arbitrary: text.map((piece) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: piece },
    })),
  },
  text.map((thinking) => ({
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'thinking_delta', thinking },
  })),
  fc.constantFrom<object[]>(
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation: {} } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    { type: 'message_stop' },
  ),
)

const sequence = fc.record({
  sequence_number: fc.nat(200),
  obfuscation: fc.stringMatching(/^[a-zA-Z0-9]{0,9}$/),
})
const place = { item_id: 'm', output_index: 0, content_index: 0 }
const responsesEvent = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(text, sequence)
      .map(([delta, more]) => ({ type: 'response.output_text.delta', ...place, delta, ...more })),
  },
  fc
    .tuple(text, sequence)
    .map(([delta, more]) => ({ ...more, type: 'response.reasoning_summary_text.delta', delta })),
  text.map((delta) => ({ type: 'response.refusal.delta', ...place, delta, sequence_number: 1 })),
  fc.constantFrom<object[]>(
    { type: 'response.output_text.done', ...place, text: ' a' },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'm' } },
    { type: 'response.output_item.done', output_index: 0, item: { type: 'message', id: 'm' } },
    { type: 'response.output_text.delta', ...place, delta: 'b', sequence_number: 'odd' },
  ),
)

const counts = fc.record(
  { promptTokenCount: fc.nat(20), candidatesTokenCount: fc.nat(900), totalTokenCount: fc.nat(900) },
  { requiredKeys: ['promptTokenCount'] },
)
const part = fc.oneof(
  { weight: 8, arbitrary: text.map((piece): object => ({ text: piece })) },
  text.map((piece): object => ({ text: piece, thought: true })),
  text.map((piece): object => ({ text: piece, thoughtSignature: 's' })),
  fc.constant<object>({ functionCall: { name: 'f', args: {} } }),
)
const geminiChunk = fc
  .tuple(
    fc.array(part, { minLength: 1, maxLength: 2 }),
    fc.constantFrom<object[]>({}, {}, {}, { finishReason: 'STOP' }, { citationMetadata: {} }),
    counts,
    fc.constantFrom<object[]>({}, {}, { error: { code: 500 } }, { responseId: 'other' }),
  )
  .map(([parts, candidate, usageMetadata, chunk]) => ({
    candidates: [{ content: { parts, role: 'model' }, index: 0, ...candidate }],
    usageMetadata,
    modelVersion: 'm',
    responseId: 'r',
    ...chunk,
  }))

const told = (delta: string): DialectEvent => ({ type: 'text', key: 3, delta })

for (const [dialect, chunk] of [
  ['openai_chat', chatChunk],
  ['openai_responses', responsesEvent],
  ['anthropic_messages', messagesEvent],
  ['gemini', geminiChunk],
] as const)
  test(`${dialect}: chunks that repeat tell what they tell one by one`, () => {
    const stream: fc.Arbitrary<readonly object[]> = fc.array(chunk, { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(stream, written, (chunks, write) => {
        const [quick, plain] = [DIALECTS[dialect].decoder(), DIALECTS[dialect].decoder()]
        for (const [index, each] of chunks.entries()) {
          const data = write(each)
          // Spaces that say nothing, each time another number of them: no chunk begins like the one before.
          const unlike = `{${' '.repeat(index)}${data.slice(1)}`
          assert.deepEqual(
            quick.push({ event: '', data }),
            plain.push({ event: '', data: unlike }),
            data,
          )
        }
        assert.deepEqual(quick.end(), plain.end())
      }),
      { numRuns: 700 },
    )
  })

/** As a decoder does it, which has read the chunk. */
const learnText = (twin: Twin, data: string, delta: string): void =>
  twin.learn(data, asObject(parseJson(data)) ?? assert.fail(), told(delta))

const SHAPE: Shape = {
  textOf: ({ text: piece }) => piece,
  free: ['n', 'pad'],
  freeIn: (chunk) => chunk,
}

test('a chunk that is another one but for its text and free fields is not read; any other is', () => {
  const twin = new Twin(SHAPE)
  learnText(twin, '{"text":"one","n":1,"pad":"ab","m":2}', 'one')
  for (const [data, delta] of [
    ['{"text":"tw\\no","n":1,"pad":"ab","m":2}', 'tw\no'],
    ['{"text":"two","n":20,"pad":"","m":2}', 'two'],
  ] as const)
    assert.deepEqual(twin.match(data, ''), [told(delta)])
  for (const other of [
    '{"text":"two","n":1,"pad":"ab","m":3}',
    '{"text":"","n":1,"pad":"ab","m":2}',
    '{"text":"a","b":"c","n":1,"pad":"ab","m":2}',
    '{"text":"a","n":01,"pad":"ab","m":2}',
    '{"text":"a","n":1.5,"pad":"ab","m":2}',
    '{"text":"a","n":1,"pad":"\\"","m":2}',
    '{"text":"two","n":1,"pad":"ab","m":2} ',
    '{"text":"two","n":1,"pad":"ab"',
  ])
    assert.equal(twin.match(other, ''), null, other)
  assert.equal(twin.match('{"text":"two","n":1,"pad":"ab","m":2}', 'error'), null)
  twin.forget()
  assert.equal(twin.match('{"text":"two","n":1,"pad":"ab","m":2}', ''), null)
})

test('words and names that stand elsewhere as well are not taken for the text and the free fields', () => {
  for (const [data, next, delta = 'A'] of [
    // The text itself is written otherwise.
    ['{"name":"A","text":"\\u0041"}', '{"name":"B","text":"\\u0041"}'],
    ['{"name":"/","text":"\\/"}', '{"name":"b","text":"\\/"}', '/'],
    ['{"name":"A","text":"A"}', '{"name":"B","text":"A"}'],
    ['{"A":"A","text":"A"}', '{"B":"A","text":"A"}'],
    ['{"text":",","m":1,"o":2}', '{"text":",B m":1,"o":2}', ','],
    // The text is made of more than one.
    ['{"name":"A"}', '{"name":"B"}'],
    // Names inside others, and values that go on.
    ['{"in":{"n":1},"text":"A"}', '{"in":{"n":2},"text":"A"}'],
    ['{"n":1.5,"text":"A"}', '{"n":2.5,"text":"A"}'],
    ['{"pad":"a-b","text":"A"}', '{"pad":"c-b","text":"A"}'],
    ['{"n":12345678901234567,"text":"A"}', '{"n":12345678901234568,"text":"A"}'],
    ['{"in":{"n":1},"n":1,"text":"A"}', '{"in":{"n":2},"n":1,"text":"B"}'],
    ['{"in":{"pad":"x"},"pad":"x","text":"A"}', '{"in":{"pad":"y"},"pad":"x","text":"B"}'],
  ] as const) {
    const twin = new Twin(SHAPE)
    learnText(twin, data, delta)
    assert.equal(twin.match(next, ''), null, data)
  }
})

test('a stream whose chunks differ elsewhere as well is soon left alone', () => {
  const twin = new Twin(SHAPE)
  for (let count = 0; count < 8; count += 1) learnText(twin, `{"m":${count},"text":"b"}`, 'a')
  learnText(twin, '{"m":9,"text":"a"}', 'a')
  assert.equal(twin.match('{"m":9,"text":"b"}', ''), null)
})

test('what was told the short way has been told when the whole text comes', () => {
  const decoder = DIALECTS.openai_responses.decoder()
  const push = (event: object): DialectEvent[] =>
    decoder.push({ event: '', data: JSON.stringify(event) })
  const piece = { type: 'response.output_text.delta', ...place, delta: ' a' }
  const deltas = [1, 2, 3].flatMap((sequence_number) => push({ ...piece, sequence_number }))
  const rest = push({ type: 'response.output_text.done', ...place, text: ' a a a b' })
  assert.deepEqual(
    [...deltas, ...rest].map((event) => ('delta' in event ? event.delta : event.type)),
    [' a', ' a', ' a', ' b'],
  )
})
