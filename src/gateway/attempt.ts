// One HTTP try: send, watch the deadlines, decode. Tells what the decoder says, batch by batch as it is taken; throws a Fault.
// Returns only after the dialect's own terminal marker; whatever happens, the exchange is over when this is.
import type { Dialect, DialectEvent, HttpCall, SseMessage } from '../dialects/contract.ts'
import { parseJson } from '../dialects/shared/json.ts'
import { Fault } from '../protocol/fault.ts'
import { Watchdog } from '../resilience/deadline.ts'
import { forbidsRetry, retryAfter } from '../resilience/retry.ts'
import type { Answer, Exchange, HttpClient } from '../transport/http.ts'
import { decode, SseReader } from '../transport/sse.ts'
import { answerTooLarge, checkCoding, formatOf, isPlain } from './format.ts'
import type { Life } from './life.ts'
import { requestOf } from './request.ts'

/** How long reading goes on after the terminal marker: an error there still counts. */
const GRACE_MS = 2_000
const ERROR_BODY_BYTES = 64 * 1024

interface Timeouts {
  readonly connect_timeout_ms: number
  readonly first_event_timeout_ms: number
  readonly idle_timeout_ms: number
}

type Take = (batch: readonly DialectEvent[]) => Promise<void> | null

export interface Try {
  readonly http: HttpClient
  readonly dialect: Dialect
  readonly call: HttpCall
  readonly endpoint: string
  /** The configuration's extra headers, their names in lower case; the call's own win. */
  readonly headers: Readonly<Record<string, string>>
  readonly secret: string | null
  /** What a recording of the exchange says beside its bytes. */
  readonly about?: Readonly<Record<string, unknown>>
  readonly timeouts: Timeouts
  readonly max_event_bytes: number
  readonly max_body_bytes: number
  /** Its end ends the try at once; the reason is the caller's affair. */
  readonly life: Life
  /** Told as soon as the status is known. */
  readonly answered: (status: number) => void
}

/** `take` gets every batch; the next bytes are read when it is done with one. What it throws ends the try. */
export async function attempt(tried: Try, take: Take): Promise<void> {
  const { life, timeouts } = tried
  const exchange = tried.http.send(requestOf(tried))
  const leave = (): void =>
    exchange.abort(new Fault('internal', 'abandoned', 'the call was abandoned'))
  life.enter(leave)
  let over = false
  const connect = silence(exchange, 'connect', timeouts.connect_timeout_ms)
  const watchdog = new Watchdog(timeouts.connect_timeout_ms, connect)
  let answering: Answering | null = null
  try {
    await exchange.connected()
    answering = new Answering(tried, exchange, watchdog, take)
    const format = await answering.head()
    await (format === 'json' ? answering.json() : answering.stream())
    over = true
  } finally {
    watchdog.stop()
    life.leave(leave)
    // A fault takes a stack trace, some 20 µs: none is made where the body has come to its end.
    if (!over) {
      leave()
      answering?.abandon()
    }
  }
}

const PHASES = {
  connect: 'no connection',
  first_event: 'no output',
  idle: 'no byte',
} as const

/** What ends an exchange that was silent for too long. */
function silence(exchange: Exchange, code: keyof typeof PHASES, ms: number): () => void {
  return () => {
    const text = `${PHASES[code]} within ${ms} ms (${code}_timeout_ms)`
    exchange.abort(new Fault('timeout', code, text))
  }
}

async function readError(tried: Try, exchange: Exchange, answer: Answer): Promise<Fault> {
  const text = await exchange.text(ERROR_BODY_BYTES)
  const body = isPlain(answer.headers['content-encoding']) ? text : ''
  const fault = tried.dialect.readFault(answer.status, answer.headers, body)
  return fault.with({
    retry_after_ms: fault.retry_after_ms ?? retryAfter(answer.headers, Date.now()),
    retry_forbidden: forbidsRetry(answer.headers),
  })
}

/** An answer on its way through reader and decoder. */
class Answering {
  readonly #tried: Try
  readonly #exchange: Exchange
  readonly #decoder
  readonly #watchdog: Watchdog
  readonly #take: Take
  /** Kept here alone while they are worked on: what an async function has had in its hands lives as long as it waits. Null: the body is over. */
  #chunks: readonly Buffer[] | null = null
  #begun = false
  #marked = false
  #finished = false

  /** `watchdog`: the try's own; whoever made it stops it. */
  constructor(tried: Try, exchange: Exchange, watchdog: Watchdog, take: Take) {
    this.#tried = tried
    this.#take = take
    this.#exchange = exchange
    this.#watchdog = watchdog
    this.#decoder = tried.dialect.decoder()
    this.#await('first_event')
  }

  #await(code: 'first_event' | 'idle'): void {
    const ms = this.#tried.timeouts[`${code}_timeout_ms`]
    this.#watchdog.aim(ms, silence(this.#exchange, code, ms))
  }

  /** Reads the status, the headers and the first bytes: enough to know what follows. */
  async head(): Promise<'json' | 'sse'> {
    const answer = await this.#exchange.answer()
    this.#tried.answered(answer.status)
    if (answer.status < 200 || answer.status > 299)
      throw await readError(this.#tried, this.#exchange, answer)
    checkCoding(answer.headers['content-encoding'])
    await this.#read()
    return formatOf(answer.headers['content-type'] ?? '', this.#chunks?.[0])
  }

  /** Calls that were held back, for their ids to come, have come all the same. Nobody waits for room: the end follows at once. */
  abandon(): void {
    const calls = this.#decoder.end().filter(({ type }) => type === 'tool_call')
    if (calls.length > 0) void this.#take(calls)
  }

  async stream(): Promise<void> {
    const reader = new SseReader(this.#tried.max_event_bytes)
    while (this.#chunks) {
      const room = this.#pass(reader)
      if (room) await room
      await this.#read()
    }
    const last = this.#broken ? null : this.#tellAll(reader.end(isWhole))
    if (last) await last
    const room = this.#tell(this.#decoder.end())
    if (room) await room
  }

  #pass(reader: SseReader): Promise<unknown> | null {
    return this.#tellAll(reader.push(this.#chunks ?? []))
  }

  async json(): Promise<void> {
    const pieces: Buffer[] = []
    let size = 0
    for (; this.#chunks; await this.#read()) {
      pieces.push(...this.#chunks)
      for (const chunk of this.#chunks) size += chunk.length
      if (size > this.#tried.max_body_bytes) throw answerTooLarge(this.#tried.max_body_bytes)
    }
    const text = decode(Buffer.concat(pieces))
    if (parseJson(text) === undefined) throw truncated('the JSON answer ended before it was whole')
    await this.#tell(this.#decoder.body(text))
    await this.#tell(this.#decoder.end())
  }

  /** As one batch, but for the first output: somebody waits for it, and it does not wait for what came with it. */
  #tellAll(messages: readonly SseMessage[], from = 0): Promise<unknown> | null {
    if (messages.length === 1 && messages[0]) return this.#tell(this.#decoder.push(messages[0]))
    const events: DialectEvent[] = []
    const awaited = !this.#begun && !this.#finished
    let come = false
    let at = from
    for (const message of from === 0 ? messages : messages.slice(from)) {
      at += 1
      for (const event of this.#decoder.push(message)) {
        events.push(event)
        come ||= awaited && isOutput(event)
      }
      if (come) break
    }
    const room = this.#tell(events)
    if (at === messages.length) return room
    return room ? room.then(() => this.#tellAll(messages, at)) : this.#tellAll(messages, at)
  }

  #broken = false

  /** The next chunks, or null at the end. */
  #read(): Promise<void> {
    this.#chunks = null
    return this.#exchange.read().then(this.#arrived, this.#brokenOff)
  }

  readonly #arrived = (chunks: readonly Buffer[] | null): void => {
    if (this.#begun && !this.#marked) this.#watchdog.touch()
    this.#chunks = chunks
  }

  /** After the marker, the end of the body, a reset and silence are all the same. */
  readonly #brokenOff = (error: unknown): void => {
    this.#broken = true
    if (this.#tried.life.aborted) throw error
    if (this.#marked) return
    if (error instanceof Fault && error.kind === 'transport' && error.code === 'reset')
      throw truncated('the connection broke before the answer was whole', error)
    throw error
  }

  /** Hands a batch up; time stands still until it is taken (null: it is). A fault ends the try after what came before it. */
  #tell(events: readonly DialectEvent[]): Promise<void> | null {
    const kept = this.#finished ? events.filter(({ type }) => AFTER_FINISH.has(type)) : events
    let fault: Fault | null = null
    let count = 0
    for (const event of kept) {
      if (event.type === 'fault') {
        ;({ fault } = event)
        break
      }
      this.#note(event)
      count += 1
    }
    const room = count > 0 ? this.#take(fault ? kept.slice(0, count) : kept) : null
    if (room) return this.#wait(room, fault)
    if (fault) throw fault
    return null
  }

  async #wait(room: Promise<void>, fault: Fault | null): Promise<void> {
    this.#watchdog.pause()
    await room
    this.#watchdog.resume()
    if (fault) throw fault
  }

  #note(event: DialectEvent): void {
    const { type } = event
    if (type === 'finish') this.#finished = true
    if ((type === 'marker' || type === 'finish') && !this.#marked) {
      this.#marked = true
      // A body that is whole has nothing left to wait for: most short answers need no timer here.
      if (this.#exchange.whole()) return
      this.#watchdog.aim(GRACE_MS, () => this.#exchange.abort(truncated('grace is over')))
    } else if ((!this.#begun || this.#marked) && isOutput(event)) {
      this.#begun = true
      // What goes on has not ended: some servers mark every chunk (docs/decisions/0010-grace.md).
      if (this.#marked) this.#watchdog.touch()
      else this.#await('idle')
    }
  }
}

/** A preamble is no output, nor is a part that only begins. */
function isOutput(event: DialectEvent): boolean {
  if ('delta' in event) return event.delta !== '' || event.type === 'tool_call'
  return event.type === 'opaque' || event.type === 'part_end'
}

const AFTER_FINISH: ReadonlySet<DialectEvent['type']> = new Set([
  'usage',
  'metadata',
  'warning',
  'fault',
])

const truncated = (text: string, cause?: unknown): Fault =>
  new Fault('transport', 'truncated', text, { cause })

const isWhole = (data: string): boolean => data.trim() === '[DONE]' || parseJson(data) !== undefined
