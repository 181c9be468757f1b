// What came in one read is told as one batch, but for the first output: it is told before the rest is even decoded.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayEvent } from '../../src/protocol/gateway-event.gen.ts'
import { startBench } from '../laws/bench.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: '
const chunk = (delta: object, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
const BODY = [
  chunk({ role: 'assistant', content: '' }),
  ...['a', 'b', 'c'].map((content) => chunk({ content })),
  chunk({}, 'stop'),
  'data: [DONE]\n\n',
].join('')

test('the first output of a read is told alone, the rest together, and only once the first is taken', async (t) => {
  const bench = await startBench()
  t.after(() => bench.close())
  const batches: string[] = []
  const first = Promise.withResolvers<void>()
  const taken = Promise.withResolvers<void>()
  const tell = (batch: readonly GatewayEvent[]): Promise<void> | null => {
    batches.push(batch.map((event) => ('delta' in event ? event.delta : event.type)).join(' '))
    if (batches.at(-1) !== 'a') return null
    first.resolve()
    return taken.promise
  }
  const asked = bench.ask(
    'openai_chat',
    (socket) => socket.end(`${HEAD}${BODY.length}\r\n\r\n${BODY}`),
    { tell },
  )
  await first.promise
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(batches, ['started', 'a'])
  taken.resolve()
  await asked
  assert.deepEqual(batches, ['started', 'a', 'b c', 'completed'])
})
