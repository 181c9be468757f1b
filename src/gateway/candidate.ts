// One member of a plan, judged for one request before anything is sent: model, capabilities, limits, and the call itself.
import { resolveModel, type ResolvedModel } from '../config/model.ts'
import type { Target } from '../config/snapshot.ts'
import type { Dialect, Encoded, Replay } from '../dialects/contract.ts'
import { DIALECTS } from '../dialects/index.ts'
import type { InferRequest, Message } from '../protocol/client-message.gen.ts'
import { notFound } from '../protocol/fault.ts'
import type { Warning } from '../protocol/gateway-event.gen.ts'
import type { ResolvedTarget } from '../protocol/target.ts'
import { checkCapabilities } from './capability.ts'
import type { Whereabouts } from './ledger.ts'
import { tighten, type Bounds } from './limits.ts'
import type { Member } from './route.ts'

export interface Candidate {
  readonly member: Member
  readonly where: Whereabouts
  readonly dialect: Dialect
  readonly resolved: ResolvedTarget
  readonly bounds: Bounds
  /** What the request and the routing alone tell. */
  readonly warnings: readonly Warning[]
  encode(replay: Replay): Encoded
}

/** Nobody knows yet who asks. */
export const UNKNOWN: Replay = { credential_fingerprint: null, omit_reasoning: false }

/** Throws what makes the request impossible on this member. `clamp`: it is a route's member. */
export function judge(request: InferRequest, member: Member, clamp: boolean): Candidate {
  const { target, model } = member
  const dialect = DIALECTS[target.dialect]
  const { resolved, pricing } = modelOf(member, dialect)
  checkCapabilities(request, resolved, dialect.capabilities)
  const tightened = tighten(
    request.limits,
    target.reliability,
    resolved.max_output_tokens,
    target.name,
    clamp,
  )
  const idle = idleSwitch(request)
  const sent = sendable(
    idle.length > 0 ? withoutSwitch(request) : request,
    tightened.max_output_tokens,
  )
  const first = dialect.encode(sent, resolved, UNKNOWN)
  // Only state is judged by who asks, so most requests are encoded once.
  const encode = (replay: Replay): Encoded =>
    replay.omit_reasoning || request.messages.some(hasState)
      ? dialect.encode(sent, resolved, replay)
      : first
  return {
    member,
    where: { target: target.name, model, dialect: target.dialect, pricing },
    dialect,
    resolved,
    bounds: tightened.bounds,
    warnings: [...tightened.warnings, ...idle, ...first.warnings],
    encode,
  }
}

/** The request with the limit in force. */
function sendable(request: InferRequest, max_output_tokens: number | undefined): InferRequest {
  if (max_output_tokens === undefined) return request
  return { ...request, limits: { ...request.limits, max_output_tokens } }
}

function withoutSwitch(request: InferRequest): InferRequest {
  const { parallel_tool_calls: _, ...rest } = request
  return rest
}

/** Most wires have no place for the switch without tools, and some servers refuse it there. */
function idleSwitch({ tools = [], parallel_tool_calls }: InferRequest): Warning[] {
  if (parallel_tool_calls === undefined || tools.length > 0) return []
  const message = 'there are no tools that could be called, so parallel_tool_calls is not sent'
  return [{ code: 'parallel_tool_calls_left_out', message, pointer: '/parallel_tool_calls' }]
}

function hasState({ content }: Message): boolean {
  return typeof content !== 'string' && content.some((part) => 'state' in part)
}

/** Models resolved so far, by the target as configured: a reload makes new ones. Clients name models, so they are bounded. */
const RESOLVED = new WeakMap<Target, Map<string, ResolvedModel>>()
const MOST_MODELS = 256

function modelOf({ target, model }: Member, dialect: Dialect): ResolvedModel {
  const models = RESOLVED.get(target) ?? new Map<string, ResolvedModel>()
  RESOLVED.set(target, models)
  const known = models.get(model)
  if (known) return known
  const found = resolveModel(target, model, dialect.capabilities)
  if (!found)
    throw notFound('unknown_model', `target "${target.name}" has no model "${model}"`, '/model')
  if (models.size === MOST_MODELS) models.clear()
  models.set(model, found)
  return found
}
