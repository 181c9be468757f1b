// The events of one request on their way from the connection to their reader, and what a reader holds of it. Knows no socket.
import type { GatewayEvent } from '../protocol/gateway-event.gen.ts'
import type { ConnectionLostError } from './errors.ts'

export type FinalEvent = Extract<GatewayEvent, { type: 'completed' | 'failed' | 'cancelled' }>

/** One running request: iterate it for its events, in order, the terminal one last. Leaving the loop early cancels it. */
export interface Inference extends AsyncIterable<GatewayEvent> {
  readonly request_id: string
  /** The terminal event; reads and drops what has not been read. Rejects with {@link ConnectionLostError}. */
  final(): Promise<FinalEvent>
  /** Asks for an early end; its terminal event still comes. */
  cancel(): void
}

const ENDS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'status', 'probed'])

export class Channel {
  /** Of the line that asked. */
  readonly bytes: number
  /** Nothing has come. */
  silent = true
  readonly #count: (change: number) => void
  readonly #events: GatewayEvent[] = []
  #last: GatewayEvent | null = null
  #lost: ConnectionLostError | null = null
  #left = false
  #news: PromiseWithResolvers<void> | null = null
  onEnd: () => void = () => undefined

  /** `count` is told how many more events wait unread. */
  constructor(bytes: number, count: (change: number) => void) {
    this.bytes = bytes
    this.#count = count
  }

  /** True: that was the last. */
  push(event: GatewayEvent): boolean {
    this.silent = false
    const ends = ENDS.has(event.type)
    if (ends) this.#last = event
    if (!this.#left) {
      this.#events.push(event)
      this.#count(1)
    }
    this.#wake(ends)
    return ends
  }

  lose(error: ConnectionLostError): void {
    this.#lost = error
    this.#wake(true)
  }

  /** The next event; undefined after the last. */
  async next(): Promise<GatewayEvent | undefined> {
    for (;;) {
      const event = this.#events.shift()
      if (event) {
        this.#count(-1)
        return event
      }
      if (this.#last) return undefined
      await this.#change()
    }
  }

  /** The terminal event. What comes before it is dropped from now on, so that it holds up nobody. */
  async last(): Promise<GatewayEvent> {
    this.leave()
    while (!this.#last) await this.#change()
    return this.#last
  }

  /** Nobody reads on: what is unread, and what still comes, is dropped. True: nothing would come. */
  leave(): boolean {
    this.#left = true
    this.#count(-this.#events.splice(0).length)
    return this.#last !== null || this.#lost !== null
  }

  async #change(): Promise<void> {
    if (this.#lost) throw this.#lost
    this.#news ??= Promise.withResolvers()
    await this.#news.promise
  }

  #wake(ended: boolean): void {
    if (ended) this.onEnd()
    this.#news?.resolve()
    this.#news = null
  }
}

/** The request behind `channel`, for its reader. */
export function inference(request_id: string, channel: Channel, cancel: () => void): Inference {
  return {
    request_id,
    cancel,
    async *[Symbol.asyncIterator]() {
      try {
        for (let event = await channel.next(); event; event = await channel.next()) yield event
      } finally {
        if (!channel.leave()) cancel()
      }
    },
    async final() {
      const event = await channel.last()
      if (isFinal(event)) return event
      throw new TypeError(`a request was answered with ${event.type}`)
    },
  }
}

const isFinal = (event: GatewayEvent): event is FinalEvent =>
  event.type === 'completed' || event.type === 'failed' || event.type === 'cancelled'
