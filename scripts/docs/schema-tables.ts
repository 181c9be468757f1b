// Tables of fields out of JSON schemas: name, type with its bounds, default, meaning. Knows nothing of any one schema.
import { readFileSync } from 'node:fs'

/** The part of JSON Schema that our schemas use. */
export interface Schema {
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly pattern?: string
  /** The pattern in words. */
  readonly patternErrorMessage?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
}

export function readSchema(file: string): Schema {
  const parse: (text: string) => Schema = JSON.parse
  return parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))
}

/** The top-level branch of that title. */
export function branch(root: Schema, title: string): Schema {
  const found = root.oneOf?.find((each) => each.title === title)
  if (!found) throw new Error(`no "${title}" in ${root.title}`)
  return found
}

/** A table of an object's fields, without the `skipped` ones. Needed fields are in bold where `marks` is set. */
export function fieldTable(
  root: Schema,
  object: Schema,
  { marks, skipped = [] }: { marks: boolean; skipped?: readonly string[] },
): string {
  const rows = fieldsOf(object, skipped).map(([name, field, needed]) => {
    const target = resolve(root, field)
    const said = field.default ?? target.default
    const text = [field.description ?? target.description ?? '', defaultText(said)]
    const shown = marks && needed ? `**\`${name}\`**` : `\`${name}\``
    return [shown, typeText(root, field), text.filter(Boolean).join(' ')]
  })
  return table(['field', 'type', 'meaning'], rows)
}

type Field = readonly [name: string, field: Schema, needed: boolean]

/** An object's fields; those of an object that stands inside it follow it, with their path. */
function fieldsOf(object: Schema, skipped: readonly string[]): Field[] {
  return Object.entries(object.properties ?? {})
    .filter(([name]) => !skipped.includes(name))
    .flatMap(([name, field]) => [
      [name, field, object.required?.includes(name) === true] as const,
      ...fieldsOf(field, []).map(([inner, ...rest]): Field => [`${name}.${inner}`, ...rest]),
    ])
}

/** Every named type with its table, but those that are shown where they are used, and the `skipped`. */
export function typeSections(
  root: Schema,
  options: { marks: boolean; level: string; skipped?: readonly string[] },
): string {
  return Object.entries(root.$defs ?? {})
    .filter(([name, type]) => options.skipped?.includes(name) !== true && !isScalar(type))
    .map(([name, definition]) => typeSection(root, definition.title ?? name, definition, options))
    .join('\n\n')
}

function typeSection(
  root: Schema,
  name: string,
  definition: Schema,
  { marks, level }: { marks: boolean; level: string },
): string {
  const head = `${level} ${name}\n\n${definition.description ?? ''}`.trimEnd()
  const tables = objectsIn(definition).map(({ label, object }) => {
    const text = object.description && label !== '' ? ` ${object.description}` : ''
    const intro = label === '' ? '' : `${label}:${text}\n\n`
    return intro + fieldTable(root, object, { marks })
  })
  const words = (definition.oneOf ?? []).filter((each) => !each.properties && !each.$ref)
  const plain = tables.length > 0 ? words : [definition]
  const texts = plain.map((each) => `${typeText(root, each)}${tables.length > 0 ? ', or:' : '.'}`)
  return [head, ...texts, ...tables].join('\n\n')
}

function objectsIn(definition: Schema): { label: string; object: Schema }[] {
  if (definition.properties) return [{ label: '', object: definition }]
  return (definition.oneOf ?? []).flatMap((each) => {
    if (!each.properties) return []
    const tag = Object.entries(each.properties).find(([, field]) => field.const !== undefined)
    const label = tag ? `\`${tag[0]}: ${JSON.stringify(tag[1].const)}\`` : (each.title ?? '')
    return [{ label, object: each }]
  })
}

function resolve(root: Schema, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : (root.$defs?.[name] ?? schema)
}

/** A type in words; named types are links. */
function typeText(root: Schema, schema: Schema): string {
  if (schema.$ref !== undefined) {
    const target = resolve(root, schema)
    const name = target.title ?? schema.$ref.split('/').at(-1) ?? ''
    return isScalar(target) ? typeText(root, target) : `[${name}](#${name.toLowerCase()})`
  }
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum) return schema.enum.map(code).join(', ')
  if (schema.oneOf) return schema.oneOf.map((each) => branchText(root, each)).join(' or ')
  const types = [schema.type ?? 'any'].flat()
  return types.map((type) => oneType(root, schema, type)).join(' or ')
}

const isScalar = ({
  oneOf,
  properties,
  type,
  additionalProperties,
  enum: values,
}: Schema): boolean =>
  (values?.length ?? 0) < 12 && !oneOf && !properties && type !== 'object' && !additionalProperties

function branchText(root: Schema, schema: Schema): string {
  const keys = Object.keys(schema.properties ?? {})
  return keys.length > 0 && schema.$ref === undefined
    ? `\`{${keys.join(', ')}}\``
    : typeText(root, schema)
}

function oneType(root: Schema, schema: Schema, type: string): string {
  const { items, additionalProperties: more, pattern, patternErrorMessage: words } = schema
  if (type === 'array') return items ? `list of ${typeText(root, items)}` : 'list'
  if (type === 'object') {
    if (schema.properties) return `\`{${Object.keys(schema.properties).join(', ')}}\``
    const most = schema.maxProperties === undefined ? '' : `, at most ${schema.maxProperties}`
    return typeof more === 'object' ? `map of ${typeText(root, more)}${most}` : 'object'
  }
  if (type === 'string' && pattern !== undefined && words === undefined)
    return `string, \`${pattern}\``
  return type === 'integer' || type === 'number' ? type + boundsText(schema) : type
}

const UNBOUNDED = 2 ** 31 - 1

function boundsText({ minimum, maximum, exclusiveMinimum }: Schema): string {
  const most = maximum !== undefined && maximum < UNBOUNDED ? String(maximum) : ''
  if (exclusiveMinimum !== undefined) return `, above ${exclusiveMinimum}`
  if (minimum === undefined && most === '') return ''
  return most === '' ? `, from ${minimum}` : `, ${minimum ?? ''}…${most}`
}

function defaultText(value: unknown): string {
  if (value === undefined) return ''
  const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
  return empty ? '' : `Default: ${code(value)}.`
}

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [lineOf(head), lineOf(head.map(() => '---')), ...rows.map(lineOf)].join('\n')
}

const lineOf = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
