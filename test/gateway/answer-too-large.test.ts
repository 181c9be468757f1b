// An answer over `limits.max_message_bytes` ends: what came before the bound has been told, is in the message, and can be sent back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBench } from '../laws/bench.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n'
const LIMITS = { max_message_bytes: 65_536, max_line_bytes: 131_072 }
const event = (delta: object): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`
const call = (id: string, size: number): object => ({
  tool_calls: [{ index: 0, id, function: { name: 'f', arguments: 'x'.repeat(size) } }],
})

const ANSWERS: readonly [string, readonly object[]][] = [
  ['many pieces of one read', Array.from({ length: 100 }, () => ({ content: 'x'.repeat(1_000) }))],
  ['one piece', [{ content: 'a' }, { content: 'x'.repeat(200_000) }]],
  ['a call', [{ content: 'a' }, call('a', 10), call('b', 200_000)]],
]
for (const [what, deltas] of ANSWERS)
  test(`of an answer that ${what} makes too large, what was told is the message, within the bound`, async (t) => {
    const bench = await startBench({ limits: LIMITS })
    t.after(() => bench.close())
    const events = await bench.ask('openai_chat', (socket) =>
      socket.end(HEAD + deltas.map(event).join('')),
    )
    const last = events.at(-1)
    assert.ok(last?.type === 'failed')
    assert.equal(last.error.code, 'answer_too_large')
    assert.ok(JSON.stringify(last.message).length <= LIMITS.max_message_bytes)
    const told = new Map<number, string>()
    for (const one of events)
      if (one.type === 'output_text_delta')
        told.set(one.part, (told.get(one.part) ?? '') + one.delta)
      else if (one.type === 'tool_call_delta')
        told.set(one.part, (told.get(one.part) ?? '') + one.arguments_delta)
    const kept = last.message?.content.map((part) =>
      part.type === 'tool_call' ? part.arguments_json : part.type === 'text' ? part.text : null,
    )
    assert.deepEqual([...told.values()], kept)
    assert.notEqual(kept?.join(''), '')
  })
