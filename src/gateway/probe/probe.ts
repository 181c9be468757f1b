// One probe from its request to its one answer: `probed` also for a target that is broken, `cancelled` where the client wished so,
// `failed` where there is nothing to probe. Changes nothing: neither configuration nor breakers; of counters only tokens and cost.
import type { Snapshot } from '../../config/snapshot.ts'
import { DIALECTS } from '../../dialects/index.ts'
import type { InferRequest, ProbeRequest } from '../../protocol/client-message.gen.ts'
import { errorOf, Fault, invalid } from '../../protocol/fault.ts'
import type {
  CancelledEvent,
  FailedEvent,
  GatewayEvent,
  ProbedCapability,
  ProbedEvent,
  Warning,
} from '../../protocol/gateway-event.gen.ts'
import { failedEvent } from '../../protocol/refusal.ts'
import { CAPABILITIES, type ResolvedTarget } from '../../protocol/target.ts'
import { clock } from '../../resilience/deadline.ts'
import { judge, UNKNOWN, type Candidate } from '../candidate.ts'
import type { Identified, RequestContext } from '../contract.ts'
import { struck } from '../redacted.ts'
import { memberOf, type Member } from '../route.ts'
import { Scope } from '../scope.ts'
import type { Means } from '../trial.ts'
import { Book, type Probing } from './book.ts'
import { probeLive } from './live.ts'
import { readMetadata } from './metadata.ts'
import { suggest } from './suggestion.ts'

/** Says nothing: it is written down only for what its headers would be. */
const NOTHING: InferRequest = {
  type: 'infer',
  messages: [{ role: 'user', content: '.' }],
  stream: false,
}

/** The one event that answers a probe. Throws only what is a bug. */
export async function probe(
  request: Identified<ProbeRequest>,
  context: RequestContext,
  snapshot: Snapshot,
  means: Means,
): Promise<GatewayEvent> {
  const book = new Book()
  const ended = await answer(request, context, snapshot, means, book)
  const { depth = 'metadata' } = request
  const cost_unknown_reason = struck(book.cost_unknown_reason, means.redact)
  means.observe({ fact: 'probe_ended', ended, depth, requests: book.requests, cost_unknown_reason })
  return ended
}

async function answer(
  request: Identified<ProbeRequest>,
  context: RequestContext,
  snapshot: Snapshot,
  means: Means,
  book: Book,
): Promise<ProbedEvent | CancelledEvent | FailedEvent> {
  const scope = new Scope(context)
  try {
    const member = probedMember(snapshot, request)
    scope.setTotal(member.target.reliability.total_timeout_ms)
    const candidate = judge(NOTHING, member, true)
    try {
      const { request_id, depth } = request
      const { client, life } = context
      await look(depth, candidate, { request_id, client, means, member, life, book })
    } catch (error) {
      const fault = scope.fault()
      if (fault === undefined) throw error
      if (fault === null) return cancelled(request.request_id, member, context, book)
      if (fault.kind !== 'timeout') throw fault
      book.faults.push(fault)
    }
    return probed(request, candidate.resolved, context, book)
  } catch (error) {
    if (error instanceof Fault) return failedEvent(request.request_id, error)
    throw error
  } finally {
    scope.dispose()
  }
}

function probedMember(snapshot: Snapshot, { target, model }: ProbeRequest): Member {
  if (!snapshot.routes.has(target)) return memberOf(snapshot, target, model)
  const text = `"${target}" is a route: probe its members one by one`
  throw invalid('probe_of_route', text, '/target')
}

async function look(
  depth: ProbeRequest['depth'],
  candidate: Candidate,
  probing: Probing,
): Promise<void> {
  const { life, book } = probing
  life.throwIfAborted()
  const { headers } = candidate.encode(UNKNOWN).call
  await readMetadata({ ...probing, headers })
  if (depth === 'live' && book.reachable && book.authenticated !== false) await probeLive(probing)
  life.throwIfAborted()
}

function probed(
  { request_id, depth = 'metadata' }: Identified<ProbeRequest>,
  target: ResolvedTarget,
  { received_at }: RequestContext,
  book: Book,
): ProbedEvent {
  const { facts } = book
  const where = { target: target.name, model: target.model }
  return {
    type: 'probed',
    request_id,
    ...where,
    dialect: target.dialect,
    depth,
    reachable: book.reachable,
    authenticated: book.authenticated,
    model_present: facts.model_present ?? null,
    server: facts.server ?? null,
    context_window: facts.context_window ?? null,
    max_output_tokens: facts.max_output_tokens ?? null,
    capabilities: capabilitiesOf(target, book),
    observations: book.observations,
    suggestion: suggest(target, DIALECTS[target.dialect].capabilities, book),
    requests: book.requests,
    usage: book.usage,
    cost: book.cost,
    errors: book.faults.map((fault) => errorOf(fault, where)),
    warnings: warningsOf(target, book),
    total_ms: elapsed(received_at),
  }
}

const elapsed = (received_at: number): number => Math.max(0, Math.round(clock() - received_at))

function capabilitiesOf(target: ResolvedTarget, { declared, sightings }: Book): ProbedCapability[] {
  return CAPABILITIES.map((name) => {
    const said = declared.get(name)
    const seen = sightings.get(name)
    return {
      name,
      configured: target.capabilities[name],
      declared: said?.declared ?? null,
      observed: seen?.observed ?? null,
      evidence: seen?.evidence ?? (said ? `as ${said.page} says` : null),
    }
  })
}

function warningsOf({ name, model, context_window }: ResolvedTarget, book: Book): Warning[] {
  const { facts, observations } = book
  const warnings: Warning[] = []
  const warn = (code: string, message: string): void => {
    warnings.push({ code, message, pointer: null })
  }
  const served = observations.find((seen) => seen.name === 'served_model')?.value
  if (served) warn('other_model_served', `asked for "${model}", the server answers as "${served}"`)
  else if (facts.model_present === false)
    warn('model_missing', `the server of target "${name}" has no model "${model}"`)
  const told = facts.context_window
  if (told !== undefined && context_window !== null && told < context_window)
    warn(
      'context_window_smaller',
      `${context_window} tokens are configured as the context window and the server takes ${told}: longer prompts fail, or are cut without a word`,
    )
  return warnings
}

function cancelled(
  request_id: string,
  { target, model }: Member,
  { received_at }: RequestContext,
  { usage, cost }: Book,
): CancelledEvent {
  return {
    type: 'cancelled',
    request_id,
    reason: 'client_cancel',
    target: target.name,
    model,
    message: null,
    usage,
    cost,
    timing: { queued_ms: null, first_event_ms: null, total_ms: elapsed(received_at) },
    attempts: [],
    warnings: [],
    provider_metadata: null,
    metadata: {},
  }
}
