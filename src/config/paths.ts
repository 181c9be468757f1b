// Where the configuration file and the socket are, for the daemon and its clients alike. Looks only at names; opens nothing but a
// configuration that a client needs the socket's place from.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { readDocument } from './document.ts'
import { wholeFile } from './problem.ts'

export type Env = Readonly<NodeJS.ProcessEnv>

const NAMES = ['config.yaml', 'config.yml', 'config.json']
/** The kernel's address has room for 107 bytes on Linux, 103 on macOS: what works here shall work there. */
const MAX_SOCKET_PATH_BYTES = 103

/**
 * The configuration file: `named` (`--config`), else `$BELUNA_GATEWAY_CONFIG`, else in the user's configuration directory, else in the
 * working directory; null: there is none. Absolute. Throws {@link ConfigError} for two at one place.
 */
export function findConfig(
  named: string | undefined,
  env: Env,
  cwd: string = process.cwd(),
): string | null {
  const told = named ?? (env['BELUNA_GATEWAY_CONFIG'] || undefined)
  if (told !== undefined) return resolve(cwd, told)
  for (const place of configPlaces(env, cwd)) {
    const [found, second] = NAMES.map((name) => join(place, name)).filter((file) =>
      existsSync(file),
    )
    if (found && second) throw wholeFile(second, `there is ${found} as well: keep one of them`)
    if (found) return found
  }
  return null
}

/** The directories in which {@link findConfig} looks, in order. */
export function configPlaces(env: Env, cwd: string): [string, string] {
  const base = absolute(env['XDG_CONFIG_HOME']) ?? join(home(env), '.config')
  return [join(base, 'beluna-gateway'), resolve(cwd)]
}

/** Where the daemon listens if nothing says otherwise. `uid`: whose daemon it is. */
export function defaultSocketPath(env: Env, uid: number | undefined = process.getuid?.()): string {
  const runtime = absolute(env['XDG_RUNTIME_DIR'])
  if (runtime) return join(runtime, 'beluna-gateway', 'gateway.sock')
  if (uid === 0) return '/run/beluna-gateway/gateway.sock'
  return join(home(env), '.local/state/beluna-gateway/gateway.sock')
}

/**
 * The socket a client connects to: `--socket`, else `$BELUNA_GATEWAY_SOCKET`, else the configuration's, else the default.
 * Of the configuration only `socket_path` is read, so that a client works while other fields are wrong. Throws {@link ConfigError}.
 */
export function clientSocketPath(
  flags: { readonly socket?: string | undefined; readonly config?: string | undefined },
  env: Env,
  cwd: string = process.cwd(),
): string {
  const told = flags.socket ?? (env['BELUNA_GATEWAY_SOCKET'] || undefined)
  if (told !== undefined) return resolve(cwd, told)
  const file = findConfig(flags.config, env, cwd)
  if (file === null) return defaultSocketPath(env)
  const { value } = readDocument(file)
  const path =
    typeof value === 'object' && value !== null && 'socket_path' in value ? value.socket_path : null
  return typeof path === 'string' ? resolve(dirname(file), path) : defaultSocketPath(env)
}

/** Why a socket cannot stand at an absolute path; null: it can. */
export function socketPathMistake(path: string): string | null {
  if (/^[@\0]/.test(path)) return 'abstract sockets have no owner and no mode; name a file'
  const bytes = Buffer.byteLength(path)
  return bytes > MAX_SOCKET_PATH_BYTES
    ? `the path is ${bytes} bytes long, and a socket's may have ${MAX_SOCKET_PATH_BYTES}: ${path}`
    : null
}

const home = (env: Env): string => absolute(env['HOME']) ?? homedir()

// The XDG specification: what is not absolute is as if it were not set.
const absolute = (path: string | undefined): string | null =>
  path !== undefined && isAbsolute(path) ? path : null
