// A line says exactly what its event says.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { lineOf } from '../../src/server/event-line.ts'
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
