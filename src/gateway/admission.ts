// The gates before an attempt, kept across reloads: a limiter and a retry budget a target, a breaker and a cool-down a (target, model).
import type { Target } from '../config/snapshot.ts'
import { Breaker, type BreakerState, type BreakerView, type Pass } from '../resilience/breaker.ts'
import { CoolDowns } from '../resilience/cool-down.ts'
import { Limiter, type Release } from '../resilience/limiter.ts'
import { RetryBudget } from '../resilience/retry.ts'
import type { Life } from './life.ts'
import type { Member } from './route.ts'

/** Breakers kept; the least recently used goes first. */
const MOST_BREAKERS = 1_024
const CLOSED: BreakerView = { state: 'closed', retry_after_ms: null, opened: 0 }

/** A target's name has no slash. */
const keyOf = (target: string, model: string): string => `${target}/${model}`

export interface Permit {
  readonly pass: Pass
  /** Gives the place back; later calls do nothing. */
  readonly release: Release
}

export class Admission {
  readonly #limiters = new Map<string, Limiter>()
  readonly #budgets = new Map<string, RetryBudget>()
  readonly #breakers = new Map<string, Breaker>()
  readonly #coolDowns = new CoolDowns()
  readonly #changed: (target: string, model: string, state: BreakerState) => void

  constructor(changed: (target: string, model: string, state: BreakerState) => void) {
    this.#changed = changed
  }

  /**
   * Takes a place or waits for one, then asks cool-down and breaker. Throws `cooling_down`, `queue_full`, `circuit_open`, or the reason of the
   * life's end. A promise only where there is something to wait for.
   */
  enter({ target, model }: Member, client: number, life: Life): Permit | Promise<Permit> {
    life.throwIfAborted()
    const key = keyOf(target.name, model)
    const breaker = this.#breaker(target, model, key)
    // Refusals are told before the queue, too: waiting for one helps nobody.
    if (breaker.view.state === 'open') breaker.admit()
    this.#coolDowns.check(key)
    const limiter = this.#limiter(target)
    const place = limiter.take()
    if (place) return this.#admit(breaker, key, place)
    return limiter.acquire(client, life.signal).then((late) => this.#admit(breaker, key, late))
  }

  #admit(breaker: Breaker, key: string, release: Release): Permit {
    try {
      this.#coolDowns.check(key)
      return { pass: breaker.admit(), release }
    } catch (error) {
      release()
      throw error
    }
  }

  /** The provider asked for a pause. It holds for all, but never longer than a single request would wait. */
  coolDown({ target, model }: Member, ms: number): void {
    this.#coolDowns.begin(keyOf(target.name, model), ms, target.reliability.max_retry_after_ms)
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

  #breaker(target: Target, model: string, key: string): Breaker {
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

  /** The rules of a new configuration hold for what lives on. */
  reload(targets: Iterable<Target>): void {
    for (const target of targets) {
      const limiter = this.#limiters.get(target.name)
      if (limiter) limiter.rules = target
      const budget = this.#budgets.get(target.name)
      if (budget) budget.percent = target.reliability.retry_budget_percent
      for (const [key, breaker] of this.#breakers)
        if (key.startsWith(keyOf(target.name, ''))) breaker.rules = target.reliability.breaker
    }
  }

  breakerView(target: string, model: string): BreakerView {
    return this.#breakers.get(keyOf(target, model))?.view ?? CLOSED
  }

  load(target: string): { readonly in_flight: number; readonly queued: number } {
    const limiter = this.#limiters.get(target)
    return { in_flight: limiter?.running ?? 0, queued: limiter?.waiting ?? 0 }
  }

  dispose(): void {
    for (const breaker of this.#breakers.values()) breaker.dispose()
  }
}
