// What one client is told, in order: gathered as one string a loop turn, written in slices of which one is under way at a time,
// so that every slice taken shows a client that still reads. Never drops anything while the client is there; never holds more than the
// mark and one batch.
import type { Socket } from 'node:net'
import { Watchdog } from '../resilience/deadline.ts'

/** Small enough that a slow reader is not taken for a stalled one (2 KB/s pass a stall timeout of 30 s), large enough to cost nothing. */
const SLICE_BYTES = 65_536
/** Characters that are surely no more bytes than a slice. */
const SHORT = SLICE_BYTES / 4
/** How long a client may leave its own direction open after we have closed ours. */
const FAREWELL_MS = 200
/** How much may wait for a client before its providers are slowed down: enough for one that reads, little for one that does not. */
const PACE_BYTES = 262_144
const EMPTY = Buffer.alloc(0)

export interface OutboxLimits {
  /** High-water mark: nothing is taken while so much waits for the client; a single text may exceed it alone. */
  readonly max_outbox_bytes: number
  /** With something to write and not a slice taken for so long, the client is given up. */
  readonly stalled_client_timeout_ms: number
}

export class Outbox {
  readonly #socket: Socket
  readonly #limits: () => OutboxLimits
  readonly #stall: Watchdog
  /** Taken in this turn, or while a slice is under way. */
  #text = ''
  /** Encoded, not yet in the kernel's hands. */
  #bytes: Buffer = EMPTY
  /** Length of a short text that is under way as it is: one that is encoded on its own costs a buffer. */
  #short = 0
  /** Texts for which there was no room, in order. */
  readonly #waiting: { text: string; mark: number; taken: () => void }[] = []
  #scheduled = false
  #writing = false
  #ending = false
  #over = false

  /** `stalled` is called once, when the client has drained nothing for too long; the socket is destroyed then. */
  constructor(socket: Socket, limits: () => OutboxLimits, stalled: () => void) {
    this.#socket = socket
    this.#limits = limits
    this.#stall = new Watchdog(limits().stalled_client_timeout_ms, () => {
      stalled()
      socket.destroy()
    })
    this.#stall.pause()
    socket.once('close', () => this.#close())
  }

  /**
   * Whole lines for the client. Null: taken. Else there is no room, and the promise resolves once it is taken; whoever produces more before that
   * defeats the bound. After the end, and for a client that is gone, texts vanish.
   */
  send(text: string, mark = Number.POSITIVE_INFINITY, now = false): Promise<void> | null {
    if (this.#over) return null
    if (this.#waiting.length === 0 && this.#hasRoom(mark)) {
      this.#take(text, now)
      return null
    }
    return new Promise((taken) => this.#waiting.push({ text, mark, taken }))
  }

  /** Like {@link send}, for whoever can be slowed down: waits sooner. `now`: is written, if it is taken, without waiting for the end of the turn. */
  pace(text: string, now = false): Promise<void> | null {
    return this.send(text, PACE_BYTES, now)
  }

  /** Resolves once there is room; null: there is. */
  room(): Promise<void> | null {
    return this.send('')
  }

  /** Writes nothing at all, which fails where the client has closed both directions and not where it has only half-closed. */
  poke(): void {
    // A write under way tells it as well.
    if (!this.#writing && this.#socket.writable) this.#socket.write(EMPTY)
  }

  /** Closes our direction once everything is out; destroys the socket where the client does not close its own soon after. */
  end(): void {
    this.#ending = true
    this.#schedule()
  }

  #hasRoom(mark: number): boolean {
    const most = Math.min(mark, this.#limits().max_outbox_bytes)
    return this.#text.length + this.#bytes.length + this.#short < most
  }

  #take(text: string, now: boolean): void {
    this.#text += text
    if (now && !this.#writing) this.#write()
    else if (text !== '') this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || this.#writing || this.#over) return
    this.#scheduled = true
    process.nextTick(this.#afterTurn)
  }

  /** After the I/O of this turn: what all upstreams have said in it goes out as one write, and after the calls that were begun in it. */
  readonly #afterTurn = (): void => {
    setImmediate(this.#turn)
  }

  readonly #turn = (): void => {
    this.#scheduled = false
    if (!this.#writing) this.#write()
  }

  #write(): void {
    if (this.#over) return
    if (this.#bytes.length === 0) {
      const text = this.#text
      this.#text = ''
      if (text !== '' && text.length <= SHORT) {
        this.#short = text.length
        return this.#writeOut(text)
      }
      this.#bytes = Buffer.from(text)
    }
    if (this.#bytes.length > 0) this.#writeOut(this.#bytes.subarray(0, SLICE_BYTES))
    else if (this.#ending) this.#farewell()
  }

  #writeOut(slice: string | Buffer): void {
    this.#writing = true
    this.#stall.touch()
    this.#stall.resume()
    this.#socket.write(slice, this.#written)
  }

  readonly #written = (error?: Error | null): void => {
    // An error destroys the socket: its 'close' does the rest.
    if (error) return
    this.#writing = false
    this.#stall.pause()
    if (this.#short === 0) this.#bytes = this.#bytes.subarray(SLICE_BYTES)
    this.#short = 0
    for (let next = this.#waiting[0]; next && this.#hasRoom(next.mark); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#text += next.text
      next.taken()
    }
    if (this.#bytes.length > 0) this.#write()
    else if (this.#text !== '' || this.#ending) this.#schedule()
  }

  #farewell(): void {
    this.#over = true
    this.#stall.stop()
    this.#socket.end()
    const farewell = new Watchdog(FAREWELL_MS, () => this.#socket.destroy())
    this.#socket.once('close', () => farewell.stop())
  }

  #close(): void {
    this.#over = true
    this.#stall.stop()
    this.#text = ''
    this.#bytes = EMPTY
    for (const { taken } of this.#waiting.splice(0)) taken()
  }
}
