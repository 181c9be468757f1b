// The canonical request as one Responses call. Never stores anything at the provider, and never drops a field: what the wire or the
// model has no place for is refused with a pointer, here or before by the gateway's check of capabilities.
import type { InferRequest, Output } from '../../protocol/client-message.gen.ts'
import type { Warning } from '../../protocol/gateway-event.gen.ts'
import { invalid, unsupported } from '../../protocol/fault.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { Encoded, JsonObject, Replay } from '../contract.ts'
import { cacheMarks } from '../shared/cache.ts'
import { mergeOptions } from '../shared/options.ts'
import { checkStrict, meetsStrictRules } from '../shared/schema.ts'
import { readInput } from './input.ts'
import { DIALECT } from './wire.ts'

const REFUSED_OPTIONS = [
  'model',
  'input',
  'messages',
  'contents',
  'stream',
  'n',
  'background',
  'store',
  'previous_response_id',
  'conversation',
  'audio',
  'modalities',
]

/** The call for a request. Throws `unsupported_capability` and `invalid_request`, each with a pointer. */
export function encode(request: InferRequest, target: ResolvedTarget, replay: Replay): Encoded {
  const { instructions, items, warnings } = readInput(request, target, replay)
  const stream = target.capabilities.streaming
  const body = {
    model: target.model,
    ...(instructions !== null && { instructions }),
    input: items,
    ...toolFields(request, target),
    ...textField(request.output, target),
    ...request.sampling,
    ...reasoningFields(request, target),
    ...limitField(request, target),
    store: false,
    stream,
    ...(stream && target.official_host && { stream_options: { include_obfuscation: false } }),
  }
  return {
    call: {
      path: '/responses',
      headers: {},
      body: mergeOptions(body, request, DIALECT, REFUSED_OPTIONS),
    },
    warnings: [...warnings, ...cacheWarnings(request)],
  }
}

function toolFields(request: InferRequest, target: ResolvedTarget): JsonObject {
  const { tools = [], tool_choice, parallel_tool_calls } = request
  const parallel = parallel_tool_calls === undefined ? {} : { parallel_tool_calls }
  if (tools.length === 0) return parallel
  for (const [index, { strict, input_schema }] of tools.entries())
    if (strict) checkStrict(input_schema, `/tools/${index}/input_schema`, target)
  const choice =
    typeof tool_choice === 'object' ? { type: 'function', name: tool_choice.name } : tool_choice
  return {
    tools: tools.map(({ name, description, input_schema, strict }) => ({
      type: 'function',
      name,
      ...(description !== undefined && { description }),
      parameters: input_schema,
      // Left out it would mean true here, and the API would rewrite the schema.
      strict: strict ?? false,
    })),
    ...(choice !== undefined && { tool_choice: choice }),
    ...parallel,
  }
}

function textField(output: Output | undefined, target: ResolvedTarget): JsonObject {
  switch (output?.mode) {
    case 'json':
      return { text: { format: { type: 'json_object' } } }
    case 'json_schema': {
      const { name, schema } = output
      if (output.strict) checkStrict(schema, '/output/schema', target)
      const strict = output.strict ?? meetsStrictRules(schema)
      return { text: { format: { type: 'json_schema', name, schema, strict } } }
    }
    case 'text':
    case undefined:
      return {}
  }
}

function reasoningFields(
  { reasoning = {} }: InferRequest,
  { capabilities }: ResolvedTarget,
): JsonObject {
  const { effort, budget_tokens, include_text = false } = reasoning
  if (budget_tokens !== undefined) {
    const text = 'the Responses API takes no token budget for reasoning; use reasoning.effort'
    throw unsupported('reasoning_budget', text, '/reasoning/budget_tokens')
  }
  const asks = {
    ...(effort !== undefined && { effort }),
    ...(include_text && capabilities.reasoning && effort !== 'none' && { summary: 'auto' }),
  }
  return {
    ...(Object.keys(asks).length > 0 && { reasoning: asks }),
    // Nothing is stored, so the ciphertext is all that lets a later turn go on from this one's thoughts.
    ...(capabilities.reasoning && { include: ['reasoning.encrypted_content'] }),
  }
}

const SMALLEST_LIMIT = 16

function limitField({ limits }: InferRequest, target: ResolvedTarget): JsonObject {
  const max_output_tokens = limits?.max_output_tokens
  if (max_output_tokens === undefined) return {}
  if (target.official_host && max_output_tokens < SMALLEST_LIMIT) {
    const text = `the Responses API takes no max_output_tokens below ${SMALLEST_LIMIT}; raise it to ${SMALLEST_LIMIT} or more`
    throw invalid('max_output_tokens_too_small', text, '/limits/max_output_tokens')
  }
  return { max_output_tokens }
}

function cacheWarnings(request: InferRequest): Warning[] {
  const [pointer] = cacheMarks(request)
  if (pointer === undefined) return []
  const message = 'the Responses API caches prompts by itself; cache breakpoints are not sent'
  return [{ code: 'cache_breakpoint_left_out', message, pointer }]
}
