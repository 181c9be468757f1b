// What a command may touch of the outside world, and the exit statuses it may end with.
import type { Readable, Writable } from 'node:stream'

export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown }
  readonly stdout: Writable & {
    readonly isTTY?: boolean
    /** Like the rows 0 where the terminal does not know. */
    readonly columns?: number
    readonly rows?: number
  }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly env: Readonly<NodeJS.ProcessEnv>
}

/** Exit statuses, the same for every command; documented in the README. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  no_daemon: 69,
  in_use: 75,
  config: 78,
  cancelled: 130,
} as const

/** A mistake in how a command was called: told with the way to its help. Exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Escape codes for a stream: none where it is no terminal, or where NO_COLOR is set. */
export function styles(
  stream: { readonly isTTY?: boolean },
  env: Io['env'],
): Record<'dim' | 'bold' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string> {
  const on = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  const style = (code: number) => (text: string) => (on ? `\u001B[${code}m${text}\u001B[0m` : text)
  return {
    dim: style(2),
    bold: style(1),
    red: style(31),
    green: style(32),
    yellow: style(33),
    cyan: style(36),
  }
}
