// The generation config: limits, sampling, reasoning and the form of the answer. What the model or the wire lacks is refused by name.
import type { InferRequest, OutputJsonSchema } from '../../protocol/client-message.gen.ts'
import { unsupported } from '../../protocol/fault.ts'
import { escaped } from '../../protocol/pointer.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { JsonObject } from '../contract.ts'
import { visitSchema } from '../shared/schema.ts'

const MAX_STOPS = 5

/** `generationConfig` of a request; empty where it asks for nothing special. Throws `unsupported_capability` with a pointer. */
export function generationConfig(request: InferRequest, target: ResolvedTarget): JsonObject {
  const { sampling = {}, limits } = request
  if ((sampling.stop?.length ?? 0) > MAX_STOPS) {
    const text = `Gemini takes at most ${MAX_STOPS} stop sequences`
    throw unsupported('stop_count', text, '/sampling/stop')
  }
  const thinking = thinkingConfig(request, target)
  const config = {
    maxOutputTokens: limits?.max_output_tokens,
    temperature: sampling.temperature,
    topP: sampling.top_p,
    topK: sampling.top_k,
    seed: sampling.seed,
    stopSequences: sampling.stop,
    presencePenalty: sampling.presence_penalty,
    frequencyPenalty: sampling.frequency_penalty,
    thinkingConfig: Object.keys(thinking).length > 0 ? thinking : undefined,
    ...outputFields(request, target),
  }
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined))
}

const LEVELS: readonly string[] = ['minimal', 'low', 'medium', 'high']

/** The gateway has held effort and budget against the model's own; what is judged here is whether the wire has a word for it. */
function thinkingConfig({ reasoning = {} }: InferRequest, target: ResolvedTarget): JsonObject {
  const { effort, budget_tokens, include_text } = reasoning
  if (effort !== undefined && effort !== 'none' && !LEVELS.includes(effort)) {
    const text = `Gemini has no reasoning effort "${effort}"; it has ${LEVELS.join(', ')}`
    throw unsupported('reasoning_effort', text, '/reasoning/effort')
  }
  const budget = effort === 'none' ? 0 : budget_tokens
  return {
    ...(effort !== undefined && effort !== 'none' && { thinkingLevel: effort.toUpperCase() }),
    ...(budget !== undefined && { thinkingBudget: budget }),
    // A model that does not think refuses any thinking config, and asking for the text is never refused.
    ...(include_text === true && target.capabilities.reasoning && { includeThoughts: true }),
  }
}

function outputFields(request: InferRequest, { rules, model }: ResolvedTarget): JsonObject {
  const { output, tools = [] } = request
  if (output === undefined || output.mode === 'text') return {}
  if (tools.length > 0 && !rules.tools_with_schema) {
    const text = `${model} does not answer in JSON while it has tools; leave out one of them`
    throw unsupported('tools_with_schema', text, '/output')
  }
  if (output.mode === 'json') return { responseMimeType: 'application/json' }
  return { responseMimeType: 'application/json', responseJsonSchema: answerSchema(output) }
}

const KEYWORDS = new Set([
  '$id',
  '$defs',
  '$ref',
  '$anchor',
  'type',
  'format',
  'title',
  'description',
  'enum',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'anyOf',
  'oneOf',
  'properties',
  'additionalProperties',
  'required',
  'propertyOrdering',
])

/** The schema, if Gemini keeps to all of it: keywords beyond its list are ignored there, or fail the request without naming them. */
function answerSchema({ schema, strict }: OutputJsonSchema): JsonObject {
  if (strict === false) {
    const text = 'Gemini always keeps to the schema; leave strict out or make it true'
    throw unsupported('json_schema_not_strict', text, '/output/strict')
  }
  const { $schema: _, ...bare } = schema
  visitSchema(bare, (node, pointer) => {
    for (const keyword of Object.keys(node)) {
      const beside = '$ref' in node && !keyword.startsWith('$')
      if (KEYWORDS.has(keyword) && !beside) continue
      const text = `Gemini does not keep to "${keyword}"${beside ? ' beside $ref' : ''} in a schema; leave it out`
      throw unsupported('schema_keyword', text, `/output/schema${pointer}/${escaped(keyword)}`)
    }
  })
  return bare
}
