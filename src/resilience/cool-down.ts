// A target that says 429 is full, not broken: its breaker learns nothing, but for as long as it asked to be left alone nobody asks it.
// Knows no request and waits for nothing; a wait is never longer than the configuration would wait for a provider.
import { Fault } from '../protocol/fault.ts'
import { clock } from './deadline.ts'

/** The code of the `rate_limited` fault that is made here and not by a provider. */
export const COOLING_DOWN = 'cooling_down'
/** Timers may wake that much before their time by this clock: whoever slept through the wait is let in. */
const SLACK_MS = 5

export class CoolDowns {
  readonly #until = new Map<string, number>()
  readonly #now: () => number

  constructor(now = clock) {
    this.#now = now
  }

  /** `key` asked to be left alone for `ms`; never shortens a wait that holds. */
  begin(key: string, ms: number): void {
    const now = this.#now()
    for (const [other, until] of this.#until) if (until <= now) this.#until.delete(other)
    this.#until.set(key, Math.max(this.#until.get(key) ?? 0, now + ms))
  }

  /** Throws `rate_limited`/`cooling_down` with what is left of the wait. */
  check(key: string): void {
    const left = Math.ceil((this.#until.get(key) ?? 0) - this.#now())
    if (left <= SLACK_MS) return
    const text = `the target asked to be left alone (HTTP 429) for ${left} ms more; it is not called for now`
    throw new Fault('rate_limited', COOLING_DOWN, text, { retry_after_ms: left })
  }
}
