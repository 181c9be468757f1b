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

// Without such a run no number in the text can lose digits, so most texts pay for one scan only.
const LONG_NUMBER = /[\d.]{16}|\d[eE][+-]?\d{3}/

declare global {
  // ECMAScript's JSON.parse source text access, which the compiler's library does not know yet.
  interface JSON {
    rawJSON(text: string): object
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
  if (!LONG_NUMBER.test(text)) return parseJson(text)
  try {
    return JSON.parse(text, keepSource)
  } catch {
    return undefined
  }
}

function keepSource(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  const { source } = context
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return LONG_NUMBER.test(source) ? JSON.rawJSON(source) : value
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
