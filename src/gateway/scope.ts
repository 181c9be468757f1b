// What ends one request: the client's leave, the daemon's stop and the total deadline, whichever comes first.
import { Fault } from '../protocol/fault.ts'
import { clock, Watchdog } from '../resilience/deadline.ts'
import type { RequestContext } from './contract.ts'
import type { Life } from './life.ts'

export class Scope {
  readonly #context: RequestContext
  #watchdog: Watchdog | null = null
  #deadline = Number.POSITIVE_INFINITY

  constructor(context: RequestContext) {
    this.#context = context
  }

  get life(): Life {
    return this.#context.life
  }

  /** From now on the request ends `total_ms` after its line was read. */
  setTotal(total_ms: number): void {
    this.#deadline = this.#context.received_at + total_ms
    this.#watchdog?.stop()
    this.#watchdog = new Watchdog(Math.max(0, this.left()), () =>
      this.#context.life.abort(timedOut(total_ms)),
    )
  }

  /** Milliseconds until the total deadline. */
  left(): number {
    return this.#deadline - clock()
  }

  /** The fault that its end means; null: the client's own wish; undefined: it has not ended. */
  fault(): Fault | null | undefined {
    if (!this.life.aborted) return undefined
    const { reason } = this.life
    if (reason instanceof Fault) return reason
    if (reason === 'shutting_down')
      return new Fault('shutting_down', null, 'the daemon is stopping; ask again when it is back')
    return null
  }

  dispose(): void {
    this.#watchdog?.stop()
  }
}

const timedOut = (ms: number): Fault =>
  new Fault('timeout', 'total', `the request was not done within ${ms} ms (total_timeout_ms)`)
