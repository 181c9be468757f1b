// Whether a model can be asked for what a request asks for. Generic over dialects: what only one wire cannot say is refused by its `encode`.
import { denyingQuirk } from '../config/quirks.ts'
import type { InferRequest, Message } from '../protocol/client-message.gen.ts'
import { unsupported } from '../protocol/fault.ts'
import type { Capabilities, Capability, ResolvedTarget } from '../protocol/target.ts'

interface Need {
  readonly capability: Capability
  readonly pointer: string
}

const WORDS: Record<Capability, string> = {
  streaming: 'streaming',
  tools: 'tools',
  parallel_tools: 'parallel tool calls',
  forced_tool_choice: 'a forced tool choice',
  json_mode: 'JSON output without a schema',
  json_schema: 'JSON output of a schema',
  vision: 'images',
  documents: 'documents',
  audio: 'audio',
  reasoning: 'a reasoning setting',
  sampling: 'temperature or top_p',
  top_k: 'top_k',
  seed: 'a seed',
  stop: 'stop sequences',
  penalties: 'presence or frequency penalties',
  prompt_cache: 'prompt caching',
}

/** Throws `unsupported_capability` for the first thing that is asked for and cannot be had. `wire`: what the dialect can say at all. */
export function checkCapabilities(
  request: InferRequest,
  target: ResolvedTarget,
  wire: Capabilities,
): void {
  for (const { capability, pointer } of needs(request)) {
    if (target.capabilities[capability]) continue
    const what = `does not take ${WORDS[capability]}: ${remedy(capability, target, wire)}`
    refuse(target, capability, what, pointer)
  }
  checkRules(request, target)
}

function remedy(capability: Capability, target: ResolvedTarget, wire: Capabilities): string {
  if (!wire[capability]) return `the ${target.dialect} wire has no way to ask for it`
  const { name, model } = target
  const quirk = denyingQuirk(target, capability)
  return quirk === null
    ? `switch it on in targets.${name}.models.${model}.capabilities.${capability} if the server can do it`
    : `its server has no way to ask for it (quirk ${quirk}); change targets.${name}.quirks if it has one`
}

function refuse(target: ResolvedTarget, code: string, what: string, pointer: string): never {
  const text = `target "${target.name}", model "${target.model}" ${what}`
  throw unsupported(code, text, pointer)
}

function* needs(request: InferRequest): Generator<Need> {
  if (request.stream !== false) yield { capability: 'streaming', pointer: '/stream' }
  yield* toolNeeds(request)
  if (request.output?.mode === 'json') yield { capability: 'json_mode', pointer: '/output' }
  if (request.output?.mode === 'json_schema')
    yield { capability: 'json_schema', pointer: '/output' }
  if (request.sampling) yield* samplingNeeds(request.sampling)
  const asked = request.reasoning?.effort ?? request.reasoning?.budget_tokens
  if (asked !== undefined && asked !== 'none')
    yield { capability: 'reasoning', pointer: '/reasoning' }
  for (const [index, message] of request.messages.entries())
    yield* mediaNeeds(message, `/messages/${index}`)
}

function* toolNeeds({
  tools,
  tool_choice: choice,
  parallel_tool_calls: parallel,
}: InferRequest): Generator<Need> {
  if (tools && tools.length > 0) yield { capability: 'tools', pointer: '/tools' }
  if (choice === 'required' || typeof choice === 'object')
    yield { capability: 'forced_tool_choice', pointer: '/tool_choice' }
  if (parallel) yield { capability: 'parallel_tools', pointer: '/parallel_tool_calls' }
}

function* samplingNeeds(sampling: NonNullable<InferRequest['sampling']>): Generator<Need> {
  for (const field of ['temperature', 'top_p'] as const)
    if (sampling[field] !== undefined)
      yield { capability: 'sampling', pointer: `/sampling/${field}` }
  for (const field of ['top_k', 'seed', 'stop'] as const)
    if (sampling[field] !== undefined) yield { capability: field, pointer: `/sampling/${field}` }
  for (const field of ['presence_penalty', 'frequency_penalty'] as const)
    if (sampling[field] !== undefined)
      yield { capability: 'penalties', pointer: `/sampling/${field}` }
}

const MEDIA = { image: 'vision', document: 'documents', audio: 'audio' } as const

function* mediaNeeds(message: Message, pointer: string): Generator<Need> {
  if (typeof message.content === 'string') return
  for (const [index, { type }] of message.content.entries())
    if (type === 'image' || type === 'document' || type === 'audio')
      yield { capability: MEDIA[type], pointer: `${pointer}/content/${index}` }
}

/** What the model's family has rules about. */
function checkRules(request: InferRequest, target: ResolvedTarget): void {
  const { rules } = target
  const { effort, budget_tokens: budget } = request.reasoning ?? {}
  if (effort !== undefined && !rules.efforts.includes(effort)) {
    const known = rules.efforts.length > 0 ? `it has ${rules.efforts.join(', ')}` : 'it has none'
    refuse(
      target,
      'reasoning_effort',
      `has no reasoning effort "${effort}": ${known}`,
      '/reasoning/effort',
    )
  }
  if (budget !== undefined && !rules.budget)
    refuse(
      target,
      'reasoning_budget',
      'takes no token budget for reasoning; use reasoning.effort',
      '/reasoning/budget_tokens',
    )
  if (request.output?.mode === 'json_schema' && request.tools?.length && !rules.tools_with_schema)
    refuse(
      target,
      'tools_with_schema',
      'does not take tools and an output schema together',
      '/output',
    )
  checkSampling(request, target)
}

function checkSampling({ sampling, reasoning }: InferRequest, target: ResolvedTarget): void {
  const { rules } = target
  const field = sampling?.temperature === undefined ? 'top_p' : 'temperature'
  if (sampling?.[field] === undefined) return
  if (
    rules.one_of_temperature_top_p &&
    sampling.temperature !== undefined &&
    sampling.top_p !== undefined
  )
    refuse(target, 'sampling', 'takes temperature or top_p, not both', '/sampling/top_p')
  const reasons =
    reasoning?.effort === undefined && reasoning?.budget_tokens === undefined
      ? rules.reasons_by_default
      : reasoning.effort !== 'none'
  if (rules.sampling_only_without_reasoning && reasons)
    refuse(
      target,
      'sampling',
      `takes ${field} only while it does not reason (reasoning.effort "none" where it has that)`,
      `/sampling/${field}`,
    )
}
