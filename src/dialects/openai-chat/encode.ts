// A request as a chat/completions body. Servers differ by the target's quirks alone. Whole capabilities that a quirk denies were refused before;
// what else a server leaves no room for is refused here, never dropped.
import type { InferRequest, Tool } from '../../protocol/client-message.gen.ts'
import { unsupported } from '../../protocol/fault.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { Encoded, JsonObject, Replay } from '../contract.ts'
import { cacheMarks } from '../shared/cache.ts'
import { readHistory } from '../shared/history.ts'
import { asArray } from '../shared/json.ts'
import { mergeOptions } from '../shared/options.ts'
import { checkStrict, meetsStrictRules } from '../shared/schema.ts'
import { messagesOf } from './messages.ts'
import { openNotes, type Notes } from './notes.ts'

/** The call for a request. Throws `unsupported_capability` and `invalid_request`, each with a pointer. */
export function encode(request: InferRequest, target: ResolvedTarget, replay: Replay): Encoded {
  const { quirks, capabilities } = target
  const notes = openNotes()
  const history = readHistory(request, target, replay, {
    plain_reasoning: quirks.reasoning_field !== null,
    pauses: false,
  })
  const { max_output_tokens: most } = request.limits ?? {}
  const body: JsonObject = {
    model: target.model,
    messages: messagesOf(history, target, notes),
    stream: capabilities.streaming,
    ...(capabilities.streaming &&
      quirks.stream_usage && { stream_options: { include_usage: true } }),
    ...(most !== undefined && { [quirks.max_tokens_field]: most }),
    ...toolFields(request, target, notes),
    ...outputFields(request, target),
    ...samplingFields(request, target),
    ...reasoningFields(request, target),
  }
  for (const mark of cacheMarks(request)) notes.add('cache_breakpoint_left_out', mark)
  return {
    call: {
      path: '/chat/completions',
      headers: {},
      body: mergeOptions(body, request, 'openai_chat', refusedOptions(request)),
    },
    warnings: [...history.warnings, ...notes.warnings()],
  }
}

const REFUSED = [
  'model',
  'messages',
  'stream',
  'n',
  'store',
  'background',
  'previous_response_id',
  'conversation',
  'audio',
]

function refusedOptions(request: InferRequest): string[] {
  const modalities = asArray(request.provider_options?.openai_chat?.['modalities'])
  return modalities.includes('audio') ? [...REFUSED, 'modalities'] : REFUSED
}

function toolFields(request: InferRequest, target: ResolvedTarget, notes: Notes): JsonObject {
  const { tools = [], parallel_tool_calls: parallel } = request
  const { quirks } = target
  // Some servers refuse an empty list, and a choice or a switch without tools.
  if (tools.length === 0) return {}
  if (quirks.tool_choice === 'none' && request.tool_choice === 'none') {
    notes.add('tools_left_out', '/tool_choice')
    return {}
  }
  if (parallel === false && !quirks.parallel_tool_calls) {
    const text = 'this server cannot be kept to one call (quirk parallel_tool_calls)'
    throw unsupported('parallel_tools', text, '/parallel_tool_calls')
  }
  return {
    tools: tools.map((tool, index) => toolOf(tool, `/tools/${index}`, target)),
    ...choiceFields(request, target),
    ...(parallel !== undefined && quirks.parallel_tool_calls && { parallel_tool_calls: parallel }),
  }
}

function toolOf(tool: Tool, pointer: string, target: ResolvedTarget): JsonObject {
  const { name, description, input_schema: parameters, strict = false } = tool
  if (strict && !target.quirks.strict) {
    const text = 'this server takes no strict tools (quirk strict)'
    throw unsupported('strict_tools', text, `${pointer}/strict`)
  }
  if (strict) checkStrict(parameters, `${pointer}/input_schema`, target)
  const definition = {
    name,
    ...(description !== undefined && { description }),
    parameters,
    ...(target.quirks.strict && { strict }),
  }
  return { type: 'function', function: definition }
}

function choiceFields(
  { tool_choice: choice, tools = [] }: InferRequest,
  { quirks }: ResolvedTarget,
): JsonObject {
  if (choice === undefined || (choice === 'auto' && quirks.tool_choice === 'none')) return {}
  const required = quirks.tool_choice === 'any' ? 'any' : 'required'
  if (choice === 'required') return { tool_choice: required }
  if (typeof choice === 'string') return { tool_choice: choice }
  if (quirks.tool_choice === 'modes')
    return { tool_choice: { type: 'function', function: { name: choice.name } } }
  // Where only one tool is there, to require any is to require it.
  if (tools.length === 1) return { tool_choice: required }
  const text =
    'this server cannot be told which tool to call (quirk tool_choice); use "required" or send that tool alone'
  throw unsupported('forced_tool_choice', text, '/tool_choice')
}

function outputFields({ output }: InferRequest, target: ResolvedTarget): JsonObject {
  const { quirks } = target
  if (output === undefined || output.mode === 'text') return {}
  if (output.mode === 'json') return { response_format: { type: 'json_object' } }
  const { name, schema } = output
  if (output.strict) checkStrict(schema, '/output/schema', target)
  const strict = output.strict ?? meetsStrictRules(schema)
  const json_schema = { name, schema, ...(quirks.strict && { strict }) }
  return { response_format: { type: 'json_schema', json_schema } }
}

function samplingFields({ sampling = {} }: InferRequest, { quirks }: ResolvedTarget): JsonObject {
  const { seed, ...rest } = sampling
  return { ...rest, ...(seed !== undefined && { [quirks.seed_field ?? 'seed']: seed }) }
}

function reasoningFields({ reasoning = {} }: InferRequest, { quirks }: ResolvedTarget): JsonObject {
  const { effort, budget_tokens: budget, include_text } = reasoning
  if (quirks.reasoning_effort === 'reasoning_object') {
    const fields = {
      ...(effort !== undefined && { effort }),
      ...(budget !== undefined && { max_tokens: budget }),
      ...(include_text !== undefined && { exclude: !include_text }),
    }
    return Object.keys(fields).length > 0 ? { reasoning: fields } : {}
  }
  if (budget !== undefined) {
    const text =
      'this server takes no token budget for reasoning (quirk reasoning_effort); use reasoning.effort'
    throw unsupported('reasoning_budget', text, '/reasoning/budget_tokens')
  }
  if (effort === undefined) return {}
  if (quirks.reasoning_effort === null) {
    const text = 'this server has no switch for reasoning (quirk reasoning_effort)'
    throw unsupported('reasoning', text, '/reasoning/effort')
  }
  if (quirks.reasoning_effort === 'reasoning_effort') return { reasoning_effort: effort }
  if (effort === 'none') return { thinking: { type: 'disabled' } }
  return { thinking: { type: 'enabled' }, reasoning_effort: effort }
}
