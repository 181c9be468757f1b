// Arguments that Vertex streams piece by piece when asked to (`streamFunctionCallArguments`): each piece names its place and a scalar.
// Never follows a path into a prototype and never makes a sparse array.
import type { JsonObject } from '../contract.ts'
import { asArray, asString, isObject } from '../shared/json.ts'

const SEGMENT = /\.([^.[\]]+)|\[(\d+)\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/g

/** An empty arguments object to be filled by {@link addPieces}. It has no prototype, so any key is only a key. */
export function emptyArguments(): JsonObject {
  return { __proto__: null }
}

/** Puts the pieces where their paths say; a string is appended to the one that stands there. Pieces without a place are ignored. */
export function addPieces(args: JsonObject, pieces: unknown): void {
  for (const piece of asArray(pieces)) {
    if (!isObject(piece)) continue
    const path = segmentsOf(asString(piece['jsonPath']) ?? '')
    const value = scalarOf(piece)
    if (path.length > 0 && value !== undefined) place(args, path, value)
  }
}

function segmentsOf(jsonPath: string): (string | number)[] {
  return Array.from(jsonPath.matchAll(SEGMENT), ([, dotted, index, single, double]) =>
    index === undefined
      ? (dotted ?? (single ?? double ?? '').replaceAll(/\\(.)/g, '$1'))
      : Number(index),
  )
}

function scalarOf(piece: JsonObject): unknown {
  return 'nullValue' in piece
    ? null
    : (piece['stringValue'] ?? piece['numberValue'] ?? piece['boolValue'])
}

function place(root: JsonObject, path: readonly (string | number)[], value: unknown): void {
  let container: unknown = root
  path.forEach((segment, depth) => {
    const standing = childOf(container, segment)
    const next = path[depth + 1]
    if (next === undefined) {
      const text =
        typeof standing === 'string' && typeof value === 'string' ? standing + value : value
      put(container, segment, text)
    } else {
      const child = standing ?? (typeof next === 'number' ? [] : emptyArguments())
      put(container, segment, child)
      container = child
    }
  })
}

function childOf(container: unknown, segment: string | number): unknown {
  if (Array.isArray(container)) return typeof segment === 'number' ? container[segment] : undefined
  return isObject(container) ? container[segment] : undefined
}

function put(container: unknown, segment: string | number, value: unknown): void {
  if (Array.isArray(container)) {
    if (typeof segment === 'number' && segment <= container.length) container[segment] = value
  } else if (isObject(container)) container[segment] = value
}
