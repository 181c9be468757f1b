// What a request says and no target can act on is told, on every wire in the same way, and not sent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from '../../src/gateway/candidate.ts'
import type { InferRequest } from '../../src/protocol/client-message.gen.ts'
import { targetOf } from '../config/fixture.ts'
import { plain, TOOLS } from './asking.ts'

const FRESH = { credential_fingerprint: null, omit_reasoning: false }
const DIALECTS = ['openai_responses', 'anthropic_messages', 'gemini', 'openai_chat'] as const

test('the switch for parallel calls is told of and not sent where there are no tools, on every wire', (t) => {
  for (const dialect of DIALECTS) {
    const target = targetOf(t, { dialect, endpoint: 'http://127.0.0.1:1/v1' })
    const judged = (request: InferRequest) => {
      const candidate = judge(request, { target, model: 'm' }, false)
      const told = candidate.warnings.map(({ code, pointer }) => `${code} ${pointer}`)
      return { call: candidate.encode(FRESH).call, told }
    }
    const told = ['parallel_tool_calls_left_out /parallel_tool_calls']
    const limits = { max_output_tokens: 99 }
    for (const parallel_tool_calls of [true, false])
      for (const rest of [{}, { tools: [] }, { limits }]) {
        const { call } = judged(plain(rest))
        assert.deepEqual(judged(plain({ ...rest, parallel_tool_calls })), { call, told }, dialect)
      }
    assert.deepEqual(judged(plain({ tools: TOOLS, parallel_tool_calls: true })).told, [])
  }
})
