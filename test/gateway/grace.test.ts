// After its terminal marker a provider has two seconds for what it has left to say; then the answer is over, whatever the connection does.
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { GatewayEvent } from '../../src/protocol/gateway-event.gen.ts'
import { startBench } from '../laws/bench.ts'
import { DIALECT_IDS, streamsOf } from '../laws/streams.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

for (const dialect of DIALECT_IDS)
  test(`${dialect}: a connection left open after the marker ends the answer two seconds later, not before`, async (t) => {
    const bench = await startBench()
    t.after(() => bench.close())
    const [stream] = streamsOf(dialect, 40)
    assert.ok(stream)
    let now = performance.now()
    t.mock.method(performance, 'now', () => now)
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const pass = (ms: number): void => {
      now += ms
      t.mock.timers.tick(ms)
    }
    const ends: unknown[] = []
    const sent = Promise.withResolvers<void>()
    const asked = bench.ask(dialect, (socket) => {
      socket.write(HEAD)
      socket.write(stream.body, () => sent.resolve())
    })
    void asked.then((events) => ends.push(events.at(-1)?.type))
    await sent.promise
    // Its time begins when the marker is read, which may be some turns later.
    let passed = 0
    for (; ends.length === 0 && passed < 10_000; passed += 1) {
      pass(1)
      await turn()
    }
    assert.deepEqual(ends, ['completed'])
    assert.ok(passed >= 2_000 && passed < 4_000, `${passed} ms`)
  })

const STOP = { finish_reason: 'stop', finishReason: 'STOP' }
/** One text as a chunk that says that it is the last. */
const MARKED = {
  openai_chat: (content: string) => ({ choices: [{ index: 0, delta: { content }, ...STOP }] }),
  gemini: (text: string) => ({ candidates: [{ content: { parts: [{ text }] }, ...STOP }] }),
}
for (const dialect of ['openai_chat', 'gemini'] as const)
  test(`${dialect}: an answer that goes on behind its marker is not cut, however long it takes`, async (t) => {
    const bench = await startBench()
    t.after(() => bench.close())
    let now = performance.now()
    t.mock.method(performance, 'now', () => now)
    t.mock.timers.enable({ apis: ['setTimeout'] })
    let told = ''
    const tell = (batch: readonly GatewayEvent[]): null => {
      for (const event of batch) if (event.type === 'output_text_delta') told += event.delta
      return null
    }
    const say = async (socket: Socket): Promise<void> => {
      socket.write(HEAD)
      for (const word of ['one ', 'two ', 'three']) {
        socket.write(`data: ${JSON.stringify(MARKED[dialect](word))}\n\n`)
        while (!told.endsWith(word) && !socket.destroyed) await turn()
        now += 1_500
        t.mock.timers.tick(1_500)
      }
      socket.end()
    }
    const asked = bench.ask(dialect, (socket) => void say(socket), { tell })
    const last = (await asked).at(-1)
    assert.ok(last?.type === 'completed')
    assert.deepEqual(last.message.content, [{ type: 'text', text: 'one two three' }])
  })
