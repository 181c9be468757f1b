// How a client command finds and reaches the daemon.
import { connect, type GatewayClient } from '../client/index.ts'
import { clientSocketPath, findConfig } from '../config/paths.ts'
import { EXIT, type Io } from './io.ts'

export interface ClientOptions {
  readonly socket?: string | undefined
  readonly config?: string | undefined
}

export interface Manner {
  /** Where the system's service listens. */
  readonly system?: string
  /** How long a request waits for a daemon that has gone; default: the client's. */
  readonly patience_ms?: number
}

const SYSTEM_SOCKET = '/run/beluna-gateway/gateway.sock'

/**
 * The connection, or the exit status after saying why there is none. Where nothing says which socket (no option, no variable, no
 * configuration), and nobody listens at the default place, the system's service is tried.
 */
export async function reach(
  options: ClientOptions,
  io: Io,
  { system = SYSTEM_SOCKET, patience_ms }: Manner = {},
): Promise<GatewayClient | number> {
  const path = clientSocketPath(options, io.env, process.cwd())
  const told = options.socket ?? io.env['BELUNA_GATEWAY_SOCKET'] ?? ''
  const chosen = told !== '' || findConfig(options.config, io.env, process.cwd()) !== null
  const first = await attempt(path, patience_ms)
  if (typeof first !== 'string') return first
  if (!ABSENT.has(first) || chosen || path === system) return explain(path, first, io)
  const second = await attempt(system, patience_ms)
  if (typeof second !== 'string') return second
  return ABSENT.has(second) ? explain(path, first, io) : explain(system, second, io)
}

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED'])

/** The connection, or the system's code for why there is none. */
const attempt = (path: string, patience_ms?: number): Promise<GatewayClient | string> =>
  connect(path, { patience_ms }).catch((error: unknown) =>
    error instanceof Error && 'code' in error ? String(error.code) : String(error),
  )

function explain(path: string, code: string, io: Io): number {
  const why = ABSENT.has(code)
    ? `no daemon listens at ${path}; start one with: beluna-gateway serve`
    : code === 'EACCES'
      ? `you may not use ${path}: only its owner and its group can (ls -l shows them)`
      : `cannot connect to ${path} (${code})`
  io.stderr.write(`beluna-gateway: ${why}\n`)
  return EXIT.no_daemon
}
