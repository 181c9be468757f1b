// What is wrong with a configuration, and how it is told: file, line, column, field, what to do. Never a value, which could be a secret.
import { nearest } from '../protocol/nearest.ts'
import { isSpeakable } from '../protocol/pointer.ts'

/** One mistake in the file. */
export interface Problem {
  readonly file: string
  /** 1-based; null: it is about the file as a whole. */
  readonly line: number | null
  readonly column: number | null
  /** As in `targets.openai.models["gpt-5.5"].pricing`; '' for the whole. */
  readonly field: string
  readonly message: string
}

/** A mistake by its path, before the place in the text is looked up. */
export interface Finding {
  readonly path: readonly string[]
  readonly message: string
  /** The mistake is the field's name, or that the field is there at all. */
  readonly at_name?: boolean
}

/** The configuration cannot be used. The message lists every problem; the command line ends with status 78. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    // One mistake may be found twice.
    const told = new Map(problems.map((problem) => [problemText(problem), problem]))
    super([...told.keys()].join('\n'))
    this.problems = [...told.values()]
  }
}

/** A problem of a file as a whole. */
export function wholeFile(file: string, message: string): ConfigError {
  return new ConfigError([{ file, line: null, column: null, field: '', message }])
}

function problemText({ file, line, column, field, message }: Problem): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`
  return [place, ...(field === '' ? [] : [field]), message].join(': ')
}

/** A path as people write it, cut above the first name that could be a pasted key. */
export function fieldOf(path: readonly string[]): string {
  let field = ''
  for (const step of path) {
    if (/^\d+$/.test(step)) field += `[${step}]`
    else if (!isSpeakable(step)) break
    else if (/^[\w$-]+$/.test(step)) field += field === '' ? step : `.${step}`
    else field += `[${JSON.stringify(step)}]`
  }
  return field
}

/** A name in quotes, or nothing to betray a key that was pasted in its place. */
export function quoted(name: string): string {
  return isSpeakable(name) ? `"${name}"` : '(not shown)'
}

/** ` (did you mean "…"?)`, or '' where no known name is near. */
export function suggestion(name: string, known: Iterable<string>): string {
  const best = nearest(name, known)
  return best === null ? '' : ` (did you mean "${best}"?)`
}
