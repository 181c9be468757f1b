// From a file to a configuration that is whole: read, held against the schema, checked; or one error that lists all that is wrong.
import { check } from './check.ts'
import { readDocument } from './document.ts'
import type { Env } from './paths.ts'
import { ConfigError, type Finding } from './problem.ts'
import { isFilled, validate, type FilledConfig } from './validate.ts'

export { ConfigError } from './problem.ts'

/** Reads the file. Throws {@link ConfigError} with every problem, in the order of the text. */
export function loadConfig(file: string, env: Env): FilledConfig {
  const document = readDocument(file)
  const { value } = document
  const wrong = validate(value)
  if (!isFilled(value)) throw new ConfigError(document.locate(wrong))
  const found = [...wrong, ...check(value, file, env, (...path) => isSound(path, wrong))]
  if (found.length > 0) throw new ConfigError(document.locate(found))
  return value
}

/** No finding stands at the path, below it or above it. */
function isSound(path: readonly string[], findings: readonly Finding[]): boolean {
  return !findings.some((finding) =>
    finding.path.slice(0, path.length).every((step, index) => step === path[index]),
  )
}
