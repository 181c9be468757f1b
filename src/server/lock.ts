// The lock that makes one daemon a socket: SQLite's exclusive lock on an empty file, the only lock Node can take that the kernel releases
// however the holder dies. Nothing is ever stored in the file, and it is never removed: a removed lock file can be locked twice.
import { lstatSync } from 'node:fs'
import type * as Sqlite from 'node:sqlite'
import { codeOf, ListenError } from './listen-error.ts'

/** Takes the lock or throws `in_use` at once. Held until the returned function is called or the process ends. */
export function lock(path: string): () => void {
  checkFile(path)
  const { DatabaseSync } = loadSqlite()
  const umask = process.umask(0o177)
  try {
    const database = new DatabaseSync(path, { timeout: 0 })
    try {
      // In memory, so that no journal is ever written beside the file.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    } catch (error) {
      database.close()
      throw error
    }
    return () => {
      if (database.isOpen) database.close()
    }
  } catch (error) {
    throw refusal(path, error)
  } finally {
    process.umask(umask)
  }
}

/** SQLite would follow a link, and another user's file can be held for ever by that user. */
function checkFile(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return
  if (!found.isFile() || found.uid !== process.geteuid?.()) {
    throw new ListenError('bad_path', `the lock ${path} is not a file of this user: remove it`)
  }
}

function refusal(path: string, error: unknown): ListenError {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : null
  return code === SQLITE_BUSY
    ? new ListenError(
        'in_use',
        `another daemon holds ${path}: stop it, or configure another socket_path`,
        error,
      )
    : new ListenError(
        'failed',
        `${path} cannot be locked (${codeOf(error)}): check the directory and the disk`,
        error,
      )
}

const SQLITE_BUSY = 5

/** Loaded when needed, and without the warning that some Node versions print on its first use: the little that is used here is stable. */
function loadSqlite(): typeof Sqlite {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => undefined
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}
