// Bytes → lines. Looks at every byte once and copies it twice at most, however the bytes are cut; holds no more than one line.
// Never looks into a line: what it means is the protocol's affair.

/** `too_long` comes once, as soon as the limit is passed; the rest of that line is discarded. */
export type Line = { readonly kind: 'line'; readonly bytes: Buffer } | { readonly kind: 'too_long' }

const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const EMPTY = Buffer.alloc(0)
const FIRST_CAPACITY = 4_096

/**
 * One client's input. Lines come without their newline and one `\r` before it; blank ones, and a byte order mark at the very start, are left out.
 * The result is lazy, so that reading can wait between two lines; it must be exhausted before the next `push`.
 */
export class LineReader {
  readonly #limit: () => number
  /** The line begun in earlier chunks: the first `#length` bytes. Grows by doubling, since a list of one-byte chunks would cost a hundred times its bytes. */
  #held: Buffer = EMPTY
  #length = 0
  #discarding = false
  #first = true

  /** `limit`: the most bytes of a line, its newline not counted. */
  constructor(limit: () => number) {
    this.#limit = limit
  }

  *push(chunk: Buffer): Generator<Line, void> {
    for (let from = 0; from < chunk.length;) {
      const at = chunk.indexOf(NEWLINE, from)
      const piece = chunk.subarray(from, at === -1 ? chunk.length : at)
      if (!this.#discarding && this.#length + piece.length > this.#limit()) {
        this.#discarding = true
        this.#drop()
        yield { kind: 'too_long' }
      }
      if (at === -1) {
        if (!this.#discarding) this.#hold(piece)
        return
      }
      from = at + 1
      if (this.#discarding) this.#discarding = this.#first = false
      else yield* this.#whole(piece)
    }
  }

  /** The input is over: what is left without a newline is a line too. */
  *end(): Generator<Line, void> {
    if (!this.#discarding) yield* this.#whole(EMPTY)
    this.#drop()
  }

  *#whole(last: Buffer): Generator<Line, void> {
    let bytes = last
    if (this.#length > 0) {
      this.#hold(last)
      bytes = this.#held.subarray(0, this.#length)
      this.#drop()
    }
    if (this.#first && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(3)
    this.#first = false
    if (bytes[bytes.length - 1] === RETURN) bytes = bytes.subarray(0, -1)
    if (!isBlank(bytes)) yield { kind: 'line', bytes }
  }

  #hold(piece: Buffer): void {
    const length = this.#length + piece.length
    if (length > this.#held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_CAPACITY, length, 2 * this.#held.length))
      this.#held.copy(grown, 0, 0, this.#length)
      this.#held = grown
    }
    piece.copy(this.#held, this.#length)
    this.#length = length
  }

  #drop(): void {
    this.#held = EMPTY
    this.#length = 0
  }
}

/** Nothing but spaces and the like. Usually decided by the first byte. */
function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== SPACE && byte !== 0x09 && byte !== RETURN) return false
  return true
}
