// The tries of one request, one at a time: a place, the breaker's leave, the credential, the call, the answer. Knows no retry and no route.
import type { DialectEvent, HttpCall, Replay } from '../dialects/contract.ts'
import type { InferRequest } from '../protocol/client-message.gen.ts'
import { Fault, type Verdict } from '../protocol/fault.ts'
import type { AssistantMessage } from '../protocol/gateway-event.gen.ts'
import type { Observe } from '../telemetry/facts.ts'
import type { HttpClient } from '../transport/http.ts'
import type { Admission, Permit } from './admission.ts'
import { Assembler, type FinishReason } from './assemble.ts'
import { attempt } from './attempt.ts'
import type { Candidate } from './candidate.ts'
import type { Identified, OutputEvent, RequestContext, Tell } from './contract.ts'
import { digest, type Digesting, type Finish } from './digest.ts'
import type { Ledger } from './ledger.ts'
import { tryOf } from './request.ts'
import type { Scope } from './scope.ts'

export interface Means {
  readonly http: HttpClient
  readonly admission: Admission
  readonly observe: Observe
  /** Strikes every known secret out of a text. */
  readonly redact: (text: string) => string
  readonly random: () => number
  readonly max_sse_event_bytes: number
  readonly max_message_bytes: number
}

/** What the tries of one request share with it. */
export interface TrialParts {
  readonly means: Means
  readonly ledger: Ledger
  readonly scope: Scope
  readonly tell: Tell<OutputEvent>
}

export class Trial {
  readonly #request: Identified<InferRequest>
  readonly #context: RequestContext
  readonly #means: Means
  readonly #ledger: Ledger
  readonly #scope: Scope
  readonly #tell: Tell<OutputEvent>
  readonly #faultOf: (error: unknown) => Fault | null
  #assembler: Assembler | null = null
  #begun = false
  #count = 0

  constructor(
    request: Identified<InferRequest>,
    context: RequestContext,
    parts: TrialParts,
    faultOf: (error: unknown) => Fault | null,
  ) {
    this.#request = request
    this.#context = context
    this.#means = parts.means
    this.#ledger = parts.ledger
    this.#scope = parts.scope
    this.#tell = parts.tell
    this.#faultOf = faultOf
  }

  /** Output has come: no try follows any more. */
  get begun(): boolean {
    return this.#begun
  }

  /** Tries so far, those among them that were never sent. */
  get count(): number {
    return this.#count
  }

  message(): AssistantMessage | null {
    return this.#assembler?.message() ?? null
  }

  /** One try: a place, the breaker's leave, the credential, the call, the answer. */
  async run(candidate: Candidate, omitReasoning: boolean): Promise<FinishReason> {
    const { life } = this.#scope
    const { where, member } = candidate
    this.#count += 1
    this.#ledger.reset()
    this.#assembler = null
    let startedMs = this.#ledger.elapsed()
    let permit: Permit | null = null
    let status: number | null = null
    try {
      const entering = this.#means.admission.enter(member, this.#context.client, life)
      permit = 'pass' in entering ? entering : await entering
      this.#ledger.queued()
      startedMs = this.#ledger.elapsed()
      const reason = await this.#answer(candidate, omitReasoning, permit, (seen) => (status = seen))
      permit.pass.record('success')
      this.#ledger.attempted(where, startedMs, status, null)
      return reason
    } catch (error) {
      const fault = this.#faultOf(error)
      permit?.pass.record(life.aborted ? 'neutral' : verdictOf(fault, candidate))
      this.#ledger.attempted(where, startedMs, status, fault)
      if (fault)
        this.#means.observe({
          fact: 'attempt_failed',
          request_id: this.#request.request_id,
          target: where.target,
          model: where.model,
          fault,
        })
      if (permit && fault?.kind === 'rate_limited' && fault.retry_after_ms !== null)
        this.#means.admission.coolDown(member, fault.retry_after_ms)
      if (status === 401) member.target.credential.forget()
      throw error
    } finally {
      permit?.pass.record('neutral')
      permit?.release()
    }
  }

  async #answer(
    candidate: Candidate,
    omitReasoning: boolean,
    permit: Permit,
    answered: (status: number) => void,
  ): Promise<FinishReason> {
    const { life } = this.#scope
    const { where } = candidate
    const { credential } = candidate.member.target
    const { secret, fingerprint } = credential.key ?? (await credential.get(life.signal))
    const call = this.#encode(candidate, {
      credential_fingerprint: fingerprint,
      omit_reasoning: omitReasoning,
    })
    const { request_id } = this.#request
    const origin = { dialect: where.dialect, target: where.target, model: where.model, fingerprint }
    const assembler = new Assembler(request_id, origin, this.#means.max_message_bytes)
    this.#assembler = assembler
    const finish: Finish = { reason: null }
    const asked = { call, secret, life, answered }
    const tried = tryOf(this.#means, candidate, { request_id, attempt: this.#count }, asked)
    const digesting = { ledger: this.#ledger, assembler, finish }
    await attempt(tried, (batch) => this.#take(batch, digesting, permit))
    if (!finish.reason)
      throw new Fault(
        'internal',
        'no_finish',
        `the ${where.dialect} decoder ended without a finish`,
      )
    return finish.reason
  }

  #encode(candidate: Candidate, replay: Replay): HttpCall {
    const { call, warnings } = candidate.encode(replay)
    const told = new Set(candidate.warnings.map(({ code }) => code))
    this.#ledger.warn(...warnings.filter(({ code }) => !told.has(code)))
    return call
  }

  /** Takes a batch into the books and the message, and tells the client of it; where it is too much or no answer, of what came before that. */
  #take(
    batch: readonly DialectEvent[],
    digesting: Digesting,
    permit: Permit,
  ): Promise<void> | null {
    const told: OutputEvent[] = []
    let room: Promise<void> | null = null
    try {
      digest(batch, told, digesting)
    } finally {
      const { begun } = digesting.assembler
      if (begun) permit.pass.begun()
      if (!this.#begun && (told.length > 0 || begun)) {
        this.#begun = true
        this.#ledger.firstOutput()
      }
      if (told.length > 0 && this.#request.stream !== false) room = this.#tell(told)
    }
    return room
  }
}

/** What a fault (null: the client's leave) says of the target: nothing, where the request waited for less than the target is given. */
function verdictOf(fault: Fault | null, { bounds, member }: Candidate): Verdict {
  if (fault === null) return 'neutral'
  const { kind, code, verdict } = fault
  if (kind !== 'timeout' || (code !== 'first_event' && code !== 'idle')) return verdict
  const limit = `${code}_timeout_ms` as const
  return bounds[limit] < member.target.reliability[limit] ? 'neutral' : verdict
}
