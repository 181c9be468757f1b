// One client from its first byte to its last: lines in, requests to the gateway, events out. Never keeps a request's content, never
// tells what only the gateway can know, and never lets one bad line or request end the others.
import type { Socket } from 'node:net'
import type { AbortCause, Identified, RequestContext, Tell } from '../gateway/contract.ts'
import { Life } from '../gateway/life.ts'
import type {
  CancelRequest,
  ClientMessage,
  InferRequest,
  ProbeRequest,
} from '../protocol/client-message.gen.ts'
import { Fault } from '../protocol/fault.ts'
import type { GatewayEvent } from '../protocol/gateway-event.gen.ts'
import { failedEvent } from '../protocol/refusal.ts'
import { readLine } from '../protocol/validate.ts'
import { clock, every } from '../resilience/deadline.ts'
import { lineOf } from './event-line.ts'
import { refusalOf, type House } from './house.ts'
import { LineReader, type Line } from './lines.ts'
import { codeOf } from './listen-error.ts'
import { bugFacts } from './logger.ts'
import { Outbox } from './outbox.ts'
import { makeRequestId } from './request-id.ts'

/** How soon a client that has closed both directions is told from one that has only half-closed. */
const POKE_MS = 100
const TERMINAL: ReadonlySet<GatewayEvent['type']> = new Set([
  'completed',
  'failed',
  'cancelled',
  'probed',
])

type Order = Exclude<ClientMessage, CancelRequest>

export class Connection {
  /** Resolves when the socket has closed and the gateway is through with every request of it. */
  readonly done: Promise<void>
  readonly #house: House
  readonly #socket: Socket
  readonly #client: number
  readonly #outbox: Outbox
  /** Requests whose terminal is not out yet. */
  readonly #inFlight = new Map<string, Life>()
  /** Requests that the gateway is not through with. */
  #running = 0
  /** No more lines are taken. */
  #over = false
  #gone = false
  #stopPoking: (() => void) | null = null
  readonly #finished: () => void

  /** `client`: this connection's number. */
  constructor(socket: Socket, client: number, house: House) {
    this.#socket = socket
    this.#client = client
    this.#house = house
    this.#outbox = new Outbox(socket, house.limits, () => {
      house.tally.stalled_clients += 1
      house.logger.warn({ client }, 'a client drained nothing for too long and is cut off')
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    this.done = promise
    this.#finished = resolve
    socket.on('error', (error) => {
      house.logger.debug({ client, code: codeOf(error) }, 'a client is gone')
    })
    socket.once('close', () => {
      this.#over = this.#gone = true
      this.abort('client_gone')
      this.#settle()
    })
    this.#listen()
  }

  /** Ends all its requests; their terminals still go out. */
  abort(cause: AbortCause): void {
    for (const life of this.#inFlight.values()) life.abort(cause)
  }

  /** Takes no more lines, and closes once everything is out. */
  finish(): void {
    this.#over = true
    this.#outbox.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Events, because an iterator over them costs a client's every write 3 µs. */
  #listen(): void {
    const lines = new LineReader(() => this.#house.limits().max_line_bytes)
    // Resolves once what was taken last is answered; null: it is.
    let answered: Promise<void> | null = null
    this.#socket.on('data', (chunk: Buffer) => {
      answered = this.#takeAll(lines.push(chunk))
      if (!answered) return
      this.#socket.pause()
      void answered.then(() => this.#socket.resume())
    })
    this.#socket.once('end', () => void this.#finishInput(answered, lines))
  }

  /** The input is over; that may be heard while reading rests. */
  async #finishInput(answered: Promise<void> | null, lines: LineReader): Promise<void> {
    await answered
    await this.#takeAll(lines.end())
    this.#over = true
    this.#settle()
    if (this.#running === 0 || this.#gone) return
    this.#outbox.poke()
    this.#stopPoking = every(POKE_MS, () => this.#outbox.poke())
  }

  /** Null: none has to wait for its answer. */
  #takeAll(lines: Generator<Line>): Promise<void> | null {
    for (let next = lines.next(); next.done !== true; next = lines.next()) {
      const wait = this.#take(next.value)
      if (wait) return this.#takeRest(wait, lines)
    }
    return null
  }

  async #takeRest(wait: Promise<void>, lines: Generator<Line>): Promise<void> {
    await wait
    for (const line of lines) await this.#take(line)
  }

  /** Answers are awaited before the next line: in order, and no faster than the client reads them. Null: there is none to wait for. */
  #take(line: Line): Promise<void> | null {
    if (this.#over) return null
    this.#house.tally.lines += 1
    const received_at = clock()
    try {
      if (line.kind === 'too_long')
        return this.#refuse(null, tooLong(this.#house.limits().max_line_bytes))
      const reading = readLine(line.bytes)
      if (!reading.ok) return this.#refuse(reading.request_id, reading.fault)
      const { message } = reading
      if (message.type === 'cancel') {
        this.#inFlight.get(message.request_id)?.abort('client_cancel' satisfies AbortCause)
        return null
      }
      // Only cancels are obeyed past a full outbox.
      const room = this.#outbox.room()
      return room ? this.#obeyLater(room, message, received_at) : this.#obey(message, received_at)
    } catch (error) {
      return this.#apologize(error)
    }
  }

  async #obeyLater(room: Promise<void>, message: Order, received_at: number): Promise<void> {
    await room
    try {
      await this.#obey(message, received_at)
    } catch (error) {
      await this.#apologize(error)
    }
  }

  #apologize(error: unknown): Promise<void> {
    return this.#refuse(null, this.#bug(error, null))
  }

  #obey(message: Order, received_at: number): Promise<void> | null {
    const { gateway, tally } = this.#house
    if (message.type === 'exit') return this.#exit(message.request_id ?? null)
    // There is room, too, once nobody is there: a request begun now would be ended by nobody.
    if (this.#gone) return null
    const request_id = message.request_id ?? makeRequestId()
    if (this.#inFlight.has(request_id)) return this.#refuse(null, duplicate(request_id))
    if (message.type === 'status') return this.#tell(gateway.status(request_id, { ...tally }))
    const refusal = refusalOf(this.#house, this.#inFlight.size)
    if (refusal) return this.#refuse(request_id, refusal)
    this.#start({ ...message, request_id }, received_at)
    return null
  }

  #exit(request_id: string | null): Promise<void> | null {
    if (this.#house.allow_exit) {
      this.#house.exit()
      return null
    }
    const text = 'clients may not stop this daemon (allow_exit is false): send it SIGTERM'
    return this.#refuse(request_id, new Fault('permission', null, text))
  }

  #start(request: Identified<InferRequest | ProbeRequest>, received_at: number): void {
    const life = new Life()
    this.#inFlight.set(request.request_id, life)
    this.#running += 1
    const context = { life, received_at, client: this.#client }
    this.#house.running.set(context, this.#run(request, context))
  }

  /** Passes the request's events on as fast as the client takes them. Never rejects. */
  async #run(
    request: Identified<InferRequest | ProbeRequest>,
    context: RequestContext,
  ): Promise<void> {
    const { gateway } = this.#house
    const { request_id } = request
    let ended = false
    const tell: Tell<GatewayEvent> = (batch) => {
      if (ended) throw new Error('a batch after the terminal event')
      ended = TERMINAL.has(batch.at(-1)?.type ?? 'started')
      // Who is alone has its output at once; among many, one write a turn is worth more.
      const now = this.#running === 1 && !ended && batch[0]?.type !== 'started'
      const wait = this.#outbox.pace(this.#write(batch), now)
      if (!ended) return wait
      if (wait) return wait.then(() => void this.#inFlight.delete(request_id))
      this.#inFlight.delete(request_id)
      return null
    }
    try {
      if (request.type === 'infer') await gateway.infer(request, context, tell)
      else await gateway.probe(request, context, tell)
      if (!ended) throw new Error('the request ended without a terminal event')
    } catch (error) {
      const fault = this.#bug(error, request_id)
      if (!ended) await this.#outbox.send(this.#write([failedEvent(request_id, fault)]))
      this.#inFlight.delete(request_id)
    } finally {
      this.#house.running.delete(context)
      this.#running -= 1
      this.#settle()
    }
  }

  #write(events: readonly GatewayEvent[]): string {
    let text = ''
    for (const event of events) {
      this.#house.check?.(event)
      text += lineOf(event)
    }
    return text
  }

  async #tell(event: GatewayEvent): Promise<void> {
    await this.#outbox.send(this.#write([event]))
  }

  /** An id that is in flight would be taken for that request's end, so null stands for it. */
  #refuse(request_id: string | null, fault: Fault): Promise<void> {
    this.#house.tally.refused_lines += 1
    const usable = request_id !== null && !this.#inFlight.has(request_id)
    return this.#tell(failedEvent(usable ? request_id : null, fault))
  }

  #bug(error: unknown, request_id: string | null): Fault {
    const facts = { client: this.#client, request_id, ...bugFacts(error) }
    this.#house.logger.error(facts, 'a bug: please report it with this line')
    return new Fault('internal', null, 'the daemon has a bug; its log says more')
  }

  #settle(): void {
    if (this.#running > 0 || !this.#over) return
    this.#stopPoking?.()
    this.#outbox.end()
    if (this.#gone) this.#finished()
  }
}

function tooLong(limit: number): Fault {
  const text = `the line is longer than ${limit} bytes (limits.max_line_bytes) and was left out`
  return new Fault('invalid_request', 'line_too_long', text)
}

function duplicate(request_id: string): Fault {
  const text = `request_id "${request_id}" is in flight on this connection: choose another`
  return new Fault('invalid_request', 'duplicate_request_id', text, { pointer: '/request_id' })
}
