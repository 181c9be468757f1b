// A few tiny requests by the way of every request, to see what the model behind a target really does. Admitted like requests and with
// their deadlines, but never counted by the breaker, never retried, and never sent unless asked for.
import { openedFor } from '../../config/quirks.ts'
import { DIALECTS } from '../../dialects/index.ts'
import type { InferRequest } from '../../protocol/client-message.gen.ts'
import { Fault, type ErrorKind } from '../../protocol/fault.ts'
import type { Usage } from '../../protocol/gateway-event.gen.ts'
import { CAPABILITIES, capabilitiesWhere, type Quirks } from '../../protocol/target.ts'
import { Assembler, type FinishReason } from '../assemble.ts'
import { attempt } from '../attempt.ts'
import { judge, type Candidate } from '../candidate.ts'
import type { OutputEvent } from '../contract.ts'
import { redacted, struck } from '../redacted.ts'
import { tryOf } from '../request.ts'
import type { Member } from '../route.ts'
import type { Book, Probing, Sighting } from './book.ts'
import { CHECKS, FIRST, FIRST_TOKENS, SYSTEM, textOf, type Check, type Told } from './checks.ts'
import { fittingQuirks } from './suggestion.ts'

/** How requests are written for this server; the first way that it takes is kept. */
interface Manner {
  readonly streaming: boolean
  readonly max_tokens_field: Quirks['max_tokens_field']
  /** Left out: as the server's preset says. */
  readonly tool_choice?: Quirks['tool_choice']
}

/** Runs the checks one after the other into the book; stops at the first failure that is no answer to what was asked. */
export async function probeLive(probe: Probing): Promise<void> {
  const { book, member, means, life } = probe
  const wire = DIALECTS[member.target.dialect].capabilities
  try {
    const manner = await findManner(probe)
    const system = await tell(probe, SYSTEM, manner)
    noteSystem(probe, system)
    const { rules } = judge(FIRST, freed(probe, manner), true).resolved
    for (const check of CHECKS) {
      const request = wire[check.capability] ? check.request(rules) : null
      if (!request) continue
      const told = await tell(probe, request, manner)
      const sighting = sightingOf(check, told)
      book.sightings.set(check.capability, sighting)
      if (check.capability === 'forced_tool_choice' && sighting.observed === false)
        await askUnnamed(probe, check, request, manner)
      if (check.capability === 'reasoning' && !(told instanceof Fault)) noteReasoning(book, told)
    }
  } catch (error) {
    if (life.aborted || !(error instanceof Fault)) throw error
    book.faults.push(redacted(error, means.redact))
  }
}

/** Servers that know no named tool, or take one for "auto", may still call one where any is required. */
async function askUnnamed(
  probe: Probing,
  check: Check,
  request: InferRequest,
  manner: Manner,
): Promise<void> {
  const { dialect, quirks } = freed(probe, manner).target
  if (dialect !== 'openai_chat' || quirks.tool_choice !== 'modes') return
  const told = await tell(probe, request, { ...manner, tool_choice: 'strings' })
  if (!sightingOf(check, told).observed) return
  const evidence = 'a required tool is called, a named one is not'
  probe.book.sightings.set(check.capability, { observed: true, evidence })
  probe.book.observe('tool_choice', 'strings', evidence)
}

/** The refusal of what was asked for says something; any other failure says nothing about it. */
const REFUSALS: ReadonlySet<ErrorKind> = new Set([
  'invalid_request',
  'unsupported_capability',
  'not_found',
])
const UNCLEAR: ReadonlySet<ErrorKind> = new Set([
  'provider_error',
  'protocol_violation',
  'content_filtered',
  'context_length',
])

function sightingOf(check: Check, told: Told | Fault): Sighting {
  if (told instanceof Fault) {
    const refused = REFUSALS.has(told.kind) && told.provider !== null
    const how = refused ? 'refused' : 'failed'
    return { observed: refused ? false : null, evidence: `${how}: ${told.message}` }
  }
  if (check.shows(told)) return { observed: true, evidence: check.yes }
  if (told.reason === 'length') return { observed: null, evidence: 'cut off before it could show' }
  return { observed: check.proves ? false : null, evidence: check.no }
}

const heeds = ({ usage }: Told): boolean => (usage?.output_tokens ?? 0) <= 2 * FIRST_TOKENS

async function findManner(probe: Probing): Promise<Manner> {
  let best: { manner: Manner; told: Told } | null = null
  let refusal: Fault | null = null
  for (const manner of mannersOf(probe)) {
    if (best && !manner.streaming) break
    const told = await tell(probe, FIRST, manner)
    if (told instanceof Fault) refusal ??= told
    else if (!best || heeds(told)) best = { manner, told }
    if (best && heeds(best.told)) break
  }
  if (best) {
    noteFirst(probe, best.manner, best.told, refusal)
    return best.manner
  }
  const [usual] = mannersOf(probe)
  if (!usual || !refusal) throw new Fault('internal', 'no_manner', 'the probe had no way to ask')
  if (!UNCLEAR.has(refusal.kind)) throw refusal
  // A broken answer is no refusal of the manner: the other questions may still be answered.
  probe.book.faults.push(refusal)
  return usual
}

function mannersOf({ member: { target }, book }: Probing): Manner[] {
  const { dialect } = target
  const quirks = fittingQuirks(target.quirks, book.facts.server?.name)
  const [usual, other] =
    quirks.max_tokens_field === 'max_tokens'
      ? (['max_tokens', 'max_completion_tokens'] as const)
      : (['max_completion_tokens', 'max_tokens'] as const)
  const fields = dialect === 'openai_chat' ? [usual, other] : [usual]
  return [
    ...fields.map((max_tokens_field) => ({ streaming: true, max_tokens_field })),
    { streaming: false, max_tokens_field: usual },
  ]
}

function noteFirst(
  { book, member }: Probing,
  { streaming, max_tokens_field }: Manner,
  told: Told,
  refusal: Fault | null,
): void {
  const { usage, reason, pieces } = told
  const seen = pieces ? 'the answer came in pieces' : 'accepted, but the answer came in one piece'
  book.sightings.set('streaming', {
    observed: streaming ? pieces || null : false,
    evidence: streaming ? seen : `refused: ${refusal?.message}`,
  })
  const counts = `${usage?.input_tokens ?? '?'} in, ${usage?.output_tokens ?? '?'} out`
  book.observe(streaming ? 'usage_in_stream' : 'usage', usage ? 'yes' : 'no', counts)
  if (member.target.dialect !== 'openai_chat') return
  if (heeds(told)) {
    const cut = reason === 'length' ? `the answer was cut at ${FIRST_TOKENS} tokens` : 'accepted'
    return book.observe('max_tokens_field', max_tokens_field, cut)
  }
  book.observe('max_tokens_field', null, `ignored: ${counts} where ${FIRST_TOKENS} were allowed`)
}

function noteSystem({ book, member: { target } }: Probing, told: Told | Fault): void {
  const role = target.dialect === 'openai_chat' ? target.quirks.system_role : 'system'
  if (told instanceof Fault) return book.observe('system_role', null, `refused: ${told.message}`)
  const obeyed = /\bpong\b/i.test(textOf(told))
  book.observe('system_role', role, obeyed ? 'obeyed' : 'accepted; the answer does not show it')
}

function noteReasoning(book: Book, { parts, usage }: Told): void {
  for (const part of parts) {
    const field = part.type === 'reasoning' && part.state?.['field']
    if (typeof field === 'string')
      return book.observe(
        'reasoning_field',
        field,
        `${usage?.reasoning_tokens ?? 'no'} tokens counted`,
      )
  }
}

/** The member as the server should be asked, with all that its wire can say: what the configuration denies is to be seen, too. */
function freed({ member: { target, model }, book }: Probing, manner: Manner): Member {
  const { streaming, max_tokens_field, tool_choice } = manner
  const quirks = fittingQuirks(target.quirks, book.facts.server?.name)
  const entry = {
    ...target.entries.get(model),
    capabilities: { ...capabilitiesWhere(() => true), streaming },
  }
  return {
    target: {
      ...target,
      entries: new Map([[model, entry]]),
      quirks: {
        ...openedFor(quirks, CAPABILITIES),
        ...(tool_choice && { tool_choice }),
        max_tokens_field,
        parallel_tool_calls: true,
      },
    },
    model,
  }
}

/** One request and its answer, or the fault that says something about the request. Throws every other. */
async function tell(probe: Probing, request: InferRequest, manner: Manner): Promise<Told | Fault> {
  const { means, member, life, book } = probe
  try {
    const asked = { ...request, stream: manner.streaming }
    return await send(probe, judge(asked, freed(probe, manner), true))
  } catch (error) {
    if (life.aborted || !(error instanceof Fault)) throw error
    const fault = redacted(error, means.redact)
    if (fault.kind === 'authentication') {
      book.authenticated = false
      member.target.credential.forget()
    }
    if (fault.kind === 'rate_limited' && fault.retry_after_ms !== null)
      means.admission.coolDown(member, fault.retry_after_ms)
    if (REFUSALS.has(fault.kind) || UNCLEAR.has(fault.kind)) return fault
    throw fault
  }
}

async function send(probe: Probing, candidate: Candidate): Promise<Told> {
  const { means, member, life, book } = probe
  const permit = await means.admission.enter(member, probe.client, life)
  let usage: Usage | null = null
  let tier: string | undefined
  let reason: FinishReason | null = null
  let accepted = false
  try {
    const { secret, fingerprint } = await member.target.credential.get(life.signal)
    const replay = { credential_fingerprint: fingerprint, omit_reasoning: false }
    const { where } = candidate
    const origin = { dialect: where.dialect, target: where.target, model: where.model, fingerprint }
    const assembler = new Assembler(probe.request_id, origin, means.max_message_bytes)
    const told: OutputEvent[] = []
    book.requests += 1
    const about = { request_id: probe.request_id, attempt: book.requests }
    const tried = tryOf(means, candidate, about, {
      call: candidate.encode(replay).call,
      secret,
      life,
      answered: (status) => {
        book.reachable = true
        accepted = status < 300
      },
    })
    await attempt(tried, (batch) => {
      for (const event of batch) {
        if (event.type === 'usage') ({ usage } = event)
        else if (event.type === 'metadata') tier = event.metadata.service_tier ?? tier
        else if (event.type === 'finish') reason = assembler.finish(event.cause, told)
        else assembler.take(event, told)
      }
      return null
    })
    book.authenticated = true
    const deltas = told.flatMap((event) => ('delta' in event ? [event.part] : []))
    const parts = assembler.message()?.content ?? []
    return { parts, usage, reason: reason ?? 'other', pieces: deltas.length > new Set(deltas).size }
  } finally {
    if (accepted) charge(probe, candidate, usage, tier)
    permit.pass.record('neutral')
    permit.release()
  }
}

function charge(
  { book, means }: Probing,
  { where }: Candidate,
  usage: Usage | null,
  tier: string | undefined,
): void {
  const { target, model, dialect, pricing } = where
  const { cost, reason } = book.charge(usage, pricing, tier)
  const cost_unknown_reason = struck(reason, means.redact)
  means.observe({ fact: 'probe_charged', target, model, dialect, usage, cost, cost_unknown_reason })
}
