// Why the daemon cannot listen.

/**
 * - `in_use`: another daemon is there, or may be: try again later.
 * - `bad_path`: what is configured cannot or must not be a socket's place.
 * - `bad_fd`: the service manager's socket cannot be used.
 * - `failed`: the system refused for another reason.
 */
export type ListenReason = 'in_use' | 'bad_path' | 'bad_fd' | 'failed'

/** The message is one line that says what is wrong, where, and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  readonly reason: ListenReason

  constructor(reason: ListenReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.reason = reason
  }
}

/** The system's name of a failure (`ENOENT` and the like); '' where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
