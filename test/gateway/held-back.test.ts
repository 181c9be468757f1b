// A call whose id has not come yet is held back; when the answer ends early it has come all the same.
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { Life } from '../../src/gateway/life.ts'
import { startBench } from '../laws/bench.ts'

const PIECE = JSON.stringify({
  choices: [
    {
      index: 0,
      delta: { tool_calls: [{ index: 0, function: { name: 'f', arguments: '{"a":' } }] },
    },
  ],
})
const TEXT = JSON.stringify({ choices: [{ index: 0, delta: { content: 'x' } }] })
const HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

function cancel(life: Life): null {
  life.abort(new Error('cancelled'))
  return null
}

const ENDS: readonly [string, string, (socket: Socket) => void][] = [
  ['the end of the body', 'truncated', (socket) => socket.end('0\r\n\r\n')],
  ['a connection that breaks', 'truncated', (socket) => socket.destroy()],
  ['what is no event', 'bad_event', (socket) => socket.write(chunk('data: {\n\n'))],
  [
    'an event that is too large',
    'event_too_large',
    (socket) => socket.write(chunk(`data: ${'x'.repeat(17 << 20)}`)),
  ],
]
for (const [what, code, end] of ENDS)
  test(`a call without an id stays in the message at ${what}`, async (t) => {
    const bench = await startBench()
    t.after(() => bench.close())
    const events = await bench.ask('openai_chat', (socket) => {
      socket.write(HEAD)
      socket.write(chunk(`data: ${PIECE}\n\n`), () => setImmediate(() => end(socket)))
    })
    const last = events.at(-1)
    assert.ok(last?.type === 'failed')
    assert.equal(last.error.code, code)
    assert.partialDeepStrictEqual(last.message?.content, [
      { type: 'tool_call', name: 'f', arguments_json: '{"a":', status: 'partial' },
    ])
  })

test('a call without an id stays in the message of a request that is cancelled', async (t) => {
  const bench = await startBench()
  t.after(() => bench.close())
  const life = new Life()
  const events = await bench.ask(
    'openai_chat',
    (socket) => {
      socket.write(HEAD)
      // The second event is read after the first.
      socket.write(chunk(`data: ${PIECE}\n\ndata: ${TEXT}\n\n`))
    },
    {
      life,
      tell: (batch) =>
        batch.some(({ type }) => type === 'output_text_delta') ? cancel(life) : null,
    },
  )
  const last = events.at(-1)
  assert.ok(last?.type === 'cancelled')
  assert.partialDeepStrictEqual(last.message?.content, [
    { type: 'tool_call', status: 'partial' },
    { type: 'text' },
  ])
})
