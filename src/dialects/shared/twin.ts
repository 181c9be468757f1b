// The short way of the hot path. Most chunks of a stream differ from the one before in the piece of text only, or in that and in a few fields
// that count or pad; such a chunk is not parsed again. It takes a decoder a quarter (chat) to three fifths (Responses) of the time.
import type { DialectEvent, JsonObject } from '../contract.ts'
import { asString, parseJson } from './json.ts'

/** What a wire's chunks look like to the short way. */
export interface Shape {
  /** Where a chunk has its text. */
  readonly textOf: (chunk: JsonObject) => unknown
  /** Fields of which every chunk may have its own: whole numbers, or plain letters that say nothing. */
  readonly free: readonly string[]
  /** The object that has them. */
  readonly freeIn: (chunk: JsonObject) => JsonObject | undefined
}

/** The events of a chunk with this text and these free numbers. */
type Again = (text: string, numbers: JsonObject) => DialectEvent[]
/** An event that is nothing but a piece of text. */
type Told = Extract<DialectEvent, { type: 'text' | 'reasoning' | 'refusal' }>

/** What may differ, from one place of the chunk up to another. */
interface Hole {
  readonly name: string
  readonly kind: 'text' | 'letters' | 'number'
  readonly from: number
  readonly to: number
}

/** A stream whose chunks differ elsewhere as well is not tried for ever. */
const MOST_MISSES = 8
/** Longer numbers may lose digits. */
const MOST_DIGITS = 15

/** What one stream's latest chunk looked like. */
export class Twin {
  readonly #shape: Shape
  #again: Again | null = null
  /** What stands before each hole, and after the last. */
  #frame: readonly string[] = []
  #holes: readonly Hole[] = []
  #misses = 0

  constructor(shape: Shape) {
    this.#shape = shape
  }

  /**
   * The events of a chunk that is the latest one but for its text and free fields; null: it has to be read. A text that has JSON values of the
   * same types between the same pieces of JSON parses to the same value but for those.
   */
  match(data: string, event: string): DialectEvent[] | null {
    if (!this.#again || event === 'error') return null
    const frame = this.#frame
    const numbers: JsonObject = {}
    let text: string | undefined
    let at = 0
    for (let index = 0; index < frame.length; index += 1) {
      const piece = frame[index] ?? ''
      // Equality compares words, `startsWith` characters: a tenth of the time.
      if (data.slice(at, at + piece.length) !== piece) return null
      at += piece.length
      const hole = this.#holes[index]
      if (!hole) break
      const end = hole.kind === 'text' ? data.indexOf('"', at) : endOfRun(data, at, hole.kind)
      if (end < 0) return null
      if (hole.kind === 'text') text = textIn(data, at, end)
      else if (hole.kind === 'number') numbers[hole.name] = numberIn(data, at, end)
      at = end
    }
    if (!text || at !== data.length) return null
    this.#misses = 0
    return this.#again(text, numbers)
  }

  /** What was read last may do more than tell a text. */
  forget(): void {
    this.#again = null
  }

  /**
   * The chunk did nothing but tell this event; with another text and other free fields it would do what `again` does, by default nothing but
   * tell that text.
   */
  learn(data: string, chunk: JsonObject, told: DialectEvent | undefined, again?: Again): void {
    if (!told || !isText(told) || this.#misses === MOST_MISSES) return
    this.#misses += 1
    if (this.#shape.textOf(chunk) !== told.delta) return
    const text = textHole(data, told.delta)
    if (!text) return
    const holes = [text]
    const fields = this.#shape.freeIn(chunk)
    for (const name of this.#shape.free) {
      const hole = freeHole(data, name, fields?.[name])
      if (hole) holes.push(hole)
    }
    if (holes.length > 1) holes.sort((one, other) => one.from - other.from)
    this.#frame = frameOf(data, holes)
    this.#holes = holes
    this.#again = again ?? tellsAs(told)
  }
}

/**
 * Where the chunk's text stands between its quotes; null: nobody knows. JSON writes a string in one way only, but for escapes that nobody has
 * to use: where there are none of those, and the text stands there once, it is the only string of this value.
 */
function textHole(data: string, delta: string): Hole | null {
  const text = JSON.stringify(delta)
  const found = data.indexOf(text)
  if (found < 0 || data.includes(text, found + 1)) return null
  if (data.includes('\\u') || data.includes('\\/')) return null
  return { name: '', kind: 'text', from: found + 1, to: found + text.length - 1 }
}

/** What stands before each hole, and after the last: cut from a copy, because cuts of the chunk would keep all bytes that were read with it. */
function frameOf(data: string, holes: readonly Hole[]): string[] {
  const cuts: string[] = []
  let from = 0
  for (const hole of holes) {
    cuts.push(data.slice(from, hole.from))
    from = hole.to
  }
  cuts.push(data.slice(from))
  const copy = cuts.join(' ')
  let at = -1
  return cuts.map(({ length }) => copy.slice(++at, (at += length)))
}

/** By itself, because a function made where the chunk is at hand would keep it. */
const tellsAs =
  (told: Told): Again =>
  (delta) => [{ ...told, delta }]

/** The only event that a chunk told. */
export const alone = (events: readonly DialectEvent[]): DialectEvent | undefined =>
  events.length === 1 ? events[0] : undefined

const isText = (event: DialectEvent): event is Told =>
  event.type === 'text' || event.type === 'reasoning' || event.type === 'refusal'

/** Where the field's value stands; null: it is not the only one of its name, or not of a kind that may differ. */
function freeHole(data: string, name: string, value: unknown): Hole | null {
  const label = `"${name}":`
  const found = data.indexOf(label)
  if (found < 0 || data.includes(label, found + 1)) return null
  const kind = typeof value === 'string' ? 'letters' : 'number'
  let from = found + label.length
  while (data[from] === ' ') from += 1
  if (kind === 'letters') from += 1
  const to = endOfRun(data, from, kind)
  return to >= 0 && data.slice(from, to) === String(value) ? { name, kind, from, to } : null
}

/** The end of a whole number, or of a run of ASCII letters and digits; -1: there is none. */
function endOfRun(data: string, from: number, kind: 'letters' | 'number'): number {
  const fits = kind === 'letters' ? isLetterOrDigit : isDigit
  let to = from
  while (fits(data.charCodeAt(to))) to += 1
  if (kind === 'letters') return to
  const leadingZero = data[from] === '0' && to > from + 1
  return to === from || to - from > MOST_DIGITS || leadingZero ? -1 : to
}

/** V8 copies cuts of up to so many characters; a longer one would keep the whole chunk alive as long as the text. */
const SHORT = 12

/** The text between two quotes; undefined: they are not its ends. Most pieces are short and have nothing to unescape. */
function textIn(data: string, from: number, to: number): string | undefined {
  const text = data.slice(from, to)
  if (to - from <= SHORT && isPlain(text)) return text
  return asString(parseJson(`"${text}"`))
}

function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0x20 || unit === 0x5c) return false
  }
  return true
}

/** Of so few digits that a double holds every step. */
function numberIn(data: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at += 1) value = value * 10 + data.charCodeAt(at) - 48
  return value
}

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57
const isLetterOrDigit = (unit: number): boolean =>
  isDigit(unit) || ((unit | 32) >= 97 && (unit | 32) <= 122)
