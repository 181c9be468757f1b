// Holds a configuration against its schema and fills the defaults in; every mistake becomes one finding that names its field.
import { readFileSync } from 'node:fs'
import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { fitsConfig } from '../protocol/ahead.ts'
import { createAjv } from '../protocol/ajv.ts'
import { pathOf } from '../protocol/pointer.ts'
import type { GatewayConfig, TargetConfig } from './config.gen.ts'
import { quoted, suggestion, type Finding } from './problem.ts'

type Scalar = string | number | boolean | null | undefined
/** Every field there, at every depth. */
type Filled<T> = T extends Scalar | readonly unknown[]
  ? T
  : { readonly [K in keyof T]-?: Filled<Exclude<T[K], undefined>> }
type Sections = Omit<GatewayConfig, '$schema' | 'socket_path' | 'default_target' | 'targets'>
type WithDefaults =
  | 'allow_insecure_http'
  | 'models'
  | 'any_model'
  | 'pricing'
  | 'headers'
  | 'max_concurrency'
  | 'max_queue'
  | 'requests_per_second'

export type TargetSettings = TargetConfig & Required<Pick<TargetConfig, WithDefaults>>
/** A configuration with the schema's defaults in it. */
export type FilledConfig = Filled<Sections> &
  Pick<GatewayConfig, 'socket_path' | 'default_target'> & {
    readonly targets: Readonly<Record<string, TargetSettings>>
  }

const SCHEMA_ID = 'beluna-gateway'
let made: Ajv2020 | undefined

// The same file that editors use, compiled once and only where a configuration is read.
function ajv(): Ajv2020 {
  if (made) return made
  const file = new URL('../../beluna-gateway.schema.json', import.meta.url)
  const text: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!isObject(text)) throw new TypeError('the schema of the configuration is no object')
  // Used once or twice: compiling must be quick, not what it compiles to.
  made = createAjv({ allErrors: true, useDefaults: true, code: { optimize: false } })
  made.addKeyword('patternErrorMessage')
  made.addSchema({ $id: SCHEMA_ID, ...text })
  return made
}

function pick(pointer: string): ValidateFunction {
  const check = ajv().getSchema(SCHEMA_ID + pointer)
  if (!check) throw new Error(`the schema of the configuration has nothing at "${pointer}"`)
  return check
}

/**
 * The findings against the schema. Fills defaults into `value`, which may be used as a {@link FilledConfig} wherever no finding stands.
 */
export function validate(value: unknown): readonly Finding[] {
  return fitsConfig?.(value) ? [] : explain(pick(''), value)
}

/** The value is what {@link validate} found nothing against; a view of it as such, also where only parts are sound. */
export function isFilled(value: unknown): value is FilledConfig {
  return isObject(value) && isObject(value['targets'])
}

function explain(check: ValidateFunction, value: unknown): Finding[] {
  if (check(value)) return []
  const errors = check.errors ?? []
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf')
  // What stands below a choice is told by the branch that was meant, not by all of them.
  const outer = choices.filter((choice) => !choices.some((other) => isBelow(choice, other)))
  const plain = errors.filter(
    (error) =>
      error.keyword !== 'propertyNames' &&
      !choices.some(
        (choice) => error.instancePath === choice.instancePath || isBelow(error, choice),
      ),
  )
  return [...plain.map(findingOf), ...outer.flatMap(explainChoice)]
}

const isBelow = (error: ErrorObject, choice: ErrorObject): boolean =>
  error.instancePath.startsWith(`${choice.instancePath}/`)

interface Branch {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, unknown>>
}

/** Why none of the forms of a value fits: the mistakes against the one that was meant, or the forms that there are. */
function explainChoice({ schemaPath, schema: forms, data, instancePath }: ErrorObject): Finding[] {
  const path = pathOf(instancePath)
  const branches = branchesOf(forms, schemaPath)
  const meant = meantOf(branches, data)
  if (meant) {
    const inner = explain(pick(meant.pointer), data)
    return inner.map((finding) => ({ ...finding, path: [...path, ...finding.path] }))
  }
  const known = branches.flatMap(({ branch }) => Object.keys(branch.properties ?? {}))
  const [name] = isObject(data) ? Object.keys(data).filter((key) => !known.includes(key)) : []
  const hint = name === undefined ? '' : suggestion(name, known)
  const message = `must be one of ${branches.map(({ branch }) => formOf(branch)).join(', ')}${hint}`
  return [{ path, message }]
}

interface BranchAt {
  readonly branch: Branch
  readonly pointer: string
}

function branchesOf(forms: unknown, schemaPath: string): BranchAt[] {
  const listed: readonly Branch[] = Array.isArray(forms) ? forms : []
  return listed.map((form, index) => {
    const pointer = form.$ref ?? `${schemaPath}/${index}`
    const resolved: unknown = form.$ref ? pick(form.$ref).schema : form
    return { branch: isObject(resolved) ? resolved : form, pointer }
  })
}

/** An object means the form with which it shares a field, or the only one there is for objects; a text one that lists texts. */
function meantOf(branches: readonly BranchAt[], data: unknown): BranchAt | null {
  if (typeof data === 'string') return branches.find(({ branch }) => branch.enum) ?? null
  if (!isObject(data)) return null
  const objects = branches.filter(({ branch }) => branch.properties)
  const shared = objects.filter(({ branch: { properties = {} } }) =>
    Object.keys(data).some((key) => Object.hasOwn(properties, key)),
  )
  const [meant, second] = objects.length === 1 ? objects : shared
  return second ? null : (meant ?? null)
}

function formOf({ type, const: only, enum: listed, required, properties }: Branch): string {
  if (only !== undefined) return JSON.stringify(only)
  if (listed) return listed.map((entry) => JSON.stringify(entry)).join(', ')
  if (!properties) return type ?? 'something else'
  return required?.[0] === undefined ? '{…}' : `{"${required[0]}": …}`
}

function findingOf(error: ErrorObject): Finding {
  const path = pathOf(error.instancePath)
  const params: Readonly<Record<string, unknown>> = error.params
  const properties: unknown = error.parentSchema?.['properties']
  const siblings = isObject(properties) ? Object.keys(properties) : []
  if (error.keyword === 'additionalProperties') {
    const name = String(params['additionalProperty'])
    const message = `unknown field ${quoted(name)}${suggestion(name, siblings)}`
    return { path: [...path, name], message, at_name: true }
  }
  if (error.keyword === 'required') {
    const name = String(params['missingProperty'])
    return { path: [...path, name], message: `missing field "${name}"`, at_name: true }
  }
  if (error.propertyName !== undefined) {
    const message = `the name ${quoted(error.propertyName)} is not allowed: ${textOf(error)}`
    return { path: [...path, error.propertyName], message, at_name: true }
  }
  return { path, message: textOf(error) }
}

const EMPTY = (): string => 'must not be empty'
const TEXTS: Readonly<Record<string, (error: ErrorObject) => string>> = {
  type: ({ params, data, parentSchema }) => {
    const types: unknown[] = [params['type']].flat()
    const wanted = types.map((type) => TYPES[String(type)] ?? type).join(' or ')
    const said: unknown = parentSchema?.['patternErrorMessage']
    return typeof said === 'string' ? said : `must be ${wanted}, not ${typeName(data)}`
  },
  enum: ({ params, data }) => {
    const allowed: unknown[] = [params['allowedValues']].flat()
    const hint = typeof data === 'string' ? suggestion(data, allowed.map(String)) : ''
    return `must be one of ${allowed.map((entry) => JSON.stringify(entry)).join(', ')}${hint}`
  },
  pattern: ({ params, parentSchema }) =>
    String(parentSchema?.['patternErrorMessage'] ?? `must match ${params['pattern']}`),
  minimum: ({ params }) => `must be at least ${params['limit']}`,
  maximum: ({ params }) => `must be at most ${params['limit']}`,
  exclusiveMinimum: ({ params }) => `must be more than ${params['limit']}`,
  minLength: EMPTY,
  minItems: EMPTY,
  minProperties: EMPTY,
  maxLength: ({ params }) => `must have at most ${params['limit']} characters`,
  maxItems: ({ params }) => `must have at most ${params['limit']} entries`,
  maxProperties: ({ params }) => `must have at most ${params['limit']} entries`,
  uniqueItems: () => 'must not hold the same entry twice',
}

const textOf = (error: ErrorObject): string =>
  TEXTS[error.keyword]?.(error) ?? error.message ?? 'is not allowed'

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a text',
}

function typeName(data: unknown): string {
  if (data === null) return 'null'
  if (typeof data === 'boolean') return String(data)
  if (typeof data === 'number' && !Number.isInteger(data)) return 'a fraction'
  return TYPES[Array.isArray(data) ? 'array' : typeof data] ?? typeof data
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
