// A line says exactly what its event says.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { lineOf } from '../../src/server/event-line.ts'
import type { GatewayEvent } from '../../src/protocol/gateway-event.gen.ts'
import { validEvents } from '../protocol/examples.ts'

test('every kind of event is one line of its own JSON', () => {
  for (const { event } of validEvents) assert.equal(lineOf(event), `${JSON.stringify(event)}\n`)
})

test('so is every piece of text, whatever it holds', () => {
  const type = fc.constantFrom('output_text_delta', 'reasoning_delta', 'refusal_delta')
  const request_id = fc.stringMatching(/^[A-Za-z0-9._:-]{1,12}$/)
  const delta = fc.string({ unit: 'binary', maxLength: 12 })
  fc.assert(
    fc.property(fc.record({ type, request_id, part: fc.nat(), delta }), (event) =>
      assert.equal(lineOf(event), `${JSON.stringify(event)}\n`),
    ),
  )
})

test('no line holds half a character, wherever a provider has cut its words', () => {
  const [completed] = validEvents.flatMap(({ event }) =>
    event.type === 'completed' ? [event] : [],
  )
  assert.ok(completed)
  const state = { dialect: 'gemini', target: 't', model: 'm', fingerprint: 'f' } as const
  const cutAt = (end: string): GatewayEvent => ({
    ...completed,
    message: {
      role: 'assistant',
      content: [
        { type: 'text', text: 'a', state: { ...state, citations: [{ cited_text: `b${end}` }] } },
        // A number that keeps its source text, and an escape that is the caller's own text.
        { type: 'opaque', state: { ...state, value: JSON.rawJSON('9007199254740993') } },
        { type: 'text', text: String.raw`\ud83d` },
      ],
    },
  })
  assert.equal(lineOf(cutAt('\ud83d')), `${JSON.stringify(cutAt('\ufffd'))}\n`)
  assert.equal(lineOf(cutAt('😀')), `${JSON.stringify(cutAt('😀'))}\n`)
})
