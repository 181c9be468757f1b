// The TypeScript client: one connection, many requests, typed events. Speaks the wire protocol and nothing else; keeps no history.
import { randomUUID } from 'node:crypto'
import { connect as connectSocket, type Socket } from 'node:net'
import type { ClientMessage, InferRequest, ProbeRequest } from '../protocol/client-message.gen.ts'
import type {
  CancelledEvent,
  CompletedEvent,
  FailedEvent,
  GatewayError,
  GatewayEvent,
  ProbedEvent,
  StatusEvent,
} from '../protocol/gateway-event.gen.ts'

export type * from '../protocol/client-message.gen.ts'
export type {
  GatewayEvent,
  StatusEvent,
  ProbedEvent,
  CompletedEvent,
  FailedEvent,
  CancelledEvent,
} from '../protocol/gateway-event.gen.ts'

export type FinalEvent = CompletedEvent | FailedEvent | CancelledEvent

/** A refused or failed request, as thrown by `status`, `probe` and `completed`. `event` is the whole terminal event. */
export class GatewayRequestError extends Error {
  override readonly name = 'GatewayRequestError'
  readonly error: GatewayError
  readonly event: FailedEvent

  constructor(event: FailedEvent) {
    super(event.error.message)
    this.error = event.error
    this.event = event
  }
}

/** The connection to the daemon is gone; requests in flight ended with it. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
}

/** One running request: iterate it for its events, in order, the terminal one last. Leaving the loop early cancels it. */
export interface Inference extends AsyncIterable<GatewayEvent> {
  readonly request_id: string
  /** The terminal event; reads and drops what has not been read. Rejects with {@link ConnectionLostError}. */
  final(): Promise<FinalEvent>
  /** Asks for an early end; its terminal event still comes. */
  cancel(): void
}

export interface InferOptions {
  /** Aborting cancels the request. */
  readonly signal?: AbortSignal
}

/** Events that may wait unread before the daemon is slowed down. */
const MOST_WAITING = 4_096
const ENDS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'status', 'probed'])

/** Connects to the daemon's socket. Rejects with the system's error (`ENOENT`, `ECONNREFUSED`: no daemon listens there). */
export function connect(path: string): Promise<GatewayClient> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ path })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.removeListener('error', reject)
      resolve(new GatewayClient(socket))
    })
  })
}

export class GatewayClient {
  readonly #socket: Socket
  readonly #channels = new Map<string, Channel>()
  #rest: Buffer[] = []
  #waiting = 0
  #lost: ConnectionLostError | null = null

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', (error) => this.#lose(error.message))
    socket.on('close', () => this.#lose('closed by the daemon'))
  }

  /** Sends a request at once; its events wait until they are read. A missing `request_id` is made here. */
  infer(request: Omit<InferRequest, 'type'>, options: InferOptions = {}): Inference {
    const request_id = request.request_id ?? randomUUID()
    const channel = this.#open(request_id)
    const cancel = (): void => this.#send({ type: 'cancel', request_id })
    const { signal } = options
    signal?.addEventListener('abort', cancel, { once: true })
    channel.onEnd = () => signal?.removeEventListener('abort', cancel)
    this.#send({ ...request, type: 'infer', request_id })
    if (signal?.aborted) cancel()
    return new RunningInference(request_id, channel, cancel)
  }

  async status(): Promise<StatusEvent> {
    const event = await this.#ask({ type: 'status', request_id: randomUUID() })
    if (event.type === 'status') return event
    throw wrong(event)
  }

  async probe(request: Omit<ProbeRequest, 'type'>): Promise<ProbedEvent> {
    const event = await this.#ask({
      ...request,
      type: 'probe',
      request_id: request.request_id ?? randomUUID(),
    })
    if (event.type === 'probed') return event
    throw wrong(event)
  }

  /** Asks the daemon to drain and stop; resolves when it has closed the connection. */
  async exit(): Promise<void> {
    const request_id = randomUUID()
    const channel = this.#open(request_id)
    this.#send({ type: 'exit', request_id })
    try {
      const event = await channel.next()
      if (event) throw wrong(event)
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error
    }
  }

  /** Half-closes: requests in flight still end, then the connection does. */
  close(): void {
    this.#socket.end()
  }

  async #ask(message: ClientMessage & { request_id: string }): Promise<GatewayEvent> {
    const channel = this.#open(message.request_id)
    this.#send(message)
    const event = await channel.next()
    if (!event) throw new ConnectionLostError('the daemon gave no answer')
    return event
  }

  #open(request_id: string): Channel {
    if (this.#channels.has(request_id))
      throw new RangeError(`request_id "${request_id}" is in flight: choose another`)
    const channel = new Channel((taken) => this.#taken(taken))
    if (this.#lost) channel.lose(this.#lost)
    else this.#channels.set(request_id, channel)
    return channel
  }

  #send(message: ClientMessage): void {
    if (!this.#lost) this.#socket.write(`${JSON.stringify(message)}\n`)
  }

  #taken(count: number): void {
    this.#waiting -= count
    if (this.#waiting < MOST_WAITING && this.#socket.isPaused()) this.#socket.resume()
  }

  #read(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.#rest.push(chunk.subarray(from, end))
      this.#deliver(Buffer.concat(this.#rest).toString('utf8'))
      this.#rest = []
      from = end + 1
    }
    if (from < chunk.length) this.#rest.push(chunk.subarray(from))
    if (this.#waiting >= MOST_WAITING) this.#socket.pause()
  }

  #deliver(line: string): void {
    const event = eventOf(line)
    if (!event) return this.#abandon('it sent a line that is no event')
    // Without an id nobody knows whose line was refused, so nobody can wait for it any more.
    if (event.request_id === null)
      return this.#abandon(event.type === 'failed' ? event.error.message : 'it refused a line')
    const channel = this.#channels.get(event.request_id)
    if (!channel) return
    this.#waiting += 1
    const ends = ENDS.has(event.type)
    if (ends) this.#channels.delete(event.request_id)
    channel.push(event, ends)
  }

  #abandon(why: string): void {
    this.#lose(why)
    this.#socket.destroy()
  }

  #lose(why: string): void {
    this.#lost ??= new ConnectionLostError(`the connection to the daemon is gone: ${why}`)
    for (const channel of this.#channels.values()) channel.lose(this.#lost)
    this.#channels.clear()
  }
}

function eventOf(line: string): GatewayEvent | null {
  try {
    const value: unknown = JSON.parse(line)
    return isEvent(value) ? value : null
  } catch {
    return null
  }
}

/** The daemon validates what it sends; here only the envelope is looked at. */
const isEvent = (value: unknown): value is GatewayEvent =>
  typeof value === 'object' && value !== null && 'type' in value && 'request_id' in value

const wrong = (event: GatewayEvent): Error =>
  event.type === 'failed'
    ? new GatewayRequestError(event)
    : new ConnectionLostError(`unexpected ${event.type}`)

/** The events of one request on their way to its reader. */
class Channel {
  readonly #taken: (count: number) => void
  readonly #events: GatewayEvent[] = []
  #ended = false
  #lost: ConnectionLostError | null = null
  #wake: (() => void) | null = null
  onEnd: () => void = () => undefined

  constructor(taken: (count: number) => void) {
    this.#taken = taken
  }

  push(event: GatewayEvent, ends: boolean): void {
    this.#events.push(event)
    if (ends) this.#end()
    this.#wake?.()
  }

  lose(error: ConnectionLostError): void {
    this.#lost = error
    this.#end()
    this.#wake?.()
  }

  #end(): void {
    this.#ended = true
    this.onEnd()
  }

  /** The next event; undefined after the last. */
  async next(): Promise<GatewayEvent | undefined> {
    for (;;) {
      const event = this.#events.shift()
      if (event) {
        this.#taken(1)
        return event
      }
      if (this.#lost) throw this.#lost
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = null
    }
  }
}

class RunningInference implements Inference {
  readonly request_id: string
  readonly #channel: Channel
  readonly #cancel: () => void
  #final: FinalEvent | null = null

  constructor(request_id: string, channel: Channel, cancel: () => void) {
    this.request_id = request_id
    this.#channel = channel
    this.#cancel = cancel
  }

  cancel(): void {
    this.#cancel()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<GatewayEvent, void> {
    try {
      for (let event = await this.#channel.next(); event; event = await this.#channel.next()) {
        if (event.type === 'completed' || event.type === 'failed' || event.type === 'cancelled')
          this.#final = event
        yield event
      }
    } finally {
      if (!this.#final) this.#cancel()
    }
  }

  async final(): Promise<FinalEvent> {
    for (const events = this[Symbol.asyncIterator](); !this.#final;)
      if ((await events.next()).done) break
    if (!this.#final) throw new ConnectionLostError('the request ended without its terminal event')
    return this.#final
  }
}
