// Foreign JSON on its way in: parsed without throwing, read without trusting. Never repairs what is broken.
import type { JsonObject } from '../contract.ts'

/** The value of a JSON text; undefined where it is none. Never throws. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** An exponent that may be beyond a double. */
const LONG_EXPONENT = /\d[eE][+-]?\d{3}/
/** Fewer digits than these never lose any. */
const LONG_RUN = 16

/** Whether a number in the text may lose digits; false for most texts, and that quickly: every chunk of every stream pays for it. */
const mayLoseDigits = (text: string): boolean => hasLongRun(text) || LONG_EXPONENT.test(text)

/** Whether so many digits and points stand in a row. Such a run covers one of the places that are looked at. */
function hasLongRun(text: string): boolean {
  for (let at = LONG_RUN - 1; at < text.length; at += LONG_RUN) {
    if (!isDigitOrPoint(text.charCodeAt(at))) continue
    let from = at
    while (from > 0 && isDigitOrPoint(text.charCodeAt(from - 1))) from -= 1
    let to = at + 1
    while (to < text.length && isDigitOrPoint(text.charCodeAt(to))) to += 1
    if (to - from >= LONG_RUN) return true
  }
  return false
}

const isDigitOrPoint = (unit: number): boolean => (unit >= 48 && unit <= 57) || unit === 46

declare global {
  // ECMAScript's JSON.parse source text access, which the compiler's library does not know yet.
  interface JSON {
    rawJSON(text: string): object
    isRawJSON(value: unknown): boolean
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown
  }
}

/**
 * As {@link parseJson}, for what will be written out again: a number that a double cannot hold keeps its source text under
 * `JSON.stringify`. Such a number is an object then, so read no counts from the result.
 */
export function parseLossless(text: string): unknown {
  if (!mayLoseDigits(text)) return parseJson(text)
  try {
    return JSON.parse(text, keepSource)
  } catch {
    return undefined
  }
}

function keepSource(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  const { source } = context
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return mayLoseDigits(source) ? JSON.rawJSON(source) : value
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The array, or an empty one. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The row of a table under a word from outside; names that every object has ("constructor") are in none. */
export function rowOf<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

/** A call's arguments as the object that some wires want; null: they are none. No text at all is an empty object. */
export function argumentsObject(text: string): JsonObject | null {
  if (text.trim() === '') return {}
  const value = parseLossless(text)
  return isObject(value) ? value : null
}

/** A call's arguments as text. Ad-hoc servers send them as JSON, and null for none; whether that is an object is judged where the call ends. */
export function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
