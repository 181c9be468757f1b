// Where two lists of JSON values differ, as places that a person can find. Knows nothing of what they mean.
import { isDeepStrictEqual } from 'node:util'

export interface Difference {
  /** Number of the line, counted from 1, and a JSON pointer into it. */
  readonly place: string
  readonly expected: string
  readonly actual: string
}

const LONGEST = 400

/** Empty: the lists are the same, but for the order of keys. */
export function differences(
  expected: readonly unknown[],
  actual: readonly unknown[],
): Difference[] {
  const found: Difference[] = []
  for (let at = 0; at < Math.max(expected.length, actual.length); at++)
    compare(expected[at], actual[at], `line ${at + 1} `, found)
  return found
}

function compare(expected: unknown, actual: unknown, place: string, found: Difference[]): void {
  if (isDeepStrictEqual(expected, actual)) return
  const [one, other] = [childrenOf(expected), childrenOf(actual)]
  if (!one || !other || Array.isArray(expected) !== Array.isArray(actual))
    found.push({ place, expected: textOf(expected), actual: textOf(actual) })
  else
    for (const key of new Set([...one.keys(), ...other.keys()]))
      compare(one.get(key), other.get(key), `${place}/${key}`, found)
}

const childrenOf = (value: unknown): Map<string, unknown> | null =>
  typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null

function textOf(value: unknown): string {
  const text = value === undefined ? '(nothing)' : JSON.stringify(value)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}
