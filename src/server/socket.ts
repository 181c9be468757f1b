// The place where clients knock: a socket inherited from the service manager, or a path of our own that is private from its first moment.
// Never displaces a live daemon, never removes what is not a socket, and never removes a successor's.
import { lstatSync, mkdirSync, statSync, unlinkSync, type Stats } from 'node:fs'
import { connect, type Server } from 'node:net'
import { dirname } from 'node:path'
import { codeOf, ListenError } from './listen-error.ts'
import { lock } from './lock.ts'
import type { Logger } from './logger.ts'

/** Where to listen. `mode`: permissions of the socket file. */
export type Place =
  | { readonly kind: 'path'; readonly path: string; readonly mode: number }
  | { readonly kind: 'inherited'; readonly fd: number }

export interface Listening {
  /** Accepts nobody from now on; the path is free, but the lock is not. */
  close(): void
  /** Lets the next daemon in. For when all is over. */
  release(): void
}

/** macOS takes no more; Linux would take four more. */
const LONGEST_PATH_BYTES = 103
const FIRST_INHERITED_FD = 3
/** Clients that may wait to be accepted; one more is refused by the kernel (EAGAIN) while the daemon is busy. The kernel's own cap holds. */
const BACKLOG = 4_096

/**
 * The socket that the service manager has opened for this process; null: none. `env` is the process's.
 * Throws `bad_fd` where more than one was handed over.
 */
export function inheritedPlace(
  env: { readonly LISTEN_FDS?: string | undefined; readonly LISTEN_PID?: string | undefined },
  pid: number,
): Place | null {
  if (env.LISTEN_FDS === undefined || Number(env.LISTEN_PID) !== pid) return null
  if (env.LISTEN_FDS !== '1') {
    throw new ListenError(
      'bad_fd',
      `LISTEN_FDS is ${env.LISTEN_FDS}: exactly one socket can be served`,
    )
  }
  return { kind: 'inherited', fd: FIRST_INHERITED_FD }
}

/** Makes `server` listen, or throws a {@link ListenError}. */
export async function listen(server: Server, place: Place, logger: Logger): Promise<Listening> {
  return place.kind === 'path'
    ? await listenAt(server, place.path, place.mode, logger)
    : await listenOn(server, place.fd)
}

async function listenOn(server: Server, fd: number): Promise<Listening> {
  try {
    await begin(server, { fd })
  } catch (error) {
    throw new ListenError(
      'bad_fd',
      `LISTEN_FDS is set but fd ${fd} is not a listening socket`,
      error,
    )
  }
  // Unix sockets that were inherited have no address here.
  if (server.address() !== null && typeof server.address() !== 'string') {
    server.close()
    throw new ListenError('bad_fd', `fd ${fd} is a network socket: only Unix sockets are served`)
  }
  // The path is the service manager's: closing does not remove it.
  return { close: () => server.close(), release: () => undefined }
}

async function listenAt(
  server: Server,
  path: string,
  mode: number,
  logger: Logger,
): Promise<Listening> {
  checkPath(path)
  checkDirectory(dirname(path), logger)
  const release = lock(`${path}.lock`)
  try {
    await makeWay(path)
    // Binding happens within the call, so that the socket has its mode from the start.
    const umask = process.umask(0o777 & ~mode)
    const begun = begin(server, { path, backlog: BACKLOG })
    process.umask(umask)
    await begun
  } catch (error) {
    release()
    throw error instanceof ListenError ? error : refusal(path, error)
  }
  const ours = lstatSync(path)
  const close = (): void => {
    // Closing removes whatever is at the path by then; left open, ours ends with the process.
    if (isSame(ours, lstatSync(path, { throwIfNoEntry: false }))) server.close()
    else {
      server.unref()
      logger.warn(
        { path },
        'the socket was replaced while it was served; the new one is left alone',
      )
    }
  }
  return { close, release }
}

function begin(
  server: Server,
  where: { path: string; backlog: number } | { fd: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function checkPath(path: string): void {
  if (path.startsWith('\0') || path.startsWith('@')) {
    throw new ListenError(
      'bad_path',
      'abstract sockets have no permissions: configure a path in socket_path',
    )
  }
  const length = Buffer.byteLength(path)
  if (length > LONGEST_PATH_BYTES) {
    throw new ListenError(
      'bad_path',
      `${path} has ${length} bytes, a socket's path at most ${LONGEST_PATH_BYTES}: configure a shorter socket_path`,
    )
  }
}

/** Whoever may write to the directory may replace the socket and read every prompt. */
function checkDirectory(directory: string, logger: Logger): void {
  const { uid, mode } = directoryAt(directory)
  const sticky = (mode & 0o1000) !== 0
  if (uid !== 0 && uid !== process.geteuid?.()) {
    throw new ListenError(
      'bad_path',
      `${directory} belongs to another user, who could replace the socket: configure another socket_path`,
    )
  }
  if ((mode & 0o002) !== 0 && !sticky) {
    throw new ListenError(
      'bad_path',
      `anyone can write to ${directory} and replace the socket: chmod o-w ${directory}`,
    )
  }
  if ((mode & 0o020) !== 0 && !sticky) {
    logger.warn({ directory }, 'the group can write to the directory of the socket and replace it')
  }
}

function directoryAt(directory: string): Stats {
  try {
    const found = statSync(directory, { throwIfNoEntry: false })
    if (found?.isDirectory()) return found
    if (found)
      throw new ListenError(
        'bad_path',
        `${directory} is not a directory: configure another socket_path`,
      )
    // On a fresh macOS account ~/.local is missing as well.
    mkdirSync(directory, { mode: 0o700, recursive: true })
    return statSync(directory)
  } catch (error) {
    if (error instanceof ListenError) throw error
    throw new ListenError(
      'bad_path',
      `the directory ${directory} cannot be used (${codeOf(error)}): make it, or configure another socket_path`,
      error,
    )
  }
}

/** Removes what a killed daemon left behind. The lock is ours, so whoever still answers knows nothing of locks. */
async function makeWay(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return
  // A connection to a plain file is refused just as one to a dead socket: look before knocking.
  if (!found.isSocket()) {
    throw new ListenError(
      'bad_path',
      `${path} exists and is no socket: move it away, or configure another socket_path`,
    )
  }
  const answer = await knock(path)
  if (answer === 'ECONNREFUSED') unlinkSync(path)
  else if (answer !== 'ENOENT') {
    throw new ListenError(
      'in_use',
      `something is serving ${path} (${answer}): stop it, or configure another socket_path`,
    )
  }
}

/** `connected`, or the failure's code. EAGAIN is a live daemon too busy to accept. */
function knock(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve('connected')
    })
    socket.once('error', (error) => resolve(codeOf(error)))
  })
}

function refusal(path: string, error: unknown): ListenError {
  const code = codeOf(error)
  return code === 'EADDRINUSE'
    ? new ListenError(
        'in_use',
        `something else has just begun to serve ${path}: stop it, or configure another socket_path`,
        error,
      )
    : new ListenError(
        'failed',
        `cannot listen at ${path} (${code}): check the directory's permissions`,
        error,
      )
}

function isSame(ours: Stats, found: Stats | undefined): boolean {
  return found?.ino === ours.ino && found.dev === ours.dev
}
