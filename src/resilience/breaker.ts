// One circuit breaker per (target, model), over opossum. Gate first, record the classified outcome later: opossum keeps the rolling window and
// the states, and never sees a stream. Neutral outcomes touch nothing; late outcomes of an older generation count for nothing.
import CircuitBreaker from 'opossum'
import { Fault, type Verdict } from '../protocol/fault.ts'
import { clock } from './deadline.ts'

export interface BreakerRules {
  readonly failure_percent: number
  readonly minimum_requests: number
  readonly window_ms: number
  readonly open_ms: number
}

export type BreakerState = 'closed' | 'open' | 'half_open'

/** Leave to call once. `record` counts the first verdict only. */
export interface Pass {
  record(verdict: Verdict): void
}

export interface BreakerView {
  readonly state: BreakerState
  readonly retry_after_ms: number | null
  readonly opened: number
}

export class Breaker {
  readonly #rules: BreakerRules
  readonly #changed: (state: BreakerState) => void
  readonly #circuit
  /** Grows with every change of state: what was admitted before it is not asked after it. */
  #generation = 0
  #probing = false
  #openedAt = 0
  #opened = 0

  constructor(rules: BreakerRules, changed: (state: BreakerState) => void) {
    this.#rules = rules
    this.#changed = changed
    this.#circuit = new CircuitBreaker(outcome, {
      timeout: false,
      errorThresholdPercentage: rules.failure_percent,
      volumeThreshold: rules.minimum_requests,
      rollingCountTimeout: rules.window_ms,
      rollingCountBuckets: 10,
      resetTimeout: rules.open_ms,
      rollingPercentilesEnabled: false,
    })
    this.#circuit.on('open', () => this.#change('open'))
    this.#circuit.on('halfOpen', () => this.#change('half_open'))
    this.#circuit.on('close', () => this.#change('closed'))
  }

  #change(state: BreakerState): void {
    this.#generation += 1
    this.#probing = false
    if (state === 'open') {
      this.#openedAt = clock()
      this.#opened += 1
    }
    this.#changed(state)
  }

  get view(): BreakerView {
    const state = this.#circuit.opened ? 'open' : this.#circuit.halfOpen ? 'half_open' : 'closed'
    const left = Math.max(0, Math.ceil(this.#openedAt + this.#rules.open_ms - clock()))
    return { state, retry_after_ms: state === 'open' ? left : null, opened: this.#opened }
  }

  /** Nothing is lost with it: closed, and nobody is being asked. */
  get idle(): boolean {
    return !this.#circuit.opened && !this.#circuit.halfOpen
  }

  /** Throws `circuit_open` with how long to wait. Half-open admits one probe at a time. */
  admit(): Pass {
    const { state, retry_after_ms } = this.view
    if (state === 'open' || (state === 'half_open' && this.#probing)) {
      const wait = retry_after_ms ?? PROBE_WAIT_MS
      const why =
        state === 'open' ? 'failed too often lately' : 'is being tried out by another request'
      throw new Fault('circuit_open', state, `the target ${why}; it is not called for now`, {
        retry_after_ms: wait,
      })
    }
    const probe = state === 'half_open'
    if (probe) this.#probing = true
    const generation = this.#generation
    let open = true
    return {
      record: (verdict) => {
        if (!open) return
        open = false
        if (generation !== this.#generation) return
        if (probe) this.#probing = false
        // The action settles at once and the circuit tells by its events: nothing is awaited, nothing is thrown.
        if (verdict !== 'neutral') this.#circuit.fire(verdict).catch(() => undefined)
      },
    }
  }

  /** Stops its timers. */
  dispose(): void {
    this.#circuit.shutdown()
  }
}

/** What to wait while another request is the probe. */
const PROBE_WAIT_MS = 1_000

const outcome = (verdict: Verdict): Promise<void> =>
  verdict === 'failure' ? Promise.reject(new Error(verdict)) : Promise.resolve()
