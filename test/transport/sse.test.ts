// The reader of event streams: the same events however the bytes are cut, bounded, strict about UTF-8.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { SseReader, type SseMessage } from '../../src/transport/sse.ts'

const isWhole = (data: string): boolean => {
  try {
    JSON.parse(data)
    return true
  } catch {
    return data === '[DONE]'
  }
}

function read(bytes: Buffer, cuts: readonly number[]): SseMessage[] {
  const reader = new SseReader(1_000)
  const messages: SseMessage[] = []
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    messages.push(...reader.push([bytes.subarray(from, cut)]))
    from = cut
  }
  return [...messages, ...reader.end(isWhole)]
}

const STREAM = Buffer.from(
  '\uFEFF: hello\r\n\r\nevent: a\r\ndata: {"t":"naïve 🌍"}\r\n\r\n:\n\nid: 7\nretry: 10\ndata: {"x":\ndata: 1}\n\ndata:{"y":2}\n\ndata: [DONE]\n\n',
)
const EVENTS: SseMessage[] = [
  { event: 'a', data: '{"t":"naïve 🌍"}' },
  { event: '', data: '{"x":\n1}' },
  { event: '', data: '{"y":2}' },
  { event: '', data: '[DONE]' },
]

test('any cut of the bytes gives the same events', () => {
  for (let first = 0; first <= STREAM.length; first += 1)
    for (let second = first; second <= STREAM.length; second += 7)
      assert.deepEqual(read(STREAM, [first, second]), EVENTS)
})

const ERROR = { error: { code: 503, message: 'überlastet 🌍', status: 'UNAVAILABLE' } }
const SAID = 'data: {"text":"hi"}\r\n\r\n'

test('a bare JSON error is an event however it is written, wherever it is cut, with a line end behind it or without', () => {
  const [compact, pretty] = [JSON.stringify(ERROR), JSON.stringify(ERROR, null, 2)]
  const written = [compact, pretty, `  ${compact}`, pretty.replaceAll('\n', '\r\n'), `[${pretty}]`]
  for (const error of written)
    for (const text of [error, `${error}\n`, `${error}\r\n`]) {
      const events = ['{"text":"hi"}', error.replaceAll('\r', '')].map((data) => ({
        event: '',
        data,
      }))
      const bytes = Buffer.from(SAID + text)
      assert.deepEqual(read(bytes, [...bytes.keys()]), events)
      for (let first = 0; first <= bytes.length; first += 1)
        for (let second = first; second <= bytes.length; second += 7)
          assert.deepEqual(read(bytes, [first, second]), events)
    }
})

test('events around a stray value, and lines that are none, stay as they are in any cut', () => {
  const stray = '{\n  "error": "down"\n}'
  const bytes = Buffer.from(
    `what: {\n \n${SAID}: {\n${stray}\r\ndata: 1\n\n: on\nevent: e\ndata: 2`,
  )
  const events = [
    ['', '{"text":"hi"}'],
    ['', '1'],
    ['e', '2'],
    ['', stray],
  ].map(([event, data]) => ({ event, data }))
  for (let first = 0; first <= bytes.length; first += 1)
    for (let second = first; second <= bytes.length; second += 1)
      assert.deepEqual(read(bytes, [first, second]), events)
})

test('a stray value that never ends is over the limit as well, in one line or in many', () => {
  for (const piece of [
    'x'.repeat(60),
    `${'x'.repeat(60)}\n`,
    `${'x'.repeat(30)}\n${'x'.repeat(30)}`,
  ]) {
    const reader = new SseReader(100)
    reader.push([Buffer.from('{')])
    assert.throws(() => [1, 2].map(() => reader.push([Buffer.from(piece)])), {
      code: 'event_too_large',
    })
  }
})

test('a last event without its blank line counts at a clean end, if it is whole', () => {
  assert.deepEqual(read(Buffer.from('data: {"a":1}'), []), [{ event: '', data: '{"a":1}' }])
  assert.deepEqual(read(Buffer.from('data: {"a":'), []), [])
})

test('a bare JSON error between the events is an event', () => {
  const text = 'data: {"a":1}\n\n{\n "error": {"code": 503}\n}\n'
  assert.deepEqual(read(Buffer.from(text), []), [
    { event: '', data: '{"a":1}' },
    { event: '', data: '{\n "error": {"code": 503}\n}' },
  ])
})

test('invalid UTF-8 is a protocol violation, and so is an event over the limit', () => {
  assert.throws(() => new SseReader(100).push([Buffer.from([0x64, 0xff, 0x0a])]), {
    code: 'bad_utf8',
  })
  const reader = new SseReader(100)
  assert.throws(
    () => {
      for (let count = 0; count < 5; count += 1)
        reader.push([Buffer.from(`data: ${'x'.repeat(60)}`)])
    },
    { code: 'event_too_large' },
  )
})

test('nothing that a server sends makes the reader throw anything but its two faults', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
      const reader = new SseReader(64)
      try {
        for (const chunk of chunks) reader.push([chunk])
        reader.end(isWhole)
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error)
        assert.ok(error.code === 'bad_utf8' || error.code === 'event_too_large')
      }
    }),
  )
})
