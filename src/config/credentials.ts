// Where keys come from. Secrets exist as values only here and in the outgoing header: nothing in this room logs, tells or stores one.
import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { accessSync, constants, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '../protocol/fault.ts'
import type { CredentialConfig } from './config.gen.ts'
import { isHeaderValue } from './endpoint.ts'
import type { Env } from './paths.ts'
import { remember } from './redaction.ts'

export { redact } from './redaction.ts'

interface Key {
  /** Goes into a header as it is; null: the target takes none. */
  readonly secret: string | null
  /** One-way and short: tells keys apart without telling them. `none` where there is none. */
  readonly fingerprint: string
}

export interface Credential {
  readonly source: 'env' | 'file' | 'command' | 'value' | 'none'
  /** As in "environment variable OPENAI_API_KEY". */
  readonly describe: string
  /** Whether there is a key, as far as that can be told without fetching it; null: not known. */
  readonly available: boolean | null
  /** The file the key is read from; null: none. */
  readonly file: string | null
  /** The key; null: it has not been read since it was last forgotten. */
  readonly key: Key | null
  /** The key, read when first needed and kept. Throws `authentication`, or the signal's reason. */
  get(signal: AbortSignal): Promise<Key>
  /** The provider refused the key: the next {@link get} reads it anew. */
  forget(): void
}

/** What a credential needs to know of its place in the world. */
export interface CredentialPlace {
  readonly target: string
  /** The directory of the configuration. */
  readonly directory: string
  readonly env: Env
}

const NO_KEY: Key = { secret: null, fingerprint: 'none' }
const MOST_BYTES = 64 * 1024
const COMMAND_TIMEOUT_MS = 30_000

/** The credential that a configuration names; nothing is read yet, save a value that stands in the configuration itself. */
export function credentialOf(config: CredentialConfig, place: CredentialPlace): Credential {
  if (config === 'none')
    return {
      source: 'none',
      describe: 'none',
      available: true,
      file: null,
      key: NO_KEY,
      get: async () => NO_KEY,
      forget: () => undefined,
    }
  if ('env' in config) return new KeptCredential(fromEnv(config.env, place), place.target)
  if ('file' in config) return new KeptCredential(fromFile(config.file, place), place.target)
  if ('command' in config)
    return new KeptCredential(fromCommand(config.command, place), place.target)
  return new KeptCredential(fromValue(config.value), place.target)
}

/** How one kind of credential is read. `read` throws {@link Missing} with what is wrong and what to do. */
interface Source {
  readonly source: Credential['source']
  readonly describe: string
  readonly file: string | null
  available(): boolean | null
  read(signal: AbortSignal): Promise<string>
}

class Missing extends Error {}

interface Reading {
  readonly key: Promise<Key>
  readonly controller: AbortController
  waiting: number
}

/** Reads its source once for all who wait; the reading is aborted when the last of them has gone. */
class KeptCredential implements Credential {
  readonly #from: Source
  readonly #target: string
  #key: Key | null = null
  #reading: Reading | null = null

  constructor(from: Source, target: string) {
    this.#from = from
    this.#target = target
  }

  get source(): Credential['source'] {
    return this.#from.source
  }

  get describe(): string {
    return this.#from.describe
  }

  get file(): string | null {
    return this.#from.file
  }

  get available(): boolean | null {
    return this.#key === null ? this.#from.available() : true
  }

  get key(): Key | null {
    return this.#key
  }

  async get(signal: AbortSignal): Promise<Key> {
    signal.throwIfAborted()
    if (this.#key) return this.#key
    const reading = (this.#reading ??= this.#start())
    reading.waiting += 1
    try {
      return await abortable(reading.key, signal)
    } finally {
      reading.waiting -= 1
      if (reading.waiting === 0) {
        reading.controller.abort()
        if (this.#reading === reading) this.#reading = null
      }
    }
  }

  forget(): void {
    this.#key = null
  }

  #start(): Reading {
    const controller = new AbortController()
    return { key: this.#read(controller.signal), controller, waiting: 0 }
  }

  async #read(signal: AbortSignal): Promise<Key> {
    const secret = await this.#readSecret(signal)
    remember(secret)
    this.#key = { secret, fingerprint: fingerprintOf(secret) }
    return this.#key
  }

  async #readSecret(signal: AbortSignal): Promise<string> {
    const { describe } = this.#from
    try {
      const secret = (await this.#from.read(signal)).replace(/[\r\n]+$/, '')
      if (isHeaderValue(secret)) return secret
      const what = secret === '' ? 'is empty' : 'is not one line of printable ASCII'
      throw new Missing(`what it gives ${what}`)
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      const text = `target "${this.#target}" has no credential: ${describe}: ${error.message}`
      throw new Fault('authentication', 'credential_missing', text)
    }
  }
}

function fromEnv(name: string, { env }: CredentialPlace): Source {
  return {
    source: 'env',
    describe: `environment variable ${name}`,
    file: null,
    available: () => Boolean(env[name]),
    read: async () => {
      const value = env[name]
      if (value) return value
      throw new Missing('it is not set; set it and restart the daemon')
    },
  }
}

function fromFile(name: string, { directory, env }: CredentialPlace): Source {
  const file = resolve(env['CREDENTIALS_DIRECTORY'] || directory, name)
  return {
    source: 'file',
    describe: `file ${file}`,
    file,
    available: () => isReadable(file),
    read: async (signal) => {
      try {
        const facts = await stat(file)
        if (!facts.isFile()) throw new Missing('it is not a regular file')
        if (facts.size > MOST_BYTES) throw new Missing(`it is larger than ${MOST_BYTES} bytes`)
        return await readFile(file, { encoding: 'utf8', signal })
      } catch (error) {
        if (error instanceof Missing || signal.aborted) throw error
        throw new Missing(
          `it cannot be read (${codeOf(error)}); write the key into it, for the daemon's user alone`,
        )
      }
    },
  }
}

function fromCommand(
  [program = '', ...args]: readonly string[],
  { directory }: CredentialPlace,
): Source {
  return {
    source: 'command',
    // The arguments may hold what nobody should read in a log.
    describe: `command ${program}`,
    file: null,
    available: () => null,
    read: async (signal) => {
      try {
        const running = promisify(execFile)(program, args, {
          cwd: directory,
          encoding: 'utf8',
          killSignal: 'SIGKILL',
          maxBuffer: MOST_BYTES,
          signal,
          timeout: COMMAND_TIMEOUT_MS,
        })
        running.child.stdin?.end()
        return (await running).stdout
      } catch (error) {
        if (signal.aborted) throw error
        throw new Missing(
          `it failed (${codeOf(error)}); run it by hand as the daemon's user to see why`,
        )
      }
    },
  }
}

function fromValue(value: string): Source {
  remember(value)
  return {
    source: 'value',
    describe: 'value in the configuration',
    file: null,
    available: () => true,
    read: async () => value,
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if ('killed' in error && error.killed === true) return 'ended by the daemon: too slow'
  if ('signal' in error && typeof error.signal === 'string') return `ended by ${error.signal}`
  if (!('code' in error)) return 'unknown error'
  return typeof error.code === 'number' ? `exit status ${error.code}` : String(error.code)
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Twelve hexadecimal digits of a hash that serves no other purpose. */
function fingerprintOf(secret: string): string {
  return hash('sha256', `beluna-gateway credential\0${secret}`).slice(0, 12)
}

/** The promise's end, or the signal's, whichever is first. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
