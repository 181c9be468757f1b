// The text of a configuration file: JSON or YAML to a value, and from a field back to its line and column. Knows no field by name;
// error texts never repeat the input.
import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import type * as Yaml from 'yaml'
import type { Document, Node, Pair } from 'yaml'
import { scan } from '../protocol/json-scan.ts'
import { ConfigError, fieldOf, wholeFile, type Finding, type Problem } from './problem.ts'

export interface ConfigDocument {
  readonly value: unknown
  /** Findings as problems: with their places, in the order of the text. */
  locate(findings: readonly Finding[]): Problem[]
}

// Loaded when it is needed, which takes some 25 ms: sound JSON needs it only to say where a finding is.
const load: (name: string) => typeof Yaml = createRequire(import.meta.url)
const yaml = (): typeof Yaml => load('yaml')

const MAX_BYTES = 4 * 1024 * 1024

/** Reads and parses the file, synchronously: once at start and at a reload. Throws {@link ConfigError}. */
export function readDocument(file: string): ConfigDocument {
  return parseConfig(file, readText(file))
}

function readText(file: string): string {
  try {
    const { size } = statSync(file)
    if (size > MAX_BYTES) throw wholeFile(file, `is larger than ${MAX_BYTES} bytes`)
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
  } catch (error) {
    if (error instanceof ConfigError) throw error
    if (error instanceof TypeError) throw wholeFile(file, 'is not valid UTF-8')
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw wholeFile(file, `cannot be read (${code})`)
  }
}

/** The value of a text and the places of its fields. `file` tells by its ending whether it is JSON. Throws {@link ConfigError}. */
function parseConfig(file: string, text: string): ConfigDocument {
  if (extname(file) !== '.json' || scan(text).violation) return parseAsYaml(file, text)
  return {
    value: JSON.parse(text),
    locate: (findings) => (findings.length > 0 ? parseAsYaml(file, text).locate(findings) : []),
  }
}

/** Knows where everything is. JSON is YAML as well. */
function parseAsYaml(file: string, text: string): ConfigDocument {
  const { LineCounter, parseDocument } = yaml()
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  })
  const problem = (offset: number, field: string, message: string): Problem => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col, field, message }
  }
  const wrong = extname(file) === '.json' ? jsonMistake(text) : null
  if (wrong) throw new ConfigError([problem(wrong.offset, '', wrong.message)])
  const mistakes = [...document.errors, ...document.warnings]
  const wrongAt = mistakes.map(({ code, pos }) =>
    problem(pos[0], '', YAML_TEXTS[code] ?? 'is not valid YAML'),
  )
  wrongAt.push(...mergeKeysIn(document).map((offset) => problem(offset, '', NO_MERGE)))
  if (wrongAt.length > 0) throw new ConfigError(wrongAt)
  return {
    value: valueOf(file, document),
    locate: (findings) =>
      findings
        .map((finding) => ({ finding, offset: offsetOf(document, finding) }))
        .toSorted((a, b) => a.offset - b.offset)
        .map(({ finding, offset }) => problem(offset, fieldOf(finding.path), finding.message)),
  }
}

const NO_MERGE = 'YAML 1.2 has no merge keys: write the fields out, or use an alias for the whole'

/** Where `<<` stands for a name: YAML 1.1 meant the fields of another object by it, and as a name it is nobody's. */
function mergeKeysIn(document: Document): number[] {
  const { isScalar, visit } = yaml()
  const offsets: number[] = []
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '<<') offsets.push(startOf(key, 0))
    },
  })
  return offsets
}

function valueOf(file: string, document: Document): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    // Throws where an alias stands inside its own anchor.
    JSON.stringify(value)
    return value
  } catch {
    throw wholeFile(file, 'has an alias without its anchor or inside it, or too many aliases')
  }
}

const YAML_TEXTS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this field stands twice in the same object',
  TAB_AS_INDENT: 'tabs cannot indent YAML; use spaces',
  BAD_INDENT: 'the indentation is wrong, or a bracket is not closed',
  MISSING_CHAR: 'a quote, bracket, comma or colon is missing',
  MULTIPLE_DOCS: 'there is more than one document in the file',
  BAD_ALIAS: 'this is not a valid alias; put text that begins with * in quotes',
  TAG_RESOLVE_FAILED: 'this tag is not known; put text that begins with ! in quotes',
  BAD_DQ_ESCAPE: 'this is not a valid escape sequence',
  BAD_SCALAR_START: 'text that begins with @, ` or % stands in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second colon on the line; put the text in quotes',
}

const JSON_TOKEN = /\s+|[{}[\]:,]|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|-?\d[\d.eE+-]*|true|false|null/y

/** What makes a text that YAML may well take no JSON; null: it is JSON. */
function jsonMistake(text: string): { offset: number; message: string } | null {
  const start = text.startsWith('\uFEFF') ? 1 : 0
  let offset = start
  JSON_TOKEN.lastIndex = start
  while (JSON_TOKEN.test(text)) offset = JSON_TOKEN.lastIndex
  if (/^(?:\/\/|\/\*|#)/.test(text.slice(offset, offset + 2)))
    return {
      offset,
      message: 'JSON has no comments; rename the file to .yaml and write comments with #',
    }
  if (offset < text.length)
    return { offset, message: 'this is not JSON: names and texts stand in double quotes' }
  try {
    JSON.parse(text.slice(start))
    return null
  } catch (error) {
    // Only the part before the position: the rest of such a message may repeat the input.
    const said = error instanceof Error ? error.message : ''
    const [, what, place, position] = /^(.*) (in|after) JSON at position (\d+)/.exec(said) ?? []
    if (position === undefined)
      return { offset: text.trimEnd().length, message: 'the JSON ends too early' }
    const message = place === 'after' ? 'there is more after the JSON' : `this is not JSON: ${what}`
    return { offset: Number(position) + start, message }
  }
}

/** Where a finding is: its field, or the nearest field above it that is there. */
function offsetOf(document: Document, { path, at_name }: Finding): number {
  const { isAlias, isMap, isScalar, isSeq } = yaml()
  let node: unknown = document.contents
  let offset = startOf(node, 0)
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    const pair: Pair | undefined = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === step)
      : undefined
    const child: unknown = isSeq(node) ? node.items[Number(step)] : pair?.value
    if (pair === undefined && child === undefined) return offset
    const name = pair && startOf(pair.key, offset)
    const last = index === path.length - 1
    offset = name !== undefined && (at_name || !last) ? name : startOf(child, name ?? offset)
    node = child
  }
  return offset
}

function startOf(node: unknown, otherwise: number): number {
  return isNodeWithRange(node) ? node.range[0] : otherwise
}

function isNodeWithRange(node: unknown): node is Node & { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
}
