import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { anthropicMessages } from '../../../src/dialects/anthropic/index.ts'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import {
  START,
  STATE,
  STOP,
  answers,
  blockEvents,
  decode,
  ended,
  ends,
  messageOf,
  streamOf,
} from './fixture.ts'

const state = (block: JsonObject): JsonObject => ({ ...STATE, fingerprint: 'f', block })
const block = (index: number | undefined, content_block: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index,
  content_block,
})
const delta = (index: number, value: JsonObject): JsonObject => ({
  type: 'content_block_delta',
  index,
  delta: value,
})
const argument = (partial_json: string): string =>
  JSON.stringify(delta(0, { type: 'input_json_delta', partial_json }))
const stop = (index: number): JsonObject => ({ type: 'content_block_stop', index })

test('a streamed answer tells thinking, text and calls as parts with what has to come back', () => {
  const events = decode([
    START,
    { type: 'ping' },
    block(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'Need it.' }),
    delta(0, { type: 'signature_delta', signature: 'sig' }),
    stop(0),
    block(1, { type: 'tool_use', id: 'toolu_1', name: 'clock', input: {} }),
    delta(1, { type: 'input_json_delta', partial_json: '' }),
    delta(1, { type: 'input_json_delta', partial_json: '{"a":' }),
    delta(1, { type: 'input_json_delta', partial_json: '1}' }),
    stop(1),
    ended('tool_use'),
    STOP,
  ])
  assert.deepEqual(events, [
    {
      type: 'metadata',
      metadata: {
        response_id: 'msg_1',
        model: 'claude-test-1',
        service_tier: undefined,
        raw: undefined,
      },
    },
    { type: 'reasoning', key: 0, delta: 'Need it.' },
    { type: 'part_end', key: 0, state: { block: { signature: 'sig' } } },
    { type: 'tool_call', key: 1, id: 'toolu_1', name: 'clock', delta: '' },
    { type: 'tool_call', key: 1, id: 'toolu_1', name: 'clock', delta: '{"a":' },
    { type: 'tool_call', key: 1, id: 'toolu_1', name: 'clock', delta: '1}' },
    { type: 'part_end', key: 1, state: undefined },
    { type: 'finish', cause: 'tool_calls', raw: 'tool_use' },
  ])
})

test('however blocks overlap and their deltas are cut, the message is the same', () => {
  const weave = fc.tuple(
    answers(),
    fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
    fc.integer({ min: 1, max: 5 }),
  )
  fc.assert(
    fc.property(weave, ([blocks, picks, size]) => {
      const lanes = blocks.map((each, index) => blockEvents(each, index, size))
      const woven: JsonObject[] = []
      for (let turn = 0; lanes.some((lane) => lane.length > 0); turn++) {
        const open = lanes.filter((lane) => lane.length > 0)
        const next = open[(picks[turn % picks.length] ?? 0) % open.length]?.shift()
        if (next) woven.push(next)
      }
      const events = decode([START, ...woven, ended('end_turn'), STOP])
      assert.deepEqual(messageOf(events), messageOf(decode(streamOf(blocks))))
    }),
  )
})

test('a whole body gives the same message as its stream', () => {
  fc.assert(
    fc.property(answers(), (content) => {
      const whole = { type: 'message', id: 'msg_1', content, stop_reason: 'end_turn' }
      const events = anthropicMessages.decoder().body(JSON.stringify(whole))
      assert.deepEqual(messageOf(events), messageOf(decode(streamOf(content))))
      assert.deepEqual(ends(events), [{ type: 'finish', cause: 'stop', raw: 'end_turn' }])
    }),
  )
})

test('a stream cut before message_stop ends in one truncated fault, with a prefix of the parts', () => {
  fc.assert(
    fc.property(answers(), fc.nat(), (blocks, at) => {
      const stream = streamOf(blocks)
      const events = decode(stream.slice(0, at % stream.length))
      const [fault, ...others] = ends(events)
      assert.deepEqual(others, [])
      assert.ok(fault?.type === 'fault' && events.at(-1) === fault)
      assert.deepEqual([fault.fault.kind, fault.fault.code], ['transport', 'truncated'])
      const calls = messageOf(events)?.content ?? []
      assert.ok(Array.isArray(calls))
      assert.ok(calls.every((part) => part.type !== 'tool_call' || part.name !== ''))
    }),
  )
})

test('events, deltas and fields that nobody knows change nothing', () => {
  const unknown = fc.constantFrom<JsonObject>(
    { type: 'ping' },
    { type: 'block_progress', index: 0 },
    delta(0, { type: 'mood_delta', mood: 'good' }),
    delta(99, { type: 'input_json_delta', partial_json: '{' }),
    stop(99),
  )
  fc.assert(
    fc.property(answers(), fc.nat(), unknown, (blocks, at, stranger) => {
      // A block without a canonical form takes every text that it is sent.
      const known = blocks.filter(({ type }) => ['text', 'thinking', 'tool_use'].includes(type))
      const stream = streamOf(known)
      const place = 1 + (at % (stream.length - 1))
      const before = decode(stream)
      assert.deepEqual(decode(stream.toSpliced(place, 0, stranger)), before)
    }),
  )
})

test('blocks of a local server that closes all at the end keep their parts apart', () => {
  const events = decode([
    START,
    block(0, { type: 'thinking', thinking: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'hm' }),
    block(1, { type: 'text', text: '' }),
    delta(1, { type: 'text_delta', text: 'so' }),
    block(2, { type: 'tool_use', id: 'x1', name: 'clock' }),
    delta(0, { type: 'signature_delta', signature: '' }),
    stop(0),
    stop(1),
    stop(2),
    ended('tool_use'),
    STOP,
  ])
  assert.deepEqual(messageOf(events)?.content, [
    { type: 'reasoning', text: 'hm', state: state({ signature: '' }) },
    { type: 'text', text: 'so' },
    { type: 'tool_call', id: 'x1', name: 'clock', arguments_json: '{}', status: 'ready' },
  ])
})

test('an index that repeats or is missing begins a new part behind the others', () => {
  const texts = [0, 0, undefined, 1].flatMap((index, at) => [
    block(index, { type: 'text', text: `t${at}` }),
    { type: 'content_block_stop', index },
  ])
  const events = decode([START, ...texts, ended('end_turn'), STOP])
  const content = messageOf(events)?.content
  assert.deepEqual(
    content,
    ['t0', 't1', 't2', 't3'].map((text) => ({ type: 'text', text })),
  )
})

test('a second message_start goes on behind the first; a call it cut off stays partial', () => {
  const events = decode([
    START,
    block(0, { type: 'tool_use', id: 'a', name: 'clock', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '{' }),
    START,
    block(0, { type: 'text', text: 'again' }),
    stop(0),
    ended('end_turn'),
    STOP,
  ])
  assert.deepEqual(messageOf(events)?.content, [
    { type: 'tool_call', id: 'a', name: 'clock', arguments_json: '{', status: 'partial' },
    { type: 'text', text: 'again' },
  ])
})

test('arguments that come with the start are told once, with every digit, unless pieces follow', () => {
  const call = '{"type":"tool_use","id":"a","name":"pay","input":{"cents":12345678901234567890}}'
  const start = `{"type":"content_block_start","index":0,"content_block":${call}}`
  const told = (pieces: readonly string[]): string => {
    const decoder = anthropicMessages.decoder()
    const lines = [start, ...pieces.map(argument), JSON.stringify(stop(0))]
    const events = lines.flatMap((data) => decoder.push({ event: '', data }))
    return events.map((event) => (event.type === 'tool_call' ? event.delta : '')).join('')
  }
  assert.equal(told([]), '{"cents":12345678901234567890}')
  assert.equal(told(['{"cents"', ':1}']), '{"cents":1}')
})

test('blocks without a canonical form are gathered whole', () => {
  const events = decode([
    START,
    block(0, { type: 'compaction', content: null }),
    delta(0, { type: 'compaction_delta', content: 'In ' }),
    delta(0, { type: 'compaction_delta', content: 'short.' }),
    stop(0),
    block(1, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
    delta(1, { type: 'input_json_delta', partial_json: '{"query":"x"}' }),
    stop(1),
  ])
  const opaque = events.flatMap((event) => (event.type === 'opaque' ? [event.state] : []))
  assert.deepEqual(opaque, [
    { block: { type: 'compaction', content: 'In short.' } },
    { block: { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'x' } } },
  ])
})

test('a server tool’s input that was cut off is an empty object, because it goes back as one', () => {
  const tool = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }
  for (const partial_json of ['{"query":"x', '"x"', '[1]', '1']) {
    const piece = delta(0, { type: 'input_json_delta', partial_json })
    const events = decode([START, block(0, tool), piece, ended('max_tokens'), STOP])
    assert.deepEqual(messageOf(events)?.content, [{ type: 'opaque', state: state(tool) }])
  }
})

test('text without a word is nothing; a signature alone, or hidden thinking, is reasoning without text', () => {
  const content = [
    { type: 'text', text: '' },
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking', thinking: '', signature: 'sig' },
    { type: 'redacted_thinking', data: 'xyz' },
  ]
  const events = anthropicMessages.decoder().body(JSON.stringify({ type: 'message', content }))
  assert.deepEqual(messageOf(events)?.content, [
    { type: 'reasoning', state: state({ signature: 'sig' }) },
    { type: 'reasoning', state: state({ type: 'redacted_thinking', data: 'xyz' }) },
  ])
})

test('deltas of a block that was never started begin it', () => {
  const events = decode([
    START,
    delta(0, { type: 'text_delta', text: 'hi' }),
    ended('end_turn'),
    STOP,
  ])
  assert.deepEqual(messageOf(events)?.content, [{ type: 'text', text: 'hi' }])
})

test('text and thinking inside a block of another kind are told as what they are, in their order', () => {
  const think = (index: number, thinking: string): JsonObject =>
    delta(index, { type: 'thinking_delta', thinking })
  const say = (index: number, text: string): JsonObject =>
    delta(index, { type: 'text_delta', text })
  const events = decode([
    START,
    block(0, { type: 'text', text: '' }),
    think(0, 'h'),
    think(0, 'm'),
    delta(0, { type: 'signature_delta', signature: 's' }),
    say(0, 'one'),
    think(0, 'hm'),
    stop(0),
    block(1, { type: 'tool_use', id: 'a', name: 'clock', input: {} }),
    delta(1, { type: 'input_json_delta', partial_json: '{"zone":' }),
    say(1, 't'),
    say(1, 'wo'),
    delta(1, { type: 'input_json_delta', partial_json: '"x"}' }),
    stop(1),
    ended('tool_use'),
    STOP,
  ])
  assert.deepEqual(messageOf(events)?.content, [
    { type: 'reasoning', text: 'hm', state: state({ signature: 's' }) },
    { type: 'text', text: 'one' },
    { type: 'reasoning', text: 'hm', state: state({}) },
    {
      type: 'tool_call',
      id: 'a',
      name: 'clock',
      arguments_json: '{"zone":"x"}',
      status: 'ready',
    },
    { type: 'text', text: 'two' },
  ])
})
