// Bytes of an event stream → server-sent events, over eventsource-parser. Bounded, strict about UTF-8, tolerant about everything else.
import { createParser } from 'eventsource-parser'
import { Fault } from '../protocol/fault.ts'

export interface SseMessage {
  readonly event: string
  readonly data: string
}

/** Nobody adds to it: a list that grows from nothing takes room for seventeen. */
const NONE: SseMessage[] = []

const LF = 10
/** How a bare JSON value begins, or may begin yet. */
const STRAY = /^\s*(?:[[{]|$)/

export class SseReader {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  readonly #parser
  #messages: SseMessage[] = NONE
  /** Lines that are no SSE fields: some servers put a bare JSON error between the events. */
  #stray: string[] = []
  #strayLength = 0
  /** Such a line without its end, so far: the parser would drop it unseen. */
  #held = ''
  /** The parser has the beginning of a line. */
  #midLine = false
  #overflow = false
  readonly #max: number

  constructor(maxEventBytes: number) {
    this.#max = maxEventBytes
    this.#parser = createParser({
      maxBufferSize: maxEventBytes,
      onEvent: ({ event, data }) => this.#add({ event: event ?? '', data }),
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') this.#overflow = true
        else if (error.type === 'unknown-field' && error.line !== undefined) this.#keep(error.line)
      },
    })
  }

  #add(message: SseMessage): void {
    if (this.#messages === NONE) this.#messages = [message]
    else this.#messages.push(message)
  }

  #keep(line: string): void {
    if (this.#stray.length === 0 && !/^\s*[[{]/.test(line)) return
    this.#stray.push(line)
    this.#strayLength += line.length
    this.#bound()
  }

  #bound(): void {
    if (this.#strayLength + this.#held.length > this.#max) this.#overflow = true
  }

  /** Nearly all reads end with a line, and go to the parser as they are. */
  #feed(text: string): void {
    if (this.#held !== '' || text.charCodeAt(text.length - 1) !== LF) return this.#feedTorn(text)
    this.#midLine = false
    this.#parser.feed(text)
  }

  /** Whole lines first: one of them may begin a stray value, and then what follows it may belong to that. */
  #feedTorn(text: string): void {
    const end = endOfLines(text)
    if (end > 0) {
      this.#midLine = false
      this.#parser.feed(this.#release() + text.slice(0, end))
    }
    const rest = text.slice(end)
    if (rest === '') return
    const stray = this.#held !== '' || this.#stray.length > 0 || STRAY.test(rest)
    if (stray && !this.#midLine) {
      this.#held += rest
      this.#bound()
    } else {
      this.#midLine = true
      this.#parser.feed(rest)
    }
  }

  /** What is held back, for the parser to have. */
  #release(): string {
    const held = this.#held
    this.#held = ''
    return held
  }

  /** The events that these bytes complete. Throws `protocol_violation` on invalid UTF-8 and on an event over the limit. */
  push(chunks: readonly Uint8Array[]): SseMessage[] {
    try {
      for (const chunk of chunks) this.#feed(this.#decoder.decode(chunk, { stream: true }))
    } catch (error) {
      throw this.#overflow ? tooLarge() : badBytes(error)
    }
    if (this.#overflow) throw tooLarge()
    return this.#take()
  }

  /**
   * At the end of the body: a last event without its blank line, and stray lines as one event. They may be cut off,
   * so they count only where `isWhole` says so.
   */
  end(isWhole: (data: string) => boolean): SseMessage[] {
    this.#parser.feed(`${this.#release()}\n\n`)
    const last = this.#take().filter(({ data }) => isWhole(data))
    const stray = this.#stray.join('\n')
    if (stray !== '' && isWhole(stray)) last.push({ event: '', data: stray })
    return last
  }

  #take(): SseMessage[] {
    const messages = this.#messages
    this.#messages = NONE
    return messages
  }
}

/** Where the last line that has its end is over; 0: none has. */
function endOfLines(text: string): number {
  const lines = text.lastIndexOf('\n') + 1
  return lines + text.slice(lines).lastIndexOf('\r') + 1
}

const tooLarge = (): Fault =>
  new Fault(
    'protocol_violation',
    'event_too_large',
    'one event of the stream is over limits.max_sse_event_bytes',
    { verdict: 'neutral' },
  )

const badBytes = (cause: unknown): Fault =>
  new Fault('protocol_violation', 'bad_utf8', 'the answer is not valid UTF-8', { cause })

/** The text of an answer that is no stream, as strictly. A character that is cut off at the end is left out. */
export function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch (error) {
    throw badBytes(error)
  }
}
