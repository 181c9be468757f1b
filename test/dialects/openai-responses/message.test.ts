// What a message says, however its server tells it: parts under other names, parts told as a whole, citations told by themselves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import {
  added,
  done,
  ended,
  message,
  piece,
  response,
  state,
  streamed,
  text,
  thought,
  whole,
} from './answer.ts'

const partDone = (part: JsonObject, rest: JsonObject = {}) => ({
  type: 'response.content_part.done',
  output_index: 0,
  content_index: 0,
  part,
  ...rest,
})

test('a part told as a whole adds what of it was not told, and is told once', () => {
  const refusal = { type: 'refusal', refusal: 'no' }
  const { parts, end } = streamed(
    added(0, message([])),
    piece('output_text', 'Hel', { output_index: 0, content_index: 0 }),
    partDone(text('Hello')),
    partDone(refusal, { content_index: 1 }),
    done(0, message([])),
    partDone(text('Hello, again')),
    partDone(text('b'), { output_index: 1, item_id: 'msg_2' }),
    done(1, message([text('b')], { id: 'msg_2' })),
    ended(),
  )
  assert.deepEqual(parts, [
    { type: 'text', text: 'Hello' },
    { type: 'refusal', text: 'no' },
    { type: 'text', text: 'b' },
  ])
  assert.deepEqual(end, ['stop completed'])
})

test('an item whose beginning is told twice is one item', () => {
  const { parts } = streamed(
    added(0, message([])),
    piece('output_text', 'He', { output_index: 0, content_index: 0 }),
    added(0, message([])),
    piece('output_text', 'llo', { output_index: 0, content_index: 0 }),
    done(0, message([text('Hello')])),
    ended({ output: [message([text('Hello')])] }),
  )
  assert.deepEqual(parts, [{ type: 'text', text: 'Hello' }])
})

test('a part whose item is of another kind is no item of its own', () => {
  const item = thought(['hm'])
  for (const rest of [{}, { output_index: undefined, item_id: 'rs_1' }]) {
    const { parts } = streamed(added(0, item), partDone(text('hm'), rest), done(0, item), ended())
    assert.deepEqual(parts, [{ type: 'reasoning', text: 'hm', ...state({ item }) }])
  }
})

const cited = (url: string) => ({ type: 'url_citation', url })

test('citations that only events of their own tell stay with their text; those of the finished form go before them', () => {
  const told = {
    type: 'response.output_text.annotation.added',
    output_index: 0,
    content_index: 0,
    annotation: cited('early'),
  }
  const begun = [added(0, message([])), piece('output_text', 'a', { output_index: 0 }), told]
  const annotated = (url: string) => [
    { type: 'text', text: 'a', ...state({ content_index: 0, annotations: [cited(url)] }) },
  ]
  const late = message([text('a', { annotations: [cited('late')] })])
  assert.deepEqual(
    streamed(...begun, done(0, message([text('a')])), ended()).parts,
    annotated('early'),
  )
  assert.deepEqual(streamed(...begun, ended()).parts, annotated('early'))
  assert.deepEqual(streamed(...begun, done(0, late), ended()).parts, annotated('late'))
})

test('a text that its finished message calls "text", or gives as a string, is the text that was told', () => {
  const told = piece('output_text', 'hel', { output_index: 0 })
  for (const content of [[{ type: 'text', text: 'hello' }], 'hello']) {
    const item = { ...message([]), content }
    const hello = [{ type: 'text', text: 'hello' }]
    assert.deepEqual(streamed(told, done(0, item), ended()).parts, hello)
    assert.deepEqual(whole(response({ output: [item] })).parts, hello)
  }
  assert.deepEqual(whole(response({ output: [{ ...message([]), content: '' }] })).parts, [])
})

test('what was told as a text stays one, also where the finished message holds something else in its place', () => {
  const strange = { type: 'output_video', url: 'u' }
  const { parts } = streamed(
    piece('output_text', 'a', { output_index: 0, content_index: 0 }),
    done(0, message([strange, text('b')])),
    ended(),
  )
  assert.deepEqual(parts, [
    { type: 'text', text: 'a' },
    {
      type: 'opaque',
      ...state({ item: { type: 'message', role: 'assistant', content: [strange] } }),
    },
    { type: 'text', text: 'b', ...state({ content_index: 1 }) },
  ])
})

test('content parts of a kind to come are kept beside the text', () => {
  const strange = { type: 'output_video', url: 'u' }
  assert.deepEqual(whole(response({ output: [message([text('a'), strange])] })).parts, [
    { type: 'text', text: 'a' },
    {
      type: 'opaque',
      ...state({ item: { type: 'message', role: 'assistant', content: [strange] } }),
    },
  ])
})
