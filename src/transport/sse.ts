// Bytes of an event stream → server-sent events, over eventsource-parser. Bounded, strict about UTF-8, tolerant about everything else.
import { createParser } from 'eventsource-parser'
import { Fault } from '../protocol/fault.ts'

export interface SseMessage {
  readonly event: string
  readonly data: string
}

/** Nobody adds to it: a list that grows from nothing takes room for seventeen. */
const NONE: SseMessage[] = []

export class SseReader {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  readonly #parser
  #messages: SseMessage[] = NONE
  /** Lines that are no SSE fields: some servers put a bare JSON error between the events. */
  #stray: string[] = []
  #overflow = false

  constructor(maxEventBytes: number) {
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
    if (this.#stray.length > 0 || /^\s*[[{]/.test(line)) this.#stray.push(line)
  }

  /** The events that these bytes complete. Throws `protocol_violation` on invalid UTF-8 and on an event over the limit. */
  push(chunks: readonly Uint8Array[]): SseMessage[] {
    try {
      for (const chunk of chunks) this.#parser.feed(this.#decoder.decode(chunk, { stream: true }))
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
    this.#parser.feed('\n\n')
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

const tooLarge = (): Fault =>
  new Fault(
    'protocol_violation',
    'event_too_large',
    'one event of the stream is over limits.max_sse_event_bytes',
    { verdict: 'neutral' },
  )

const badBytes = (cause: unknown): Fault =>
  new Fault('protocol_violation', 'bad_utf8', 'the stream is not valid UTF-8', { cause })
