// Turns the schema validator's error into one sentence and a pointer: what was found (its type, never its value), what is allowed,
// and the nearest known name. Only names that read like identifiers are repeated.
import { nearest } from './nearest.ts'
import type { ErrorObject } from 'ajv/dist/2020.js'
import { isSpeakable, pathOf, pointerTo } from './pointer.ts'

export interface Complaint {
  readonly message: string
  readonly pointer: string
}

/** What the formatter reads of a schema node; `verbose` errors carry it. */
interface Node {
  readonly $async?: boolean
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly properties?: Readonly<Record<string, unknown>>
  readonly additionalProperties?: unknown
  readonly oneOf?: readonly Node[]
}

/** The complaint about the first error. `errors` come from a validator with `verbose` and without `allErrors`. */
export function complaintOf(errors: readonly ErrorObject[]): Complaint {
  const error = decisive(errors)
  const path = pathOf(error.instancePath)
  const { message, step } = sentence(error)
  return { message, pointer: pointerTo(step === undefined ? path : [...path, step]) }
}

/** In a union without a tag: the error of the branch that has the value's own type, if there is one. */
function decisive(errors: readonly ErrorObject[]): ErrorObject {
  const last = errors.at(-1)
  if (last === undefined) throw new Error('a refusal without an error')
  if (last.keyword !== 'oneOf') return last
  const found = typeName(last.data)
  const inner = errors.find(
    (error) => error.instancePath.length > last.instancePath.length || nodeOf(error).type === found,
  )
  return inner ?? last
}

function sentence(error: ErrorObject): { message: string; step?: string } {
  const { keyword, data } = error
  const params: Readonly<Record<string, unknown>> = error.params
  const limit = String(params['limit'])
  switch (keyword) {
    case 'required':
    case 'additionalProperties':
      return fieldSentence(error, keyword === 'required' ? String(params['missingProperty']) : null)
    case 'discriminator':
      return tagSentence(error, String(params['tag']))
    case 'enum':
      return { message: choice('value', data, strings(params['allowedValues'])) }
    case 'const':
      return { message: choice('value', data, [String(params['allowedValue'])]) }
    case 'type':
    case 'oneOf':
      return { message: typeSentence(nodeOf(error), data) }
    case 'pattern':
      return { message: `must match ${String(params['pattern'])}` }
    case 'minLength':
      return { message: 'must not be empty' }
    case 'minItems':
      return { message: `must have at least ${limit} item` }
    case 'maxProperties':
      return { message: `must have at most ${limit} entries` }
    case 'minimum':
      return { message: `must be at least ${limit}` }
    case 'maximum':
      return { message: `must be at most ${limit}` }
    default:
      return { message: `does not fit the schema (${keyword})` }
  }
}

/** An unknown field explains a missing one better than the missing one does. */
function fieldSentence(
  error: ErrorObject,
  missing: string | null,
): { message: string; step?: string } {
  const node = nodeOf(error)
  const known = Object.keys(node.properties ?? {})
  const given = isRecord(error.data) ? Object.keys(error.data) : []
  const unknown = given.find((name) => !known.includes(name))
  if (unknown === undefined || (missing !== null && node.additionalProperties !== false)) {
    return { message: `missing field "${missing}"` }
  }
  if (!isSpeakable(unknown)) {
    return { message: `an unknown field; ${allowed(known)}` }
  }
  return { message: choice('field', unknown, known), step: unknown }
}

function tagSentence(error: ErrorObject, tag: string): { message: string; step?: string } {
  const data = isRecord(error.data) ? error.data : {}
  const values = (nodeOf(error).oneOf ?? []).map((branch) => {
    const property = branch.properties?.[tag]
    return isRecord(property) ? String(property['const']) : ''
  })
  if (!Object.hasOwn(data, tag)) return { message: `missing field "${tag}"; ${allowed(values)}` }
  return { message: choice(tag, data[tag], values), step: tag }
}

/** `unknown KIND "found"; did you mean "near"?`, or all that is allowed where nothing is near. */
function choice(kind: string, found: unknown, known: readonly string[]): string {
  if (typeof found !== 'string') return `must be one of ${list(known)}; got ${typeName(found)}`
  if (!isSpeakable(found)) return `an unknown ${kind}; ${allowed(known)}`
  const near = nearest(found, known)
  const hint = near === null ? allowed(known) : `did you mean "${near}"?`
  return `unknown ${kind} "${found}"; ${hint}`
}

function allowed(known: readonly string[]): string {
  return known.length === 0 ? 'none is allowed here' : `allowed: ${list(known)}`
}

function list(known: readonly string[]): string {
  return known.map((name) => `"${name}"`).join(', ')
}

function typeSentence(node: Node, data: unknown): string {
  if (node.enum !== undefined) return choice('value', data, node.enum)
  const nodes = node.type === undefined ? (node.oneOf ?? []) : [node]
  const types = nodes.flatMap(({ type = 'object' }) => type)
  return `must be ${[...new Set(types)].join(' or ')}; got ${typeName(data)}`
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

function nodeOf(error: ErrorObject): Node {
  return error.parentSchema ?? {}
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
