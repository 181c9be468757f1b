// The law of the way back: what an answer held, its next request holds in the same order.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { encode } from '../../../src/dialects/openai-responses/encode.ts'
import type { Message } from '../../../src/protocol/client-message.gen.ts'
import { FRESH, requestOf, targetOf } from '../shared/target.ts'
import { ended, response, streamed, text, whole } from './answer.ts'
import { list, outputs } from './items.ts'

/** What goes back of an item: ids of messages and calls stay home, and so do statuses. */
function sentBack(item: JsonObject): JsonObject[] {
  const { call_id, name, phase } = item
  if (item['type'] === 'function_call')
    return [{ type: 'function_call', call_id, name, arguments: item['arguments'] }]
  if (item['type'] !== 'message') return [item]
  return list(item['content']).map((part) => ({
    phase: part['type'] === 'refusal' ? undefined : phase,
    part,
  }))
}

const texts = (item: JsonObject): JsonObject[] => {
  const { phase, content } = item
  if (item['type'] !== 'message') return [item]
  return typeof content === 'string'
    ? [{ phase, part: text(content) }]
    : list(content).map((part) => ({ phase, part }))
}

test('an answer goes back part for part: items in their order, reasoning with its ciphertext, texts in their messages', () => {
  fc.assert(
    fc.property(outputs, (items) => {
      const { parts } = whole(response({ output: items }))
      const results = parts.flatMap((part): Message[] =>
        part.type === 'tool_call'
          ? [{ role: 'tool', tool_call_id: part.id, tool_name: part.name, content: 'ok' }]
          : [],
      )
      const history: Message[] = [
        { role: 'assistant', content: parts },
        ...results,
        { role: 'user', content: 'on' },
      ]
      const { call: sent } = encode(
        requestOf(history),
        targetOf({ dialect: 'openai_responses' }),
        FRESH,
      )
      const input = list(sent.body['input'])
      const turn = input.slice(0, input.length - results.length - 1)
      const paired = items.slice(0, items.findLastIndex((item) => item['type'] !== 'reasoning') + 1)
      assert.deepEqual(turn.flatMap(texts), paired.flatMap(sentBack))
      const messages = paired.filter((item) => item['type'] === 'message')
      assert.equal(turn.filter((item) => item['type'] === 'message').length, messages.length)
    }),
  )
})

test('an item without a canonical form goes back with every digit of its numbers', () => {
  const item = '{"type":"mcp_call","big":12345678901234567890,"far":[1e400]}'
  const body = JSON.stringify(response()).replace('"output":[]', `"output":[${item}]`)
  const done = `{"type":"response.output_item.done","output_index":0,"item":${item}}`
  const last = `{"type":"response.incomplete","response":${body}}`
  for (const { parts } of [whole(body), streamed(done, ended()), streamed(last)]) {
    assert.match(JSON.stringify(parts), /"big":12345678901234567890,"far":\[1e400\]/)
    const history: Message[] = [
      { role: 'assistant', content: parts },
      { role: 'user', content: 'on' },
    ]
    const target = targetOf({ dialect: 'openai_responses' })
    const { call: sent } = encode(requestOf(history), target, FRESH)
    assert.ok(JSON.stringify(sent.body['input']).includes(item))
  }
})
