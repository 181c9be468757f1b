// What the server needs of a log. It never logs a line, an event or a socket's bytes.

type Log = (facts: object, text: string) => void

/** The four levels used here; pino's logger is one. */
export interface Logger {
  readonly debug: Log
  readonly info: Log
  readonly warn: Log
  readonly error: Log
}
