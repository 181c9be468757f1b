// JSON Schemas as providers take them: a walk over every subschema, and OpenAI's rules for strict ones. Never rewrites a schema.
import { unsupported } from '../../protocol/fault.ts'
import { escaped } from '../../protocol/pointer.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { JsonObject } from '../contract.ts'
import { asArray, asObject, asString, isObject } from './json.ts'

const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']
const LISTS = ['prefixItems', 'anyOf', 'oneOf', 'allOf', 'items']
const SINGLES = [
  'items',
  'additionalItems',
  'additionalProperties',
  'unevaluatedItems',
  'unevaluatedProperties',
  'propertyNames',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'contentSchema',
]

/** Visits every subschema that is an object, parents first, with its RFC 6901 pointer from the root ('' is the root). */
export function visitSchema(
  schema: JsonObject,
  visit: (node: JsonObject, pointer: string) => void,
): void {
  const descend = (node: unknown, pointer: string): void => {
    if (!isObject(node)) return
    visit(node, pointer)
    for (const keyword of MAPS) {
      const map = node[keyword]
      if (!isObject(map)) continue
      for (const [key, child] of Object.entries(map)) {
        descend(child, `${pointer}/${keyword}/${escaped(key)}`)
      }
    }
    for (const keyword of LISTS) {
      asArray(node[keyword]).forEach((child, index) => {
        descend(child, `${pointer}/${keyword}/${index}`)
      })
    }
    for (const keyword of SINGLES) descend(node[keyword], `${pointer}/${keyword}`)
  }
  descend(schema, '')
}

/** Where a schema breaks the rules and by which keyword (present or missing). */
export interface Breach {
  readonly pointer: string
  readonly keyword: string
}

const UNKNOWN_TO_STRICT = [
  'oneOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'propertyNames',
  'default',
  'minLength',
  'maxLength',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'contains',
  'unevaluatedProperties',
]
const STRICT_FORMATS = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
])
const TYPED_BY = ['type', 'anyOf', '$ref', 'enum', 'const']
const MAX_PROPERTIES = 5000
const MAX_ENUM_VALUES = 1000

export function meetsStrictRules(schema: JsonObject): boolean {
  return firstStrictBreach(schema) === null
}

/** The first breach of OpenAI's rules for strict schemas (structured outputs guide), or null. Pointers are relative to the schema. */
export function firstStrictBreach(schema: JsonObject): Breach | null {
  if (schema['type'] !== 'object') return { pointer: '', keyword: 'type' }
  if (schema['anyOf'] !== undefined) return { pointer: '/anyOf', keyword: 'anyOf' }
  let first: Breach | null = null
  let properties = 0
  let values = 0
  visitSchema(schema, (node, pointer) => {
    properties += isObject(node['properties']) ? Object.keys(node['properties']).length : 0
    values += asArray(node['enum']).length
    const keyword = breachOf(node) ?? overLimit(properties, values)
    if (keyword !== null)
      first ??= { pointer: keyword in node ? `${pointer}/${keyword}` : pointer, keyword }
  })
  return first
}

/**
 * Refuses a schema that is asked for as strict and is not: the vendor's own host would answer 400, others may know more or fewer rules.
 * Throws `unsupported_capability`/`schema_keyword` with the keyword's pointer; `pointer` is the schema's.
 */
export function checkStrict(schema: JsonObject, pointer: string, target: ResolvedTarget): void {
  const breach = target.official_host ? firstStrictBreach(schema) : null
  if (breach === null) return
  const text = `strict schemas have their rules, and "${breach.keyword}" breaks them here; change the schema or leave strict out`
  throw unsupported('schema_keyword', text, pointer + breach.pointer)
}

function overLimit(properties: number, values: number): string | null {
  if (properties > MAX_PROPERTIES) return 'properties'
  return values > MAX_ENUM_VALUES ? 'enum' : null
}

function breachOf(node: JsonObject): string | null {
  const unknown = UNKNOWN_TO_STRICT.find((keyword) => keyword in node)
  if (unknown !== undefined) return unknown
  if (!TYPED_BY.some((keyword) => keyword in node)) return 'type'
  if ('$ref' in node) return Object.keys(node).every((key) => key.startsWith('$')) ? null : '$ref'
  return breachOfShape(node) ?? breachOfText(node)
}

function breachOfShape(node: JsonObject): string | null {
  const { type, items } = node
  const is = (name: string): boolean =>
    type === name || (Array.isArray(type) && type.includes(name))
  if (is('array') && !isObject(items)) return 'items'
  if (!is('object') && !('properties' in node)) return null
  if (node['additionalProperties'] !== false) return 'additionalProperties'
  const required = asArray(node['required'])
  const names = Object.keys(asObject(node['properties']) ?? {})
  return names.every((name) => required.includes(name)) ? null : 'required'
}

function breachOfText(node: JsonObject): string | null {
  const format = asString(node['format'])
  if (format !== undefined && !STRICT_FORMATS.has(format)) return 'format'
  return /\(\?<?[=!]/.test(asString(node['pattern']) ?? '') ? 'pattern' : null
}
