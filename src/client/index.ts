// The TypeScript client: one connection at a time, many requests, typed events. Speaks the wire protocol and nothing else; keeps no history
// and sends nothing twice.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { ClientMessage, InferRequest, ProbeRequest } from '../protocol/client-message.gen.ts'
import type { GatewayEvent, ProbedEvent, StatusEvent } from '../protocol/gateway-event.gen.ts'
import { Channel, inference, type Inference } from './channel.ts'
import { ConnectionLostError, GatewayRequestError } from './errors.ts'

export type * from '../protocol/client-message.gen.ts'
export type { GatewayEvent, ProbedEvent, StatusEvent } from '../protocol/gateway-event.gen.ts'
export type { FinalEvent, Inference } from './channel.ts'
export * from './errors.ts'

export interface RequestOptions {
  /** Aborting cancels the request, or gives up connecting. */
  readonly signal?: AbortSignal | undefined
}

export interface ConnectOptions extends RequestOptions {
  /** How long, in milliseconds, a new request waits for a daemon that has gone to come back. Default 5000; 0: one try, at once. */
  readonly patience_ms?: number | undefined
}

/** Events that may wait unread before the daemon is slowed down. */
const MOST_WAITING = 4_096

/** What the daemon takes for one: of another it could not tell whose it is, and the whole connection would be lost with it. */
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/

/** Connects to the daemon's socket. Rejects with the system's error (`ENOENT`, `ECONNREFUSED`: no daemon listens there). */
export async function connect(path: string, options: ConnectOptions = {}): Promise<GatewayClient> {
  const socket = await openSocket(path, options.signal)
  return new GatewayClient(path, socket, options.patience_ms)
}

async function openSocket(path: string, signal?: AbortSignal): Promise<Socket> {
  signal?.throwIfAborted()
  const socket = connectSocket({ path })
  try {
    await once(socket, 'connect', signal ? { signal } : {})
    return socket
  } catch (error) {
    socket.destroy()
    throw signal?.aborted ? signal.reason : error
  }
}

/** Made by {@link connect}. When its connection drops, the next request opens another one. */
export class GatewayClient {
  readonly #path: string
  readonly #patience_ms: number
  /** Requests in flight by id, those included that wait for a connection. */
  readonly #channels = new Map<string, Channel>()
  /** Lines that wait for a connection, and until when, by the id of their request. */
  readonly #unsent = new Map<string, { readonly line: string; readonly until: number }>()
  #socket: Socket | null = null
  #connecting = false
  readonly #closing = new AbortController()
  #waiting = 0

  constructor(path: string, socket: Socket, patience_ms = 5_000) {
    this.#path = path
    this.#patience_ms = patience_ms
    this.#adopt(socket)
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted
  }

  /** Sends a request at once; its events wait until they are read. A missing `request_id` is made here. Throws `RangeError` for one that cannot be used. */
  infer(request: Omit<InferRequest, 'type'>, { signal }: RequestOptions = {}): Inference {
    const request_id = request.request_id ?? randomUUID()
    const channel = this.#open({ ...request, type: 'infer', request_id }, signal)
    return inference(request_id, channel, () => this.#cancel(request_id))
  }

  async status({ signal }: RequestOptions = {}): Promise<StatusEvent> {
    const event = await this.#ask({ type: 'status', request_id: randomUUID() }, signal)
    if (event.type !== 'status') throw refusal(event)
    return event
  }

  /** Rejects with the signal's reason where that cancelled it. */
  async probe(
    request: Omit<ProbeRequest, 'type'>,
    { signal }: RequestOptions = {},
  ): Promise<ProbedEvent> {
    const request_id = request.request_id ?? randomUUID()
    const event = await this.#ask({ ...request, type: 'probe', request_id }, signal)
    if (event.type !== 'probed') throw refusal(event)
    return event
  }

  /** Asks the daemon to drain and stop; resolves when it has closed the connection. */
  async exit(): Promise<void> {
    try {
      throw refusal(await this.#ask({ type: 'exit', request_id: randomUUID() }))
    } catch (error) {
      if (!(error instanceof ConnectionLostError && error.sent)) throw error
    }
  }

  /** Half-closes, for good: requests in flight still end, then the connection does. Those that wait for one, and new ones, are lost. */
  close(): void {
    this.#closing.abort()
    this.#abandon('it was closed here')
    this.#socket?.end()
  }

  async #ask(
    message: ClientMessage & { request_id: string },
    signal?: AbortSignal,
  ): Promise<GatewayEvent> {
    try {
      const event = await this.#open(message, signal).last()
      if (event.type === 'cancelled') throw refusal(event)
      return event
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  }

  /** Sends a line now or as soon as there is a connection, and listens for its answers. */
  #open(message: ClientMessage & { request_id: string }, signal?: AbortSignal): Channel {
    const { request_id } = message
    if (!REQUEST_ID.test(request_id))
      throw new RangeError(
        `request_id ${JSON.stringify(request_id)}: must match ${REQUEST_ID.source}`,
      )
    if (this.#channels.has(request_id))
      throw new RangeError(`request_id "${request_id}" is in flight: choose another`)
    const line = `${JSON.stringify(message)}\n`
    const channel = new Channel(Buffer.byteLength(line), (change) => this.#count(change))
    const cancel = (): void => this.#cancel(request_id)
    signal?.addEventListener('abort', cancel, { once: true })
    channel.onEnd = () => signal?.removeEventListener('abort', cancel)
    this.#channels.set(request_id, channel)
    if (this.#socket && !this.#closed) this.#socket.write(line)
    else this.#unsent.set(request_id, { line, until: performance.now() + this.#patience_ms })
    if (signal?.aborted) cancel()
    if (this.#closed) this.#abandon('it was closed here')
    else if (!this.#socket && !this.#connecting) void this.#reconnect()
    return channel
  }

  #cancel(request_id: string): void {
    if (this.#unsent.delete(request_id))
      this.#lose(request_id, 'the request was cancelled before there was another', false)
    else if (this.#channels.has(request_id))
      this.#socket?.write(`${JSON.stringify({ type: 'cancel', request_id })}\n`)
  }

  /** Tries again, each time after twice as long, while requests wait; each for as long as its own patience lasts. */
  async #reconnect(): Promise<void> {
    this.#connecting = true
    for (let wait = 25; this.#unsent.size > 0; wait *= 2) {
      try {
        this.#adopt(await openSocket(this.#path))
        break
      } catch (error) {
        const now = performance.now()
        this.#abandon(error instanceof Error ? error.message : String(error), now)
        const [next] = this.#unsent.values()
        const { signal } = this.#closing
        // Else the wait would hold the process of who has closed.
        if (next) await delay(Math.min(wait, next.until - now), null, { signal }).catch(() => null)
      }
    }
    this.#connecting = false
  }

  #adopt(socket: Socket): void {
    if (this.#closed) return void socket.destroy()
    this.#socket = socket
    let rest: Buffer[] = []
    socket.on('data', (chunk: Buffer) => {
      let from = 0
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        rest.push(chunk.subarray(from, end))
        const mistake = this.#deliver(Buffer.concat(rest).toString('utf8'))
        if (mistake !== null) return this.#drop(socket, mistake)
        rest = []
        from = end + 1
      }
      if (from < chunk.length) rest.push(chunk.subarray(from))
    })
    socket.on('error', (error) => this.#drop(socket, error.message))
    socket.on('end', () => this.#drop(socket, 'closed by the daemon'))
    for (const { line } of this.#unsent.values()) socket.write(line)
    this.#unsent.clear()
    this.#count(0)
  }

  /** Null, or why this connection is good for nothing any more. */
  #deliver(line: string): string | null {
    const event = eventOf(line)
    if (!event) return 'it sent a line that is no event'
    if (event.type !== 'failed' || event.request_id !== null)
      this.#pass(event.request_id ?? '', event)
    else {
      const request_id = event.error.code === 'line_too_long' ? this.#longest() : undefined
      // Nobody knows whose line was refused, so nobody can wait for it any more.
      if (request_id === undefined) return event.error.message
      this.#pass(request_id, { ...event, request_id })
    }
    return null
  }

  #pass(request_id: string, event: GatewayEvent): void {
    if (this.#channels.get(request_id)?.push(event)) this.#channels.delete(request_id)
  }

  /** The longest line that nothing has come for. Every line over the limit is refused once, so the longest one is among them. */
  #longest(): string | undefined {
    const silent = [...this.#channels].filter(([id, each]) => each.silent && !this.#unsent.has(id))
    return silent.toSorted(([, one], [, other]) => other.bytes - one.bytes)[0]?.[0]
  }

  /** The daemon reads no faster from its providers than events are read here. */
  #count(change: number): void {
    this.#waiting += change
    if (this.#waiting >= MOST_WAITING) this.#socket?.pause()
    else this.#socket?.resume()
  }

  /** What was sent over this connection has no end any more. */
  #drop(socket: Socket, why: string): void {
    if (this.#socket !== socket) return
    this.#socket = null
    socket.destroy()
    for (const request_id of this.#channels.keys()) this.#lose(request_id, why, true)
  }

  /** No connection for those that wait for one, and whose time is over at `now`. */
  #abandon(why: string, now = Infinity): void {
    for (const [request_id, { until }] of this.#unsent)
      if (until <= now && this.#unsent.delete(request_id)) this.#lose(request_id, why, false)
  }

  #lose(request_id: string, why: string, sent: boolean): void {
    this.#channels.get(request_id)?.lose(new ConnectionLostError(why, sent))
    this.#channels.delete(request_id)
  }
}

/** The daemon validates what it sends; here only the envelope is looked at. */
function eventOf(line: string): GatewayEvent | null {
  try {
    const parse: (text: string) => GatewayEvent | null = JSON.parse
    const event = parse(line)
    return event?.request_id === undefined ? null : event
  } catch {
    return null
  }
}

const refusal = (event: GatewayEvent): Error =>
  event.type === 'failed'
    ? new GatewayRequestError(event)
    : new TypeError(`a request was answered with ${event.type}`)
