// What Anthropic's schema compiler takes, told before anything is sent: the first keyword it would answer with 400, by name and
// pointer. Rewrites no schema.
import { unsupported } from '../../protocol/fault.ts'
import { pathOf } from '../../protocol/pointer.ts'
import type { JsonObject } from '../contract.ts'
import { asArray, asString, isObject } from '../shared/json.ts'
import { visitSchema } from '../shared/schema.ts'

const REFUSED = [
  'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength',
  'maxItems uniqueItems contains minContains maxContains prefixItems unevaluatedItems',
  'minProperties maxProperties patternProperties propertyNames unevaluatedProperties',
  'dependentRequired dependentSchemas oneOf not if then else',
].flatMap((line) => line.split(' '))
const FORMATS = 'date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' ')
const REFUSED_AT_ROOT = ['oneOf', 'anyOf', 'allOf']

/** Throws `unsupported_capability`/`schema_keyword` for the first keyword that a compiled schema may not hold, or lacks. */
export function checkSchema(root: JsonObject, pointer: string): void {
  const circular = cycles(root)
  visitSchema(root, (node, at) => {
    const keyword = keywordOf(node) ?? (circular(node) ? '$ref' : null)
    if (keyword !== null) refuse(keyword, pointer + at, keyword in node)
  })
}

/** Throws for a root that no tool's input may have, strict or not. */
export function checkToolRoot(root: JsonObject, pointer: string): void {
  const keyword = REFUSED_AT_ROOT.find((name) => name in root)
  if (keyword !== undefined) refuse(keyword, pointer, true)
  if (root['type'] !== undefined && root['type'] !== 'object') refuse('type', pointer, true)
}

function refuse(keyword: string, pointer: string, present: boolean): never {
  const text = present
    ? `the provider refuses this schema's "${keyword}" here`
    : `the provider wants "${keyword}": false on every object of a schema`
  throw unsupported('schema_keyword', text, present ? `${pointer}/${keyword}` : pointer)
}

function keywordOf(node: JsonObject): string | null {
  const { minItems, format, additionalProperties, $ref } = node
  const refused = REFUSED.find((keyword) => keyword in node)
  if (refused !== undefined) return refused
  if (minItems !== undefined && minItems !== 0 && minItems !== 1) return 'minItems'
  if (typeof format === 'string' && !FORMATS.includes(format)) return 'format'
  if (typeof $ref === 'string' && !/^#(\/|$)/.test($ref)) return '$ref'
  if (asArray(node['enum']).some((value) => typeof value === 'object' && value !== null)) {
    return 'enum'
  }
  if (asArray(node['allOf']).some((child) => isObject(child) && '$ref' in child)) return 'allOf'
  const types = [node['type']].flat()
  const object = types.includes('object') || 'properties' in node
  return object && additionalProperties !== false ? 'additionalProperties' : null
}

/** Whether a node's `$ref` leads back to itself. Each definition is walked once. */
function cycles(root: JsonObject): (node: JsonObject) => boolean {
  const straight = new Set<string>()
  const leadsBack = (ref: string, trail: readonly string[]): boolean => {
    if (trail.includes(ref)) return true
    if (straight.has(ref)) return false
    const found = refsIn(resolve(root, ref)).some((next) => leadsBack(next, [...trail, ref]))
    if (!found) straight.add(ref)
    return found
  }
  return (node) => {
    const ref = asString(node['$ref'])
    return ref !== undefined && leadsBack(ref, [])
  }
}

function resolve(root: JsonObject, ref: string): unknown {
  return pathOf(ref).reduce<unknown>((node, key) => {
    return Array.isArray(node)
      ? (node as unknown[])[Number(key)]
      : isObject(node)
        ? node[key]
        : null
  }, root)
}

function refsIn(node: unknown): string[] {
  const refs: string[] = []
  if (!isObject(node)) return refs
  visitSchema(node, ({ $ref }) => {
    if (typeof $ref === 'string') refs.push($ref)
  })
  return refs
}
