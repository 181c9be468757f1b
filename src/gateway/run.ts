// One request from its plan to why it ended: candidates, retries and failover. Every await in here is covered by the scope's signal.
import type { InferRequest } from '../protocol/client-message.gen.ts'
import { errorOf, Fault } from '../protocol/fault.ts'
import type { AssistantMessage } from '../protocol/gateway-event.gen.ts'
import { COOLING_DOWN } from '../resilience/cool-down.ts'
import { delay } from '../resilience/deadline.ts'
import { movesOn, retryDelay } from '../resilience/retry.ts'
import type { FinishReason } from './assemble.ts'
import { judge, type Candidate } from './candidate.ts'
import type { Identified, OutputEvent, RequestContext, Tell } from './contract.ts'
import type { Ledger } from './ledger.ts'
import { redacted } from './redacted.ts'
import type { Member, Plan } from './route.ts'
import type { Scope } from './scope.ts'
import type { Answering } from './sequence.ts'
import { Trial, type Means, type TrialParts } from './trial.ts'

const UNVERIFIABLE = 'unverifiable_reasoning'

export class Run implements Answering {
  readonly #request: Identified<InferRequest>
  readonly #plan: () => Plan
  readonly #means: Means
  readonly #ledger: Ledger
  readonly #scope: Scope
  readonly #tell: Tell<OutputEvent>
  readonly #trial: Trial

  constructor(
    request: Identified<InferRequest>,
    context: RequestContext,
    plan: () => Plan,
    parts: TrialParts,
  ) {
    this.#request = request
    this.#plan = plan
    this.#means = parts.means
    this.#ledger = parts.ledger
    this.#scope = parts.scope
    this.#tell = parts.tell
    this.#trial = new Trial(request, context, parts, (error) => this.faultOf(error))
  }

  message(): AssistantMessage | null {
    return this.#trial.message()
  }

  faultOf(error: unknown): Fault | null {
    const ended = this.#scope.fault()
    if (ended !== undefined) return ended
    if (error instanceof Fault) return redacted(error, this.#means.redact)
    return new Fault('internal', 'bug', 'the gateway has a bug; its log has the details', {
      cause: error,
    })
  }

  async answer(): Promise<FinishReason> {
    const { members, is_route } = this.#plan()
    const queue: Member[] = [...members]
    let candidate = this.#next(queue, is_route, null)
    const wait = this.#tell([this.#started(candidate)])
    if (wait) await wait
    for (;;) {
      try {
        return await this.#serve(candidate, queue.length > 0)
      } catch (error) {
        const fault = this.faultOf(error)
        if (fault === null || this.#trial.begun || this.#scope.fault() || !movesOn(fault))
          throw error
        if (queue.length === 0) throw this.#soonest(fault)
        const failed = candidate
        candidate = this.#next(queue, is_route, fault)
        this.#ledger.warn(...candidate.warnings)
        await this.#tell([this.#retrying(failed, candidate, 0, fault)])
      }
    }
  }

  /** The next member that can take the request; those that cannot are noted and passed over. */
  #next(queue: Member[], isRoute: boolean, before: Fault | null): Candidate {
    let fault = before
    for (let member = queue.shift(); member; member = queue.shift()) {
      try {
        const candidate = judge(this.#request, member, isRoute)
        this.#ledger.goTo(candidate.where)
        this.#scope.setTotal(candidate.bounds.total_timeout_ms)
        return candidate
      } catch (error) {
        if (!(error instanceof Fault) || !isRoute) throw error
        fault = error
        const where = {
          target: member.target.name,
          model: member.model,
          dialect: member.target.dialect,
          pricing: null,
        }
        this.#ledger.attempted(where, undefined, null, error)
        if (!movesOn(error)) throw error
      }
    }
    throw fault ?? new Fault('internal', 'empty_plan', 'the request has nowhere to go')
  }

  /** Where every member's breaker refused, the answer is when the first of them may be asked again. */
  #soonest(fault: Fault): Fault {
    const waits = this.#ledger.openWaits()
    return waits === null ? fault : fault.with({ retry_after_ms: Math.min(...waits) })
  }

  #started(candidate: Candidate): OutputEvent {
    const { target, model, dialect } = candidate.where
    const { warnings } = candidate
    return {
      type: 'started',
      request_id: this.#request.request_id,
      target,
      model,
      dialect,
      warnings: [...warnings],
    }
  }

  #retrying(from: Candidate, to: Candidate, delay_ms: number, fault: Fault): OutputEvent {
    const { target, model } = to.where
    const { request_id } = this.#request
    this.#means.observe({
      fact: 'retrying',
      request_id,
      target,
      model,
      delay_ms,
      failed: { target: from.where.target, model: from.where.model, fault },
    })
    return {
      type: 'retrying',
      request_id,
      attempt: this.#trial.count + 1,
      target,
      model,
      delay_ms,
      error: errorOf(fault, from.where, { brief: true }),
    }
  }

  /** All tries on one target. `others`: a route has more members, so that nobody waits for one that is cooling down. */
  async #serve(candidate: Candidate, others: boolean): Promise<FinishReason> {
    const { reliability } = candidate.member.target
    const budget = this.#means.admission.budget(candidate.member.target)
    budget.deposit()
    let omitReasoning = false
    for (let retries = 0; ;) {
      try {
        return await this.#trial.run(candidate, omitReasoning)
      } catch (error) {
        const fault = this.faultOf(error)
        if (fault === null || this.#trial.begun || this.#scope.fault()) throw error
        if (fault.code === UNVERIFIABLE && !omitReasoning) {
          omitReasoning = true
          this.#ledger.warn({
            code: 'reasoning_left_out',
            message:
              'the provider could not verify historic reasoning: it was left out of a second try',
            pointer: null,
          })
          await this.#tell([this.#retrying(candidate, candidate, 0, fault)])
          continue
        }
        const facts = {
          fault,
          retries,
          begun: this.#trial.begun,
          left_ms: this.#scope.left(),
          random: this.#means.random(),
        }
        const wait = retryDelay(
          { ...reliability, max_retries: candidate.bounds.max_retries },
          facts,
        )
        // A wait for a cool-down costs nothing from the budget: the provider has not been asked.
        const cooling = fault.code === COOLING_DOWN
        if (wait === null || (cooling ? others : !budget.withdraw())) throw error
        retries += 1
        await this.#tell([this.#retrying(candidate, candidate, wait, fault)])
        await delay(wait, this.#scope.life.signal)
      }
    }
  }
}
