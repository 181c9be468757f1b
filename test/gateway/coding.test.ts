// How the bytes of an answer are coded: what its headers say, and what they are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startBench } from '../laws/bench.ts'
import { streamsOf } from '../laws/streams.ts'

test('an answer that says it is encoded in no way is read, as servers say that; one that is packed is refused', async (t) => {
  const bench = await startBench()
  t.after(() => bench.close())
  const [stream] = streamsOf('openai_chat', 40)
  assert.ok(stream)
  const ends = []
  for (const coding of [
    '',
    'identity',
    'Identity',
    'none',
    'UTF-8',
    'gzip',
    'br',
    'identity, gzip',
  ]) {
    const events = await bench.ask('openai_chat', (socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: ${coding}\r\n\r\n`,
      )
      socket.end(stream.body)
    })
    const end = events.at(-1)
    ends.push([coding, end?.type === 'failed' ? end.error.code : end?.type])
  }
  assert.deepEqual(ends, [
    ['', 'completed'],
    ['identity', 'completed'],
    ['Identity', 'completed'],
    ['none', 'completed'],
    ['UTF-8', 'completed'],
    ['gzip', 'content_encoding'],
    ['br', 'content_encoding'],
    ['identity, gzip', 'content_encoding'],
  ])
})

test('a packed error is judged by its status alone: its bytes are nobody’s words', async (t) => {
  const bench = await startBench()
  t.after(() => bench.close())
  const events = await bench.ask('openai_chat', (socket) => {
    socket.write('HTTP/1.1 403 No\r\ncontent-encoding: gzip\r\n\r\n')
    socket.end(gzipSync('{"error":{"message":"no"}}'))
  })
  const end = events.at(-1)
  assert.ok(end?.type === 'failed')
  const { kind, message, provider } = end.error
  assert.deepEqual(
    [kind, message, provider?.body],
    ['permission', 'the provider answered with HTTP 403 and no message', ''],
  )
})

test('bytes that are no UTF-8 are refused in one JSON value as in a stream, never told as something else', async (t) => {
  const bench = await startBench()
  t.after(() => bench.close())
  const text = '{"choices":[{"message":{"content":"caf\xe9 au lait"},"finish_reason":"stop"}]}'
  const tell = async (body: Buffer): Promise<unknown> => {
    const events = await bench.ask('openai_chat', (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n')
      socket.end(body)
    })
    const end = events.at(-1)
    return end?.type === 'failed' ? [end.error.code, end.message] : end?.type
  }
  assert.deepEqual(await tell(Buffer.from(text, 'latin1')), ['bad_utf8', null])
  assert.deepEqual(await tell(Buffer.from(text)), 'completed')
  assert.deepEqual(await tell(Buffer.from(`\uFEFF${text}`)), 'completed')
  const cut = Buffer.from(text).subarray(0, text.indexOf('\xe9') + 1)
  assert.deepEqual(await tell(cut), ['truncated', null])
})
