// The short way past the parser tells what the long way tells, whatever a stream holds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { DialectEvent } from '../../../src/dialects/contract.ts'
import { DIALECTS } from '../../../src/dialects/index.ts'
import { Twin } from '../../../src/dialects/shared/twin.ts'

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

const told = (delta: string): DialectEvent => ({ type: 'text', key: 3, delta })
const textOf = (value: object): unknown => Reflect.get(value, 'text')

for (const [dialect, chunk] of [
  ['openai_chat', chatChunk],
  ['anthropic_messages', messagesEvent],
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
      { numRuns: 1_500 },
    )
  })

test('a chunk that is another one but for its text is not read; any other is', () => {
  const twin = new Twin()
  twin.learn('{"text":"one","n":1}', [told('one')], textOf)
  assert.deepEqual(twin.match('{"text":"tw\\no","n":1}', ''), told('tw\no'))
  for (const other of ['{"text":"two","n":2}', '{"text":"","n":1}', '{"text":"a","b":"c","n":1}'])
    assert.equal(twin.match(other, ''), null)
  assert.equal(twin.match('{"text":"two","n":1}', 'error'), null)
  twin.forget()
  assert.equal(twin.match('{"text":"two","n":1}', ''), null)
  // The words stand elsewhere first, and the text itself is written otherwise.
  twin.learn('{"name":"A","text":"\\u0041"}', [told('A')], textOf)
  assert.equal(twin.match('{"name":"B","text":"\\u0041"}', ''), null)
})

test('an event that has its type from its name alone is read each time', () => {
  const decoder = DIALECTS.anthropic_messages.decoder()
  const data = '{"index":0,"delta":{"type":"text_delta","text":"a"}}'
  const tell = (event: string): number => decoder.push({ event, data }).length
  assert.deepEqual(['content_block_delta', 'content_block_delta', 'ping'].map(tell), [1, 1, 0])
})

test('a stream whose chunks differ elsewhere as well is soon left alone', () => {
  const twin = new Twin()
  for (let count = 0; count < 8; count += 1)
    twin.learn(`{"n":${count},"text":"a"}`, [{ type: 'text', key: 0, delta: 'a' }], () => 'x')
  twin.forget()
  twin.learn('{"n":9,"text":"a"}', [{ type: 'text', key: 0, delta: 'a' }], () => 'x')
  assert.equal(twin.match('{"n":9,"text":"b"}', ''), null)
})
