// How the model shall answer: sampling, reasoning, form of output. Each either has its field on this wire or is refused by name.
import type { InferRequest } from '../../protocol/client-message.gen.ts'
import { invalid, unsupported } from '../../protocol/fault.ts'
import type { ModelRules } from '../../protocol/target.ts'
import type { JsonObject } from '../contract.ts'
import { checkSchema } from './schema.ts'
import { MIN_BUDGET_TOKENS } from './wire.ts'

/** `temperature`, `top_p`, `top_k`, `stop_sequences`, as far as asked for. */
export function samplingFields({ sampling }: InferRequest): JsonObject {
  const { stop, seed, presence_penalty, frequency_penalty, ...drawing } = sampling ?? {}
  if ((seed ?? presence_penalty ?? frequency_penalty) !== undefined) {
    throw unsupported('sampling', 'the Messages API takes no seed and no penalties', '/sampling')
  }
  return { ...drawing, ...(stop && { stop_sequences: stop }) }
}

/** `thinking` and `output_config`, as far as asked for. `maxTokens` bounds the budget. */
export function reasoningFields(
  request: InferRequest,
  rules: ModelRules,
  maxTokens: number,
): JsonObject {
  const { effort, budget_tokens } = request.reasoning ?? {}
  const thinking =
    budget_tokens === undefined
      ? thinkingFor(request, rules)
      : {
          type: 'enabled',
          budget_tokens: checkBudget(budget_tokens, maxTokens),
          ...display(request),
        }
  const format = formatOf(request)
  const output_config = {
    ...(effort !== undefined && effort !== 'none' && { effort }),
    ...(format && { format }),
  }
  return {
    ...(thinking && { thinking }),
    ...(Object.keys(output_config).length > 0 && { output_config }),
  }
}

function thinkingFor(request: InferRequest, rules: ModelRules): JsonObject | null {
  const { effort, include_text } = request.reasoning ?? {}
  if (effort === 'none') {
    const already = !rules.reasons_by_default && !rules.thinking_can_be_disabled
    return already ? null : { type: 'disabled' }
  }
  // Asking for the text of reasoning that would not happen must not switch reasoning on.
  const asked = effort !== undefined || (include_text !== undefined && rules.reasons_by_default)
  return asked && rules.thinking === 'adaptive' ? { type: 'adaptive', ...display(request) } : null
}

/** Newer models leave the text out unless it is asked for; older ones send it unless told not to. */
function display({ reasoning }: InferRequest): JsonObject {
  if (reasoning?.include_text === undefined) return {}
  return { display: reasoning.include_text ? 'summarized' : 'omitted' }
}

function checkBudget(budget: number, maxTokens: number): number {
  if (budget >= MIN_BUDGET_TOKENS && budget < maxTokens) return budget
  const text = `budget_tokens must be at least ${MIN_BUDGET_TOKENS} and below the output limit (${maxTokens}), not ${budget}`
  throw invalid('budget_tokens', text, '/reasoning/budget_tokens')
}

function formatOf({ output }: InferRequest): JsonObject | null {
  if (output === undefined || output.mode === 'text') return null
  if (output.mode === 'json') {
    throw unsupported('json_mode', 'no JSON mode on this wire; use json_schema', '/output/mode')
  }
  if (output.strict === false) {
    const text = 'this wire knows only strict schemas; leave strict out or set it to true'
    throw unsupported('json_schema_not_strict', text, '/output/strict')
  }
  checkSchema(output.schema, '/output/schema')
  return { type: 'json_schema', schema: output.schema }
}
