// How many attempts a target takes at once and how fast they start. Waiting is bounded and fair between clients: one with many
// requests waits behind one with few. No clock of its own but `deadline`'s.
import { Fault } from '../protocol/fault.ts'
import { clock, delay } from './deadline.ts'

export interface LimiterRules {
  readonly max_concurrency: number
  readonly max_queue: number
  /** Starts per second, evenly spaced; null: no limit. */
  readonly requests_per_second: number | null
}

interface Waiter {
  readonly admit: () => void
}

/** A place among the running attempts. Released once; later calls do nothing. */
export type Release = () => void

export class Limiter {
  #rules: LimiterRules
  #running = 0
  #nextStart = 0
  /** While the next start is waited for. */
  #turn: AbortController | null = null
  /** Waiting requests by client, clients in the order of their next turn. */
  readonly #queues = new Map<number, Waiter[]>()

  constructor(rules: LimiterRules) {
    this.#rules = rules
  }

  /** New rules after a reload: a smaller cap admits none until the running ones are below it. */
  set rules(rules: LimiterRules) {
    this.#rules = rules
    // A wait that went by the old rate starts over.
    this.#nextStart = 0
    this.#turn?.abort()
    this.#admit()
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    let count = 0
    for (const queue of this.#queues.values()) count += queue.length
    return count
  }

  /** A place, where there is one and nobody waits for it; else it has to be acquired. */
  take(): Release | null {
    if (this.#queues.size > 0 || !this.#hasRoom() || this.#pause() > 0) return null
    this.#enter()
    return this.#release()
  }

  /** Resolves with a place; throws `overloaded`/`queue_full` at once where too many wait, and the signal's reason when it aborts. */
  async acquire(client: number, signal: AbortSignal): Promise<Release> {
    signal.throwIfAborted()
    const place = this.take()
    if (place) return place
    await this.#wait(client, signal)
    return this.#release()
  }

  #release(): Release {
    let held = true
    return () => {
      if (held) this.#leave()
      held = false
    }
  }

  #leave(): void {
    this.#running -= 1
    this.#admit()
  }

  #wait(client: number, signal: AbortSignal): Promise<void> {
    if (this.waiting >= this.#rules.max_queue) {
      const { max_concurrency: running, max_queue: queue } = this.#rules
      throw new Fault(
        'overloaded',
        'queue_full',
        `${running} requests are running and ${queue} waiting (max_concurrency, max_queue)`,
      )
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#forget(client, waiter)
        reject(signal.reason)
      }
      const waiter: Waiter = {
        admit: () => {
          signal.removeEventListener('abort', abort)
          resolve()
        },
      }
      signal.addEventListener('abort', abort, { once: true })
      const queue = this.#queues.get(client)
      if (queue) queue.push(waiter)
      else this.#queues.set(client, [waiter])
      this.#admit()
    })
  }

  #forget(client: number, waiter: Waiter): void {
    const queue = this.#queues.get(client)?.filter((other) => other !== waiter) ?? []
    if (queue.length > 0) this.#queues.set(client, queue)
    else this.#queues.delete(client)
    if (this.#queues.size === 0) this.#turn?.abort()
  }

  /** Lets in the first waiter of the client whose turn it is, as starts may follow each other, and sends that client to the back. */
  #admit(): void {
    while (this.#queues.size > 0 && this.#hasRoom()) {
      const pause = this.#pause()
      if (pause > 0) return void this.#admitIn(pause)
      const next = this.#queues.entries().next()
      if (next.done) return
      const [client, [first, ...rest]] = next.value
      this.#queues.delete(client)
      if (rest.length > 0) this.#queues.set(client, rest)
      if (!first) continue
      this.#enter()
      first.admit()
    }
  }

  #hasRoom(): boolean {
    return this.#running < this.#rules.max_concurrency
  }

  /** Milliseconds until the next start may be. */
  #pause(): number {
    return this.#rules.requests_per_second === null ? 0 : this.#nextStart - clock()
  }

  #enter(): void {
    this.#running += 1
    const rate = this.#rules.requests_per_second
    if (rate !== null) this.#nextStart = Math.max(clock(), this.#nextStart) + 1000 / rate
  }

  /** One wait for all: it ends early when nobody waits any more. */
  async #admitIn(ms: number): Promise<void> {
    if (this.#turn) return
    this.#turn = new AbortController()
    await delay(ms, this.#turn.signal).catch(() => undefined)
    this.#turn = null
    this.#admit()
  }
}
