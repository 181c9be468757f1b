// What the server needs of a log, and how it tells a bug there. It never logs a line, an event or a socket's bytes.
import { framesOf } from '../telemetry/log.ts'
import { codeOf } from './listen-error.ts'

type Log = (facts: object, text: string) => void

/** The four levels used here; pino's logger is one. */
export interface Logger {
  readonly debug: Log
  readonly info: Log
  readonly warn: Log
  readonly error: Log
}

/** What the log says of a bug. */
export function bugFacts(thrown: unknown): { error: string; code: string; stack: string } {
  if (!(thrown instanceof Error)) return { error: typeof thrown, code: '', stack: '' }
  return { error: thrown.name, code: codeOf(thrown), stack: framesOf(thrown) }
}
