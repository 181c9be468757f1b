// What the server needs of a log, and how it tells a bug there. It never logs a line, an event or a socket's bytes.
import { codeOf } from './listen-error.ts'

type Log = (facts: object, text: string) => void

/** The four levels used here; pino's logger is one. */
export interface Logger {
  readonly debug: Log
  readonly info: Log
  readonly warn: Log
  readonly error: Log
}

/** Where a bug was met. Without the thrown message, which could hold anything: a prompt, or a secret. */
export function bugFacts(thrown: unknown): { error: string; code: string; stack: string } {
  if (!(thrown instanceof Error)) return { error: typeof thrown, code: '', stack: '' }
  const frames = thrown.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []
  return { error: thrown.name, code: codeOf(thrown), stack: frames.join('\n') }
}
