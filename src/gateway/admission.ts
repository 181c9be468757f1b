// The gates before an attempt, kept across reloads: a limiter and a retry budget a target, a breaker a (target, model).
import type { Target } from '../config/snapshot.ts'
import { Breaker, type BreakerState, type BreakerView, type Pass } from '../resilience/breaker.ts'
import { Limiter, type Release } from '../resilience/limiter.ts'
import { RetryBudget } from '../resilience/retry.ts'
import type { Member } from './route.ts'

/** Breakers kept; the least recently used goes first. */
const MOST_BREAKERS = 1_024
const CLOSED: BreakerView = { state: 'closed', retry_after_ms: null, opened: 0 }

export interface Permit {
  readonly pass: Pass
  /** Gives the place back; later calls do nothing. */
  readonly release: Release
}

export class Admission {
  readonly #limiters = new Map<string, Limiter>()
  readonly #budgets = new Map<string, RetryBudget>()
  readonly #breakers = new Map<string, Breaker>()
  readonly #changed: (target: string, model: string, state: BreakerState) => void

  constructor(changed: (target: string, model: string, state: BreakerState) => void) {
    this.#changed = changed
  }

  /** Waits for a place, then asks the breaker. Throws `queue_full`, `circuit_open`, or the signal's reason. */
  async enter({ target, model }: Member, client: number, signal: AbortSignal): Promise<Permit> {
    const breaker = this.#breaker(target, model)
    // An open breaker is told before the queue, too: waiting for a refusal helps nobody.
    if (breaker.view.state === 'open') breaker.admit()
    const release = await this.#limiter(target).acquire(client, signal)
    try {
      return { pass: breaker.admit(), release }
    } catch (error) {
      release()
      throw error
    }
  }

  budget(target: Target): RetryBudget {
    const known = this.#budgets.get(target.name)
    if (known) return known
    const budget = new RetryBudget(target.reliability.retry_budget_percent)
    this.#budgets.set(target.name, budget)
    return budget
  }

  #limiter(target: Target): Limiter {
    const known = this.#limiters.get(target.name)
    if (known) return known
    const limiter = new Limiter(target)
    this.#limiters.set(target.name, limiter)
    return limiter
  }

  #breaker(target: Target, model: string): Breaker {
    const key = `${target.name}/${model}`
    const known = this.#breakers.get(key)
    const breaker =
      known ??
      new Breaker(target.reliability.breaker, (state) => this.#changed(target.name, model, state))
    this.#breakers.delete(key)
    this.#breakers.set(key, breaker)
    if (this.#breakers.size > MOST_BREAKERS) this.#forgetOldest()
    return breaker
  }

  #forgetOldest(): void {
    const oldest = this.#breakers.entries().next()
    if (oldest.done) return
    const [key, breaker] = oldest.value
    this.#breakers.delete(key)
    breaker.dispose()
  }

  /** The rules of a new configuration hold for limiters that live on. */
  reload(targets: Iterable<Target>): void {
    for (const target of targets) {
      const limiter = this.#limiters.get(target.name)
      if (limiter) limiter.rules = target
    }
  }

  breakerView(target: string, model: string): BreakerView {
    return this.#breakers.get(`${target}/${model}`)?.view ?? CLOSED
  }

  load(target: string): { readonly in_flight: number; readonly queued: number } {
    const limiter = this.#limiters.get(target)
    return { in_flight: limiter?.running ?? 0, queued: limiter?.waiting ?? 0 }
  }

  dispose(): void {
    for (const breaker of this.#breakers.values()) breaker.dispose()
  }
}
