// The golden examples, which the Rust crate reads too, hold here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import schema from '../../schemas/client-message.schema.json' with { type: 'json' }
import { readLine, validateEvent } from '../../src/protocol/validate.ts'
import { invalidEvents, invalidMessages, validEvents, validMessages } from './examples.ts'

test('every valid message is taken as it is', () => {
  for (const { name, message } of validMessages) {
    const reading = readLine(Buffer.from(JSON.stringify(message)))
    assert.deepEqual(reading, { ok: true, message }, name)
  }
})

test('every invalid message is refused with its code and pointer', () => {
  for (const { name, message, line = JSON.stringify(message), code, pointer } of invalidMessages) {
    const reading = readLine(Buffer.from(line))
    assert(!reading.ok, name)
    const { fault } = reading
    assert.deepEqual(
      [fault.kind, fault.code, fault.pointer],
      ['invalid_request', code, pointer],
      name,
    )
  }
})

test('`refused_by` says truly whether a plain schema validator sees it', () => {
  const takes = new Ajv2020({ allowUnionTypes: true, discriminator: true }).compile(schema)
  for (const { name, message, refused_by } of invalidMessages) {
    if (refused_by === 'line') continue
    assert.equal(takes(message), refused_by === 'rules', name)
  }
})

test('every valid event fits its schema', () => {
  for (const { event } of validEvents) validateEvent(event)
})

test('every invalid event is refused at its pointer', () => {
  for (const { name, event, pointer } of invalidEvents) {
    assert.throws(() => validateEvent(event), { message: new RegExp(` at "${pointer}": `) }, name)
  }
})

test('the examples show every event, error kind and finish reason', () => {
  const events = validEvents.map(({ event }) => event)
  const kinds = events.flatMap((event) => (event.type === 'failed' ? [event.error.kind] : []))
  const reasons = events.flatMap((event) =>
    event.type === 'completed' ? [event.finish_reason] : [],
  )
  assert.deepEqual(
    [new Set(events.map(({ type }) => type)).size, new Set(kinds).size, new Set(reasons).size],
    [12, 17, 7],
  )
})

test("a terminal event's message is taken back as it is", () => {
  for (const { name, event } of validEvents) {
    if (!('message' in event) || event.message === null) continue
    const calls = event.message.content.filter((part) => part.type === 'tool_call')
    const answers = calls
      .filter(({ status }) => status !== 'partial')
      .map(({ id, name: tool }) => ({
        role: 'tool',
        tool_call_id: id,
        tool_name: tool,
        content: '',
      }))
    const request = { type: 'infer', messages: [event.message, ...answers] }
    assert.equal(readLine(Buffer.from(JSON.stringify(request))).ok, true, name)
  }
})
