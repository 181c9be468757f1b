// What a model cannot do is refused before the call, by the capability's name, with the place in the request.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wireCapabilities } from '../../src/dialects/shared/capabilities.ts'
import { checkCapabilities } from '../../src/gateway/capability.ts'
import type { InferRequest } from '../../src/protocol/client-message.gen.ts'
import {
  CAPABILITIES,
  type Capabilities,
  type Capability,
  type ResolvedTarget,
} from '../../src/protocol/target.ts'
import { Fault } from '../../src/protocol/fault.ts'
import { targetOf as anyTarget } from '../dialects/shared/target.ts'

const all = (...lacking: Capability[]): Capabilities => wireCapabilities(lacking)
const source = { media_type: 'image/png', data: 'aGk=' }
const user = (type: 'image' | 'document' | 'audio'): InferRequest => ({
  type: 'infer',
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'x' },
        { type, source },
      ],
    },
  ],
})
const plain = (fields: Partial<InferRequest>): InferRequest => ({
  type: 'infer',
  stream: false,
  messages: [{ role: 'user', content: 'x' }],
  ...fields,
})
const tools = [{ name: 'f', input_schema: {} }]

/** A request that needs the capability, and where it says so. */
const ASKING: Record<Exclude<Capability, 'prompt_cache'>, [InferRequest, string]> = {
  streaming: [{ ...plain({}), stream: true }, '/stream'],
  tools: [plain({ tools }), '/tools'],
  parallel_tools: [plain({ tools, parallel_tool_calls: true }), '/parallel_tool_calls'],
  forced_tool_choice: [plain({ tools, tool_choice: { name: 'f' } }), '/tool_choice'],
  json_mode: [plain({ output: { mode: 'json' } }), '/output'],
  json_schema: [plain({ output: { mode: 'json_schema', name: 'n', schema: {} } }), '/output'],
  vision: [user('image'), '/messages/0/content/1'],
  documents: [user('document'), '/messages/0/content/1'],
  audio: [user('audio'), '/messages/0/content/1'],
  reasoning: [plain({ reasoning: { effort: 'high' } }), '/reasoning'],
  sampling: [plain({ sampling: { top_p: 0.5 } }), '/sampling/top_p'],
  top_k: [plain({ sampling: { top_k: 5 } }), '/sampling/top_k'],
  seed: [plain({ sampling: { seed: 5 } }), '/sampling/seed'],
  stop: [plain({ sampling: { stop: ['x'] } }), '/sampling/stop'],
  penalties: [plain({ sampling: { frequency_penalty: 1 } }), '/sampling/frequency_penalty'],
}

function refusal(request: InferRequest, resolved: ResolvedTarget, wire = all()): Fault | null {
  try {
    checkCapabilities(request, resolved, wire)
    return null
  } catch (error) {
    assert.ok(error instanceof Fault)
    return error
  }
}

const model = (
  capabilities: Capabilities,
  rules: Partial<ResolvedTarget['rules']> = {},
): ResolvedTarget => {
  const base = anyTarget()
  return {
    ...base,
    capabilities,
    rules: { ...base.rules, efforts: ['low', 'high'], budget: false, ...rules },
  }
}

test('every capability but the cache hint is refused by its name where the model lacks it, and taken where it has it', () => {
  for (const name of CAPABILITIES) {
    if (name === 'prompt_cache') continue
    const [request, pointer] = ASKING[name]
    const fault = refusal(request, model(all(name)))
    assert.deepEqual(
      [fault?.kind, fault?.code, fault?.pointer],
      ['unsupported_capability', name, pointer],
    )
    assert.equal(refusal(request, model(all())), null, name)
  }
})

test('the text says where to switch it on, or that the wire has no way', () => {
  const [request] = ASKING.vision
  const { name, model: modelName } = model(all())
  assert.match(
    refusal(request, model(all('vision')))?.message ?? '',
    new RegExp(`targets\\.${name}\\.models\\.${modelName}\\.capabilities\\.vision`),
  )
  assert.match(
    refusal(request, model(all('vision')), all('vision'))?.message ?? '',
    /wire has no way/,
  )
})

const code = (request: InferRequest, rules: Partial<ResolvedTarget['rules']>): string | null =>
  refusal(request, model(all(), rules))?.code ?? null

test('family rules: efforts, budgets, tools with a schema, and sampling', () => {
  assert.equal(code(plain({ reasoning: { effort: 'max' } }), {}), 'reasoning_effort')
  assert.equal(code(plain({ reasoning: { budget_tokens: 5 } }), {}), 'reasoning_budget')
  assert.equal(code(plain({ reasoning: { budget_tokens: 5 } }), { budget: true }), null)
  const both = plain({ tools, output: { mode: 'json_schema', name: 'n', schema: {} } })
  assert.equal(code(both, { tools_with_schema: false }), 'tools_with_schema')
  assert.equal(code(both, { tools_with_schema: true }), null)
  const warm = plain({ sampling: { temperature: 1, top_p: 1 } })
  assert.equal(code(warm, { one_of_temperature_top_p: true }), 'sampling')
  assert.equal(
    code(warm, { one_of_temperature_top_p: false, sampling_only_without_reasoning: false }),
    null,
  )
  const only = { one_of_temperature_top_p: false, sampling_only_without_reasoning: true }
  assert.equal(code(warm, { ...only, reasons_by_default: true }), 'sampling')
  assert.equal(code(warm, { ...only, reasons_by_default: false }), null)
  assert.equal(
    code({ ...warm, reasoning: { effort: 'high' } }, { ...only, reasons_by_default: false }),
    'sampling',
  )
  assert.equal(
    code(
      { ...warm, reasoning: { effort: 'none' } },
      { ...only, efforts: ['none'], reasons_by_default: true },
    ),
    null,
  )
})
