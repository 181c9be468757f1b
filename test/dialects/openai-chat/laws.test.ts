// Laws that hold for every stream: however its deltas are grouped, wherever it is cut, whatever else stands in it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { brief, chunk, DONE, streamed, whole } from './answer.ts'

interface Said {
  readonly field: 'content' | 'reasoning_content' | 'refusal' | 'call'
  readonly text: string
}

/** Texts and calls in any order; neighbours of one field would be one part, so there are none. */
const answers = fc
  .array(
    fc.record({
      field: fc.constantFrom(
        'content' as const,
        'reasoning_content' as const,
        'refusal' as const,
        'call' as const,
      ),
      text: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
    }),
    { maxLength: 6 },
  )
  .map((said) => said.filter(({ field }, at) => field === 'call' || field !== said[at - 1]?.field))

/** The deltas of an answer, each text cut where `cuts` says. */
function deltasOf(said: readonly Said[], cuts: readonly number[]): JsonObject[] {
  let cut = 0
  const deltas: JsonObject[] = []
  for (const [index, { field, text }] of said.entries()) {
    if (field === 'call')
      deltas.push({
        tool_calls: [{ index, id: `c-${index}`, function: { name: 'f', arguments: '' } }],
      })
    for (let from = 0; from < text.length;) {
      const to = from + 1 + ((cuts[cut++ % cuts.length] ?? 0) % text.length)
      const piece = text.slice(from, to)
      deltas.push(
        field === 'call'
          ? { tool_calls: [{ index, function: { arguments: piece } }] }
          : { [field]: piece },
      )
      from = to
    }
  }
  return deltas
}

const TYPES = { content: 'text', reasoning_content: 'reasoning', refusal: 'refusal' } as const
const expected = (said: readonly Said[]) =>
  said.map(({ field, text }, index) =>
    field === 'call' ? `call c-${index} f ${text}` : `${TYPES[field]} ${JSON.stringify(text)}`,
  )

const cuts = fc.array(fc.nat(20), { minLength: 1, maxLength: 10 })
const END = [chunk({}, 'stop'), { choices: [], usage: { total_tokens: 3 } }, DONE]

test('any grouping of the deltas gives the same parts', () => {
  fc.assert(
    fc.property(answers, cuts, (said, where) => {
      const answer = streamed(...deltasOf(said, where).map((delta) => chunk(delta)), ...END)
      assert.deepEqual(brief(answer), expected(said))
      assert.equal(answer.usage?.total_tokens, 3)
      assert.equal(answer.end.length, 1)
    }),
  )
})

test('any truncation ends in exactly one finish or fault, and in a finish only behind the marker', () => {
  fc.assert(
    fc.property(answers, cuts, fc.nat(), (said, where, n) => {
      const deltas = deltasOf(said, where).map((delta) => chunk(delta))
      const stream = [...deltas, ...END]
      const length = n % (stream.length + 1)
      const { end } = streamed(...stream.slice(0, length))
      assert.equal(end.length, 1)
      assert.equal(end[0] === 'transport/truncated', length <= deltas.length)
    }),
  )
})

test('unknown fields, unknown chunks and other choices change nothing', () => {
  const noise = fc.constantFrom<unknown>(
    { novel: 1 },
    { choices: [{ index: 3, delta: { content: 'x' } }] },
    [],
    7,
    chunk({ novel: { content: 'x' } }),
    '',
    { choices: [null] },
  )
  fc.assert(
    fc.property(answers, cuts, fc.array(noise), (said, where, more) => {
      const deltas = deltasOf(said, where).map((delta) => chunk({ ...delta, surprise: [] }))
      const noisy = deltas.flatMap((delta, at) => [...more.slice(at, at + 2), delta])
      assert.deepEqual(brief(streamed(...noisy, ...END)), expected(said))
    }),
  )
})

test('no JSON and no text makes the decoder throw or end twice', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.string())), (chunks) => {
      assert.ok(streamed(...chunks).end.length <= 2)
      for (const body of chunks) assert.equal(whole(body).end.length, 1)
    }),
  )
})
