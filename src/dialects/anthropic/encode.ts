// A canonical request as one Messages call. Sends every field or refuses it by name; reads no environment and keeps nothing.
import type { InferRequest, Tool } from '../../protocol/client-message.gen.ts'
import { invalid, unsupported } from '../../protocol/fault.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { Encoded, JsonObject, Replay } from '../contract.ts'
import { readHistory } from '../shared/history.ts'
import { mergeOptions } from '../shared/options.ts'
import { breakpointsIn, placeBreakpoints } from './breakpoints.ts'
import { markedBlocks, openNotes, writeMessages } from './messages.ts'
import type { Notes } from './messages.ts'
import { checkSchema, checkToolRoot } from './schema.ts'
import { reasoningFields, samplingFields } from './settings.ts'
import { DEFAULT_MAX_TOKENS, MAX_BREAKPOINTS, REFUSED_OPTIONS, VERSION } from './wire.ts'

/** The call for a request; see `Dialect.encode`. */
export function encode(request: InferRequest, target: ResolvedTarget, replay: Replay): Encoded {
  const { rules } = target
  const history = readHistory(request, target, replay, { plain_reasoning: false })
  const notes = openNotes()
  const max_tokens =
    request.limits?.max_output_tokens ?? target.max_output_tokens ?? DEFAULT_MAX_TOKENS
  // The order of the cached prefix, which is also the order in which breakpoints are noted.
  const tools = (request.tools ?? []).map((tool, index) => writeTool(tool, index, notes))
  const system = markedBlocks(history.system, notes)
  const messages = writeMessages(history.turns, target, notes)
  const tool_choice = toolChoice(request)
  const { betas, ...body } = mergeOptions(
    {
      model: target.model,
      max_tokens,
      stream: target.capabilities.streaming,
      ...samplingFields(request),
      ...reasoningFields(request, rules, max_tokens),
      ...(tools.length > 0 && { tools }),
      ...(tool_choice && { tool_choice }),
      ...(system.length > 0 && { system }),
      messages,
    },
    request,
    'anthropic_messages',
    REFUSED_OPTIONS,
  )
  const taken = notes.marks.length === 0 ? 0 : breakpointsIn(body)
  const room = target.capabilities.prompt_cache ? MAX_BREAKPOINTS - taken : 0
  const marked = placeBreakpoints(notes.marks, room)
  const headers = { 'anthropic-version': VERSION, ...betaHeader(betas, target) }
  return {
    call: { path: '/messages', headers, body },
    warnings: [...history.warnings, ...notes.left_out.warnings(), ...marked],
  }
}

/** An input is an object in any case, so a root without a type gets the one that the wire demands. */
function writeTool(tool: Tool, index: number, { marks }: Notes): JsonObject {
  const { name, description, input_schema, strict = false, cache } = tool
  const pointer = `/tools/${index}`
  checkToolRoot(input_schema, `${pointer}/input_schema`)
  const schema = { type: 'object', ...input_schema }
  if (strict) checkSchema(schema, `${pointer}/input_schema`)
  const written: JsonObject = {
    name,
    ...(description !== undefined && { description }),
    input_schema: schema,
    strict,
  }
  if (cache) marks.push({ block: written, ttl: cache.ttl, pointer: `${pointer}/cache` })
  return written
}

function toolChoice(request: InferRequest): JsonObject | null {
  const { tools = [], tool_choice: choice, parallel_tool_calls: parallel, reasoning } = request
  if (tools.length === 0 || (choice === undefined && parallel === undefined)) return null
  if (choice === 'none') return { type: 'none' }
  const forced = choice !== undefined && choice !== 'auto'
  if (forced && reasoning?.budget_tokens !== undefined) {
    const text = 'a tool cannot be forced together with a reasoning budget; leave out one of them'
    throw unsupported('forced_tool_choice', text, '/tool_choice')
  }
  const type = typeof choice === 'object' ? 'tool' : forced ? 'any' : 'auto'
  return {
    type,
    ...(typeof choice === 'object' && { name: choice.name }),
    ...(parallel !== undefined && { disable_parallel_tool_use: !parallel }),
  }
}

/** The betas of the request, after those that the configuration's own headers name. */
function betaHeader(betas: unknown, target: ResolvedTarget): Record<string, string> {
  if (betas === undefined) return {}
  const named: unknown[] = Array.isArray(betas) ? betas : [betas]
  if (!named.every((beta) => typeof beta === 'string' && /^[\w.-]+$/.test(beta))) {
    const text = 'betas is a list of names (letters, digits, dot, dash, underscore)'
    throw invalid('betas', text, '/provider_options/anthropic_messages/betas')
  }
  const configured = Object.entries(target.headers).filter(
    ([name]) => name.toLowerCase() === 'anthropic-beta',
  )
  return { 'anthropic-beta': [...configured.map(([, value]) => value), ...named].join(',') }
}
