// One circuit breaker per (target, model), over opossum. Gate first, record the classified outcome later: opossum keeps the rolling window and
// the states, and never sees a stream. Neutral outcomes touch nothing; late outcomes of an older generation count for nothing.
import { isDeepStrictEqual } from 'node:util'
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

/** Leave to call once. */
export interface Pass {
  /** The target answers: enough for a probe, which is a success from here on. Others are judged by their end. */
  begun(): void
  /** How it ended; the first verdict counts. */
  record(verdict: Verdict): void
}

export interface BreakerView {
  readonly state: BreakerState
  readonly retry_after_ms: number | null
  readonly opened: number
}

export class Breaker {
  #rules: BreakerRules
  readonly #changed: (state: BreakerState) => void
  readonly #now: () => number
  #circuit: CircuitBreaker<[Verdict], void>
  /** Grows with every change of state: what was admitted before it is not asked after it. */
  #generation = 0
  #probing = false
  #halfOpenAt = 0
  #opened = 0

  /** `changed` is told every new state; `now` is a monotonic clock in milliseconds. */
  constructor(rules: BreakerRules, changed: (state: BreakerState) => void, now = clock) {
    this.#rules = rules
    this.#changed = changed
    this.#now = now
    this.#circuit = this.#closedCircuit()
  }

  /** A circuit with an empty window: what failed before a recovery does not count after it. */
  #closedCircuit(): CircuitBreaker<[Verdict], void> {
    const { failure_percent, minimum_requests, window_ms, open_ms } = this.#rules
    const circuit = new CircuitBreaker(outcome, {
      timeout: false,
      // opossum opens above its threshold, the rule is "at least".
      errorThresholdPercentage: failure_percent - 1e-9,
      volumeThreshold: minimum_requests,
      rollingCountTimeout: window_ms,
      rollingCountBuckets: 10,
      resetTimeout: open_ms,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    })
    circuit.on('open', () => {
      this.#halfOpenAt = this.#now() + open_ms
      this.#change('open')
    })
    circuit.on('halfOpen', () => this.#change('half_open'))
    circuit.on('close', () => {
      circuit.shutdown()
      this.#circuit = this.#closedCircuit()
      this.#change('closed')
    })
    return circuit
  }

  #change(state: BreakerState): void {
    this.#generation += 1
    this.#probing = false
    if (state === 'open') this.#opened += 1
    this.#changed(state)
  }

  /** After a reload: other rules hold at once where it is closed, with an empty window, else from its next closing on. */
  set rules(rules: BreakerRules) {
    const same = isDeepStrictEqual(this.#rules, rules)
    this.#rules = rules
    if (same || this.view.state !== 'closed') return
    this.#circuit.shutdown()
    this.#circuit = this.#closedCircuit()
  }

  get view(): BreakerView {
    const state = this.#circuit.opened ? 'open' : this.#circuit.halfOpen ? 'half_open' : 'closed'
    const left = Math.max(0, Math.ceil(this.#halfOpenAt - this.#now()))
    return { state, retry_after_ms: state === 'open' ? left : null, opened: this.#opened }
  }

  /** Throws `circuit_open` with how long to wait. Half-open admits one probe at a time. */
  admit(): Pass {
    const { state, retry_after_ms } = this.view
    if (state === 'open' || (state === 'half_open' && this.#probing)) {
      const why =
        state === 'open' ? 'failed too often lately' : 'is being tried out by another request'
      const wait = { retry_after_ms: retry_after_ms ?? PROBE_WAIT_MS }
      throw new Fault('circuit_open', state, `the target ${why}; it is not called for now`, wait)
    }
    const probe = state === 'half_open'
    this.#probing = probe
    const generation = this.#generation
    let asked = true
    const record = (verdict: Verdict): void => {
      if (!asked) return
      asked = false
      if (generation !== this.#generation) return
      if (verdict === 'neutral') this.#probing = false
      // Settles at once and tells by events; until then a probe keeps its place. Nothing is awaited, nothing is thrown.
      else this.#circuit.fire(verdict).catch(() => undefined)
    }
    return { begun: () => probe && record('success'), record }
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
