import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InferRequest } from '../../../src/protocol/client-message.gen.ts'
import { bodyOf, encode, targetWith } from './fixture.ts'

const TEXT = { type: 'text', text: 'hi' } as const
const CLOCK = { name: 'clock', input_schema: { type: 'object' } }

test('of five cache marks the last four are sent; a 1h after a 5m is sent as 5m', () => {
  const request: Partial<InferRequest> = {
    tools: [{ ...CLOCK, cache: { ttl: '1h' } }],
    messages: [
      { role: 'system', content: [{ type: 'text', text: 's', cache: { ttl: '1h' } }] },
      { role: 'user', content: [{ ...TEXT, cache: { ttl: '5m' } }] },
      {
        role: 'assistant',
        content: [{ type: 'tool_call', id: 'a', name: 'clock', arguments_json: '{}' }],
      },
      {
        role: 'tool',
        tool_call_id: 'a',
        tool_name: 'clock',
        content: [{ type: 'text', text: 'noon', cache: { ttl: '1h' } }],
      },
      { role: 'user', content: [{ ...TEXT, cache: { ttl: '5m' } }] },
    ],
  }
  const text = JSON.stringify(bodyOf(request))
  const ttls = [...text.matchAll(/"cache_control":\{"type":"ephemeral","ttl":"(..)"\}/g)]
  assert.deepEqual(
    ttls.map(([, ttl]) => ttl),
    ['1h', '5m', '5m', '5m'],
  )
  const warned = encode(request).warnings.map(({ code, pointer }) => [code, pointer])
  assert.deepEqual(warned, [
    ['cache_breakpoint_left_out', '/tools/0/cache'],
    ['cache_ttl_shortened', '/messages/3/content/0/cache'],
  ])
  const target = targetWith()
  const capabilities = { ...target.capabilities, prompt_cache: false }
  assert.ok(!JSON.stringify(encode(request, { ...target, capabilities })).includes('cache_control'))
})

test('marks that the caller wrote into options and opaque blocks count among the four', () => {
  const cache_control = { type: 'ephemeral' }
  const mine = { dialect: 'anthropic_messages', target: 'anthropic', model: 'any' } as const
  const block = { type: 'search_result', title: 't', cache_control }
  const opaque = { type: 'opaque', state: { ...mine, block } } as const
  const request: Partial<InferRequest> = {
    messages: [
      {
        role: 'user',
        content: [
          { ...TEXT, cache: { ttl: '5m' } },
          opaque,
          { ...TEXT, cache: { ttl: '5m' } },
          { ...TEXT, cache: { ttl: '5m' } },
        ],
      },
    ],
    provider_options: {
      anthropic_messages: {
        tools: [{ type: 'web_search_20260209', name: 'web_search', cache_control }],
      },
    },
  }
  const marks = JSON.stringify(bodyOf(request)).match(/"cache_control":\{/g)
  assert.equal(marks?.length, 4)
  assert.deepEqual(
    encode(request).warnings.map(({ code, pointer }) => [code, pointer]),
    [['cache_breakpoint_left_out', '/messages/0/content/0/cache']],
  )
})
