import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anthropicMessages } from '../../../src/dialects/anthropic/index.ts'
import type { DialectEvent, JsonObject } from '../../../src/dialects/contract.ts'
import type { Usage } from '../../../src/protocol/gateway-event.gen.ts'
import { START, STOP, decode, ended, ends, messageOf } from './fixture.ts'

const usages = (events: readonly DialectEvent[]): Usage[] =>
  events.flatMap((event) => (event.type === 'usage' ? [event.usage] : []))
const pass = (type: string): JsonObject => ({ type, input_tokens: 100, output_tokens: 10 })

test('of each count the last that is not null stands; input holds its cached parts', () => {
  const start = {
    type: 'message_start',
    message: {
      usage: {
        input_tokens: 0,
        cache_read_input_tokens: 20,
        cache_creation_input_tokens: 5,
        output_tokens: 1,
      },
    },
  }
  const later = {
    ...ended('end_turn'),
    usage: {
      input_tokens: 10,
      cache_read_input_tokens: null,
      output_tokens: 40,
      output_tokens_details: { thinking_tokens: 7 },
    },
  }
  assert.deepEqual(usages(decode([start, later, STOP])).at(-1), {
    input_tokens: 35,
    cached_input_tokens: 20,
    cache_write_input_tokens: 5,
    output_tokens: 40,
    reasoning_tokens: 7,
    total_tokens: 75,
    raw: {
      input_tokens: 10,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 5,
      output_tokens: 40,
      output_tokens_details: { thinking_tokens: 7 },
    },
  })
})

test('input that was told takes no 0 for an answer, but where compaction had it', () => {
  const start = { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } }
  const nothing = { input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 4 }
  const totals = [nothing, { ...nothing, iterations: [pass('compaction')] }].map((usage) => {
    const last = usages(decode([start, { ...ended('end_turn'), usage }])).at(-1)
    return [last?.input_tokens, last?.cached_input_tokens, last?.output_tokens]
  })
  assert.deepEqual(totals, [
    [9, 0, 4],
    [100, 0, 14],
  ])
})

test('compaction passes are summed in; other passes are in the top level already', () => {
  const usage = {
    input_tokens: 7,
    output_tokens: 3,
    iterations: [pass('compaction'), pass('message'), pass('advisor_message')],
  }
  const [counts] = usages(decode([{ ...ended('end_turn'), usage }]))
  assert.deepEqual(counts, {
    input_tokens: 107,
    cached_input_tokens: null,
    cache_write_input_tokens: null,
    output_tokens: 13,
    reasoning_tokens: null,
    total_tokens: 120,
    raw: usage,
  })
})

test('a usage object without a count reports nothing', () => {
  assert.deepEqual(usages(decode([{ ...ended('end_turn'), usage: { service_tier: 'x' } }])), [])
})

test('every stop reason has its cause; unknown ones are other', () => {
  const causes = {
    end_turn: 'stop',
    stop_sequence: 'stop',
    tool_use: 'tool_calls',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    pause_turn: 'pause',
    refusal: 'refusal',
    compaction: 'other',
  }
  for (const [raw, cause] of Object.entries(causes)) {
    assert.deepEqual(ends(decode([START, ended(raw), STOP])), [{ type: 'finish', cause, raw }])
  }
})

test('a word that every object has as a name is as unknown as any other', () => {
  for (const raw of [...Object.getOwnPropertyNames(Object.prototype), 'prototype']) {
    const strangers = [
      { type: raw },
      { type: 'content_block_delta', index: 0, delta: { type: raw, [raw]: 'x' } },
    ]
    const events = decode([START, ...strangers, ended(raw), STOP])
    assert.deepEqual(events.slice(1), [{ type: 'finish', cause: 'other', raw }])
    const content = [{ type: raw }]
    const whole = anthropicMessages
      .decoder()
      .body(JSON.stringify({ type: 'message', content, stop_reason: raw }))
    assert.deepEqual(ends(whole), [{ type: 'finish', cause: 'other', raw }])
  }
})

test('a refusal without a block completes and leaves its details in the metadata', () => {
  const details = { type: 'refusal', category: 'cyber', explanation: null }
  const events = decode([START, ended('refusal', { stop_details: details }), STOP])
  assert.deepEqual(events.slice(1), [
    { type: 'metadata', metadata: { raw: { stop_details: details } } },
    { type: 'finish', cause: 'refusal', raw: 'refusal' },
  ])
})

test('an error inside the stream is a fault, wrapped or bare, also after message_stop, and nothing follows it', () => {
  const errors: [JsonObject, string][] = [
    [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'overloaded'],
    [{ type: 'error', error: { type: 'api_error', message: 'x' } }, 'provider_error'],
    [{ type: 'error', error: { type: 'timeout_error', message: 'x' } }, 'timeout'],
    [{ error: 'broken' }, 'provider_error'],
  ]
  for (const [error, kind] of errors) {
    const events = decode([START, ended('end_turn'), STOP, error, STOP])
    const last = events.at(-1)
    assert.ok(last?.type === 'fault')
    assert.equal(last.fault.kind, kind)
    assert.equal(last.fault.provider?.http_status, 200)
  }
  const bare = JSON.stringify({ code: 500, message: 'boom', type: 'server_error' })
  const [fault] = anthropicMessages.decoder().push({ event: 'error', data: bare })
  assert.ok(fault?.type === 'fault')
  assert.equal(fault.fault.provider?.message, 'boom')
})

test('however an answer fails, arguments that came with the start of a call are in its message', () => {
  const content_block = { type: 'tool_use', id: 'a', name: 'clock', input: { a: 1 } }
  const start = { type: 'content_block_start', index: 0, content_block }
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  for (const data of [JSON.stringify(error), '{"type":', null]) {
    const decoder = anthropicMessages.decoder()
    const events = [START, start].flatMap((value) =>
      decoder.push({ event: '', data: JSON.stringify(value) }),
    )
    events.push(...(data === null ? [] : decoder.push({ event: '', data })), ...decoder.end())
    assert.deepEqual(messageOf(events)?.content, [
      { type: 'tool_call', id: 'a', name: 'clock', arguments_json: '{"a":1}', status: 'partial' },
    ])
    assert.equal(ends(events).length, 1)
    assert.equal(events.at(-1)?.type, 'fault')
  }
})

test('an error that is told in a form of its own under 200 is told on in its words', () => {
  const [fault] = anthropicMessages
    .decoder()
    .body('{"code":500,"msg":"404 NOT_FOUND","success":false}')
  assert.ok(fault?.type === 'fault')
  const { kind, provider } = fault.fault
  assert.deepEqual([kind, provider?.message], ['provider_error', '404 NOT_FOUND'])
})

test('bytes that are not the protocol are a violation; a keep-alive or [DONE] is nothing', () => {
  const decoder = anthropicMessages.decoder()
  assert.deepEqual(decoder.push({ event: '', data: '[DONE]' }), [])
  assert.deepEqual(decoder.push({ event: '', data: ' ' }), [])
  const [event] = decoder.push({ event: 'message_delta', data: '{"type":' })
  assert.ok(event?.type === 'fault' && event.fault.code === 'bad_event')
  for (const text of ['', '<html>', '[]', '{"ok":true}']) {
    const [fault] = anthropicMessages.decoder().body(text)
    assert.ok(fault?.type === 'fault' && fault.fault.code === 'bad_body')
  }
})
