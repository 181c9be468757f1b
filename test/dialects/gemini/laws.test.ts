// What holds for every answer, whatever it is made of.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { asObject, isObject, parseJson } from '../../../src/dialects/shared/json.ts'
import { chunk, sentBack, STOP, streamed, whole } from './answer.ts'

const signature = fc.option(fc.base64String({ minLength: 4 }), { nil: undefined })
const signed = (part: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(part, signature)
    .map(([each, thoughtSignature]) => ({ ...each, ...(thoughtSignature && { thoughtSignature }) }))
const args = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value) => asObject(parseJson(JSON.stringify(value))) ?? {})
const call = fc.record(
  { name: fc.stringMatching(/^[a-z]{1,8}$/), args, id: fc.uuid() },
  { requiredKeys: ['name', 'args'] },
)
const part = fc.oneof(
  signed(fc.record({ text: fc.string() })),
  signed(fc.record({ text: fc.string(), thought: fc.constant(true) })),
  signed(call.map((functionCall) => ({ functionCall: { ...functionCall } }))),
  signed(fc.string().map((code) => ({ executableCode: { language: 'PYTHON', code } }))),
)
const parts = fc.array(part, { maxLength: 12 })

/** Groups of the list, in order; empty ones among them. */
const grouped = fc
  .tuple(parts, fc.array(fc.nat(4), { minLength: 12, maxLength: 12 }))
  .map(([list, sizes]) => {
    const groups: JsonObject[][] = []
    let at = 0
    for (const size of sizes) groups.push(list.slice(at, (at += size)))
    return { list, groups: [...groups, list.slice(at)] }
  })

/** The parts as the model may have them back: unsigned neighbours of a kind are one text, and no text says nothing. */
function native(list: readonly JsonObject[]): JsonObject[] {
  const merged: JsonObject[] = []
  for (const each of list) {
    const last = merged.at(-1)
    const plain = typeof each['text'] === 'string' && !('thoughtSignature' in each)
    const continues =
      typeof last?.['text'] === 'string' &&
      !('thoughtSignature' in last) &&
      last['thought'] === each['thought']
    if (plain && each['text'] === '') continue
    if (plain && continues)
      merged[merged.length - 1] = {
        ...last,
        text: `${String(last['text'])}${String(each['text'])}`,
      }
    else merged.push(each)
  }
  return merged
}

test('however the parts are grouped into chunks, streamed or whole, the message is the same', () => {
  fc.assert(
    fc.property(grouped, ({ list, groups }) => {
      const expected = whole(chunk(list, STOP)).content
      const chunks = groups.map((group) => chunk(group))
      assert.deepEqual(streamed(...chunks, chunk([], STOP)).content, expected)
      assert.deepEqual(whole([...chunks, chunk([], STOP)]).content, expected)
    }),
  )
})

test('an answer goes back to its model part for part', () => {
  fc.assert(
    fc.property(parts, (list) => {
      const wanted = native(list)
      const turns = sentBack(streamed(chunk(list, STOP)).content).slice(1)
      const sent = wanted.length > 0 ? turns.shift() : null
      assert.deepEqual(sent, wanted.length > 0 ? { role: 'model', parts: wanted } : null)
    }),
  )
})

test('the results of a turn are one content right after it, in the order of its calls, with the ids that the model gave', () => {
  fc.assert(
    fc.property(parts, (list) => {
      const calls = list.map((each) => each['functionCall']).filter(isObject)
      fc.pre(calls.length > 0)
      const response = { output: 'done' }
      const results = calls.map(({ id, name }) => ({
        functionResponse: id === undefined ? { name, response } : { id, name, response },
      }))
      assert.deepEqual(sentBack(streamed(chunk(list, STOP)).content).at(-1), {
        role: 'user',
        parts: results,
      })
    }),
  )
})

/** A part without what only its end brings. */
const bare = (each: object) => ({ ...each, state: null })

test('an answer cut anywhere before its finish reason ends in one fault, with what had come', () => {
  fc.assert(
    fc.property(grouped, fc.nat(12), ({ groups }, kept) => {
      const before = groups.slice(0, kept)
      const { end, content } = streamed(...before.map((group) => chunk(group)))
      assert.deepEqual(end, ['transport/truncated'])
      const said = streamed(...before.map((group) => chunk(group)), chunk([], STOP)).content
      assert.deepEqual(content.map(bare), said.map(bare))
    }),
  )
})

test('fields that nobody knows change nothing', () => {
  const novelty = fc.dictionary(fc.stringMatching(/^x[a-z]{3,8}$/), fc.jsonValue())
  fc.assert(
    fc.property(parts, novelty, novelty, (list, onChunk, onCandidate) => {
      const plain = streamed(chunk(list, STOP))
      const odd = streamed(chunk(list, { ...onCandidate, ...STOP }, onChunk))
      assert.deepEqual([odd.content, odd.end, odd.usage], [plain.content, plain.end, plain.usage])
    }),
  )
})

test('no JSON makes the decoder throw, and every answer ends once', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 4 }), fc.jsonValue(), (values, inner) => {
      const shaped = {
        candidates: [{ content: { parts: inner }, finishReason: inner }],
        usageMetadata: inner,
        error: null,
        promptFeedback: inner,
      }
      assert.equal(streamed(...values.map((value) => JSON.stringify(value)), shaped).end.length, 1)
      assert.equal(whole(inner).end.length, 1)
    }),
  )
})
