// What is listed and what is refused are one fact: `status` shows a capability if, and only if, a request that uses it is taken.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import * as fc from 'fast-check'
import type { QuirkPreset } from '../../src/config/config.gen.ts'
import { FAMILIES } from '../../src/config/families.ts'
import { serverOf } from '../../src/config/quirks.ts'
import { resolveModel, type Target } from '../../src/config/snapshot.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { judge } from '../../src/gateway/candidate.ts'
import type { InferRequest } from '../../src/protocol/client-message.gen.ts'
import { Fault } from '../../src/protocol/fault.ts'
import type { ModelRules, Quirks } from '../../src/protocol/target.ts'
import { targetOf } from '../config/fixture.ts'
import { ASKABLE, ASKING, plain } from './asking.ts'

/** A request that uses the capability and keeps to the model's other rules. */
function using(name: (typeof ASKABLE)[number], rules: ModelRules): InferRequest {
  const [request] = ASKING[name]
  const { efforts, budget, sampling_only_without_reasoning: still, reasons_by_default } = rules
  if (name === 'sampling' && still && reasons_by_default)
    return { ...request, reasoning: { effort: 'none' } }
  const effort = efforts.findLast((level) => level !== 'none')
  if (name !== 'reasoning') return request
  if (effort !== undefined) return plain({ reasoning: { effort } })
  return budget ? plain({ reasoning: { budget_tokens: 2_048 } }) : request
}

function refusal(request: InferRequest, target: Target, model: string): string | null {
  try {
    judge(request, { target, model }, false)
    return null
  } catch (error) {
    assert.ok(error instanceof Fault)
    return `${error.kind}/${error.code}`
  }
}

function checkListing(target: Target, model: string): void {
  const { resolved } = resolveModel(target, model, DIALECTS[target.dialect].capabilities) ?? {}
  assert.ok(resolved)
  for (const name of ASKABLE) {
    const refused = refusal(using(name, resolved.rules), target, model)
    const expected: string | null = resolved.capabilities[name]
      ? null
      : `unsupported_capability/${name}`
    assert.equal(refused, expected, `${target.dialect} ${model} ${name}`)
  }
}

const ENDPOINT = 'http://127.0.0.1:1/v1'
const chat = (t: TestContext): Target => targetOf(t, { dialect: 'openai_chat', endpoint: ENDPOINT })

const presets = fc.constantFrom<QuirkPreset>(
  'openai',
  'ollama',
  'llama_cpp',
  'vllm',
  'lm_studio',
  'openrouter',
  'groq',
  'deepseek',
  'mistral',
  'xai',
  'generic',
)
/** What differs from a preset, as a configuration may say it. */
const differences = fc.record(
  {
    reasoning_effort: fc.constantFrom(
      'reasoning_effort',
      'reasoning_object',
      'thinking_object',
      null,
    ),
    tool_choice: fc.constantFrom<Quirks['tool_choice']>('modes', 'strings', 'any', 'none'),
    seed_field: fc.constantFrom('seed', 'random_seed', null),
    image_url: fc.constantFrom('object', 'string'),
    json_mode: fc.boolean(),
    json_schema: fc.boolean(),
    strict: fc.boolean(),
    parallel_tool_calls: fc.boolean(),
    top_k: fc.boolean(),
    stop: fc.boolean(),
    penalties: fc.boolean(),
    remote_images: fc.boolean(),
    documents: fc.boolean(),
    audio: fc.boolean(),
  },
  { requiredKeys: [] },
)

test('whatever the preset and whatever differs from it', (t) => {
  const target = chat(t)
  fc.assert(
    fc.property(presets, differences, (preset, quirks) => {
      checkListing({ ...target, quirks: serverOf({ preset, ...quirks }).quirks }, 'm')
    }),
  )
})

test('whatever the family', (t) => {
  const plainChat = chat(t)
  for (const { dialect, prefix } of FAMILIES)
    checkListing(dialect === 'openai_chat' ? plainChat : targetOf(t, { dialect }), prefix)
})
