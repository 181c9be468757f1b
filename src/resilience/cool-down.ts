// A target that says 429 is full, not broken: its breaker learns nothing, but for as long as it asked to be left alone nobody asks it.
// Knows no request and waits for nothing. Nobody is kept from asking for longer than the configuration would wait for a provider, but everybody is
// told the whole wait: one that is too long is not begun.
import { Fault } from '../protocol/fault.ts'
import { clock } from './deadline.ts'

/** The code of the `rate_limited` fault that is made here and not by a provider. */
export const COOLING_DOWN = 'cooling_down'
/** Timers may wake that much before their time by this clock: whoever slept through the wait is let in. */
const SLACK_MS = 5

interface CoolDown {
  /** Until then nobody asks. */
  readonly closed: number
  /** Until when the target asked to be left alone; that may be far longer. */
  readonly asked: number
}

export class CoolDowns {
  readonly #coolDowns = new Map<string, CoolDown>()
  readonly #now: () => number

  constructor(now = clock) {
    this.#now = now
  }

  /** `key` asked to be left alone for `ms`, and is for `longest` at most; never shortens a wait that holds. */
  begin(key: string, ms: number, longest: number): void {
    const now = this.#now()
    for (const [other, { closed }] of this.#coolDowns)
      if (closed <= now) this.#coolDowns.delete(other)
    const { closed, asked } = this.#coolDowns.get(key) ?? { closed: now, asked: now }
    this.#coolDowns.set(key, {
      closed: Math.max(closed, now + Math.min(ms, longest)),
      asked: Math.max(asked, now + ms),
    })
  }

  /** Throws `rate_limited`/`cooling_down` with what is left of the wait that was asked for. */
  check(key: string): void {
    const coolDown = this.#coolDowns.get(key)
    if (!coolDown || coolDown.closed - this.#now() <= SLACK_MS) return
    const left = Math.ceil(coolDown.asked - this.#now())
    const text = `the target asked to be left alone (HTTP 429) for ${left} ms more; it is not called for now`
    throw new Fault('rate_limited', COOLING_DOWN, text, { retry_after_ms: left })
  }
}
