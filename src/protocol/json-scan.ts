// One pass over a line's text before it is parsed: grammar with the place of the first error, nesting, tokens, and what JSON.parse
// lets pass (duplicate keys, `__proto__`, lone surrogates, infinite numbers). Linear, without recursion; builds no values, never repeats the input.
import { escapedUnit, unescaped } from './json-escape.ts'
import { isSpeakable, pointerTo } from './pointer.ts'

/** Objects and arrays may nest this deep; the message itself is the first. */
export const MAX_DEPTH = 128
/** Keys, scalars, objects and arrays that a line may hold: parsed, each costs some 20 times its bytes. */
export const MAX_TOKENS = 1_000_000

interface Violation {
  readonly code: 'json' | 'surrogate' | 'duplicate_key' | 'schema' | 'too_deep' | 'too_many_tokens'
  readonly message: string
  readonly pointer: string | null
}

export interface Scanned {
  /** Null: JSON.parse takes the text. One of the grammar goes before all others, else the first counts. */
  readonly violation: Violation | null
  /** The root object's own, where it stands there as a string; null also where it stands there twice. Known past any violation but `json`. */
  readonly request_id: string | null
  readonly type: string | null
  /** The root object has two `type`s. */
  readonly two_types: boolean
}

/** Scans one line without its newline; the text comes from valid UTF-8. Never throws. */
export function scan(text: string): Scanned {
  return new Scan(text).run()
}

const [QUOTE, BACKSLASH, COMMA, COLON, SMALL_E, BIG_E] = [0x22, 0x5c, 0x2c, 0x3a, 0x65, 0x45]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?/y
const EXPONENT = /(?:[eE][+-]?\d+)?/y
/** A number with fewer characters and without an exponent is finite. */
const LONG_NUMBER = 309
const LITERAL = /true|false|null/y
/** Skips long strings several times faster than a loop does; for short ones the loop wins. */
const PLAIN = /[ !#-[\]-\uffff]*/y
const SHORT = 48
const LONE = 'half of a surrogate pair: a broken \\u escape'

/** Keys that are listed; of more a set is made. */
const FEW = 8
/** Shared by all scans, of which one runs at a time: making one took a third of the time of a short line. */
const SHALLOW = new Uint8Array(256)

type Tags = Record<'request_id' | 'type', string | null | undefined>

class GrammarError extends Error {}

class Scan {
  readonly #text: string
  #at = 0
  #tokens = 0
  #violation: Violation | null = null
  /** Open containers: 1 an object, 0 an array. Bytes, because a hostile line may nest as deep as it is long. */
  #kinds = SHALLOW
  #depth = 0
  /** By depth, kept only while the line may still be taken: the keys so far, and the key or index being read. */
  readonly #keys: (string[] | Set<string> | null)[] = []
  readonly #path: (string | number)[] = []
  /** The root's tags: undefined while they have not come, '' for anything but a string, null where one came twice. */
  readonly #tags: Tags = { request_id: undefined, type: undefined }
  #tag: keyof Tags | null = null
  #escaped = false
  #lone = false

  constructor(text: string) {
    this.#text = text
  }

  run(): Scanned {
    try {
      this.#document()
    } catch (error) {
      if (!(error instanceof GrammarError)) throw error
      const message = `not JSON at byte ${Buffer.byteLength(this.#text.slice(0, this.#at))} of the line: ${error.message}`
      return {
        violation: { code: 'json', message, pointer: null },
        request_id: null,
        type: null,
        two_types: false,
      }
    }
    return {
      violation: this.#violation,
      request_id: this.#tags.request_id || null,
      type: this.#tags.type || null,
      two_types: this.#tags.type === null,
    }
  }

  #document(): void {
    for (;;) {
      if (this.#value()) continue
      do {
        if (this.#depth === 0) {
          if (!Number.isNaN(this.#next())) this.#fail('expected nothing after the message')
          return
        }
      } while (this.#closes())
    }
  }

  /** Reads a scalar or an empty container; true: a container has been opened and a value must follow. */
  #value(): boolean {
    const first = this.#next()
    this.#count()
    if (first === OPEN_BRACE || first === OPEN_BRACKET) return this.#open(first === OPEN_BRACE)
    if (first === QUOTE) {
      const text = this.#string()
      if (this.#lone) this.#note('surrogate', LONE, this.#depth)
      if (this.#depth === 1 && this.#tag && this.#tags[this.#tag] === '')
        this.#tags[this.#tag] = this.#decode(text, this.#at - 1)
      return false
    }
    if (first > 0x60) this.#word(LITERAL)
    else this.#number()
    return false
  }

  #word(word: RegExp): void {
    word.lastIndex = this.#at
    if (!word.test(this.#text)) this.#fail('expected a value')
    this.#at = word.lastIndex
  }

  /** What no double holds would go out as null. Only what may be such a number is looked at again. */
  #number(): void {
    const start = this.#at
    this.#word(NUMBER)
    const next = this.#text.charCodeAt(this.#at)
    if (next !== SMALL_E && next !== BIG_E && this.#at - start < LONG_NUMBER) return
    this.#word(EXPONENT)
    if (!Number.isFinite(Number(this.#text.slice(start, this.#at))))
      this.#note('schema', 'a number out of range: no double holds it', this.#depth)
  }

  #open(object: boolean): boolean {
    this.#at++
    if (this.#depth === this.#kinds.length) {
      const kinds = new Uint8Array(this.#depth * 2)
      kinds.set(this.#kinds)
      this.#kinds = kinds
    }
    this.#kinds[this.#depth] = object ? 1 : 0
    if (this.#depth === MAX_DEPTH) {
      this.#note(
        'too_deep',
        `more than ${MAX_DEPTH} objects and arrays within each other`,
        MAX_DEPTH,
      )
    }
    if (!this.#quiet()) {
      this.#keys[this.#depth] = object ? [] : null
      this.#path[this.#depth] = 0
    }
    this.#depth++
    if (this.#next() === (object ? CLOSE_BRACE : CLOSE_BRACKET)) {
      this.#at++
      this.#depth--
      return false
    }
    if (object) this.#key()
    return true
  }

  /** After a value: true where its container ends here too, false where another value must follow. */
  #closes(): boolean {
    const next = this.#next()
    const object = this.#kinds[this.#depth - 1] === 1
    if (next === (object ? CLOSE_BRACE : CLOSE_BRACKET)) {
      this.#at++
      this.#depth--
      return true
    }
    if (next !== COMMA)
      this.#fail(`expected a comma or ${object ? 'a closing brace' : 'a closing bracket'}`)
    this.#at++
    const index = this.#path[this.#depth - 1]
    if (object) this.#key()
    else if (typeof index === 'number' && !this.#quiet()) this.#path[this.#depth - 1] = index + 1
    return false
  }

  #key(): void {
    if (this.#next() !== QUOTE) this.#fail('expected a key in double quotes')
    this.#count()
    const start = this.#string()
    const end = this.#at - 1
    if (this.#depth === 1 || !this.#quiet()) this.#judgeKey(this.#decode(start, end))
    if (this.#next() !== COLON) this.#fail('expected a colon')
    this.#at++
  }

  #judgeKey(key: string): void {
    if (this.#depth === 1) {
      this.#tag = key === 'request_id' || key === 'type' ? key : null
      if (this.#tag) this.#tags[this.#tag] = this.#tags[this.#tag] === undefined ? '' : null
    }
    if (this.#quiet()) return
    if (this.#lone) this.#note('surrogate', `a key with ${LONE}`, this.#depth - 1)
    this.#path[this.#depth - 1] = key
    if (this.#isKnown(key)) {
      const name = isSpeakable(key) ? `"${key}"` : 'a key'
      this.#note('duplicate_key', `${name} stands twice in the same object`, this.#depth)
    }
    if (key === '__proto__')
      this.#note('schema', 'the key "__proto__" is not allowed anywhere', this.#depth)
  }

  /** Whether the object has had this key; notes it. A list beats a set while it is short. */
  #isKnown(key: string): boolean {
    const keys = this.#keys[this.#depth - 1] ?? []
    const known = keys instanceof Set ? keys.has(key) : keys.includes(key)
    if (keys instanceof Set) keys.add(key)
    else if (keys.push(key) > FEW) this.#keys[this.#depth - 1] = new Set(keys)
    return known
  }

  /** Passes over a string from its opening quote to behind its closing one; gives where its text starts. */
  #string(): number {
    const text = this.#text
    const start = ++this.#at
    this.#escaped = false
    this.#lone = false
    for (;;) {
      let unit = text.charCodeAt(this.#at)
      const short = this.#at + SHORT
      while (unit !== QUOTE && unit !== BACKSLASH && unit >= 0x20 && this.#at < short) {
        unit = text.charCodeAt(++this.#at)
      }
      if (this.#at === short) {
        PLAIN.lastIndex = this.#at
        PLAIN.test(text)
        this.#at = PLAIN.lastIndex
        unit = text.charCodeAt(this.#at)
      }
      if (unit === QUOTE) break
      if (unit !== BACKSLASH) {
        this.#fail(unit < 0x20 ? 'a control character must be escaped' : 'the string does not end')
      }
      this.#escape()
    }
    this.#at++
    return start
  }

  #escape(): void {
    this.#escaped = true
    const letter = this.#text.charAt(this.#at + 1)
    if (letter === 'u') {
      const unit = escapedUnit(this.#text, this.#at)
      if (Number.isNaN(unit)) this.#fail('expected four hexadecimal digits')
      this.#at += 6
      if (unit < 0xd800 || unit > 0xdfff) return
      const low = unit < 0xdc00 ? escapedUnit(this.#text, this.#at) : Number.NaN
      if (low >= 0xdc00 && low <= 0xdfff) this.#at += 6
      else this.#lone = true
      return
    }
    if (letter === '' || !'"\\/bfnrt'.includes(letter)) this.#fail('no such escape')
    this.#at += 2
  }

  #decode(start: number, end: number): string {
    const raw = this.#text.slice(start, end)
    return this.#escaped ? unescaped(raw) : raw
  }

  /** The next code unit that is no white space; NaN at the end. */
  #next(): number {
    let unit = this.#text.charCodeAt(this.#at)
    while (unit === 0x20 || unit === 0x09 || unit === 0x0d || unit === 0x0a) {
      unit = this.#text.charCodeAt(++this.#at)
    }
    return unit
  }

  #count(): void {
    if (++this.#tokens === MAX_TOKENS + 1) {
      this.#note('too_many_tokens', `more than ${MAX_TOKENS} keys and values`, 0)
    }
  }

  /** A violation stands: only the grammar and the root's tags still matter. */
  #quiet(): boolean {
    return this.#violation !== null
  }

  #note(code: Violation['code'], message: string, depth: number): void {
    this.#violation ??= { code, message, pointer: pointerTo(this.#path.slice(0, depth)) }
  }

  #fail(message: string): never {
    throw new GrammarError(message)
  }
}
