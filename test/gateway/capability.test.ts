// What a model cannot do is refused before the call, by the capability's name, with the place in the request.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wireCapabilities } from '../../src/dialects/shared/capabilities.ts'
import { checkCapabilities } from '../../src/gateway/capability.ts'
import type { InferRequest } from '../../src/protocol/client-message.gen.ts'
import type { Capabilities, Capability, ResolvedTarget } from '../../src/protocol/target.ts'
import { Fault } from '../../src/protocol/fault.ts'
import { targetOf as anyTarget } from '../dialects/shared/target.ts'
import { ASKABLE, ASKING, plain, TOOLS } from './asking.ts'

const all = (...lacking: Capability[]): Capabilities => wireCapabilities(lacking)
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
  for (const name of ASKABLE) {
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

test('the text names the quirk where the server is said to have no way', () => {
  const [request] = ASKING.json_mode
  const quirks = { json_mode: false }
  const { message } =
    refusal(request, { ...anyTarget({ quirks }), capabilities: all('json_mode') }) ?? {}
  assert.match(message ?? '', /\(quirk json_mode\); change targets\.here\.quirks /)
})

const code = (request: InferRequest, rules: Partial<ResolvedTarget['rules']>): string | null =>
  refusal(request, model(all(), rules))?.code ?? null

test('family rules: efforts, budgets, tools with a schema, and sampling', () => {
  assert.equal(code(plain({ reasoning: { effort: 'max' } }), {}), 'reasoning_effort')
  assert.equal(code(plain({ reasoning: { budget_tokens: 5 } }), {}), 'reasoning_budget')
  assert.equal(code(plain({ reasoning: { budget_tokens: 5 } }), { budget: true }), null)
  const both = plain({ tools: TOOLS, output: { mode: 'json_schema', name: 'n', schema: {} } })
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
