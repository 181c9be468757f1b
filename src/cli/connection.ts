// How a client command finds and reaches the daemon.
import { connect, type GatewayClient } from '../client/index.ts'
import { clientSocketPath } from '../config/paths.ts'
import { EXIT, type Io } from './io.ts'

export interface ClientOptions {
  readonly socket?: string | undefined
  readonly config?: string | undefined
}

/** The connection, or the exit status after saying why there is none. */
export async function reach(options: ClientOptions, io: Io): Promise<GatewayClient | number> {
  const path = clientSocketPath(options, io.env, process.cwd())
  try {
    return await connect(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const why =
      code === 'ENOENT' || code === 'ECONNREFUSED'
        ? `no daemon listens at ${path}; start one with: beluna-gateway serve`
        : `cannot connect to ${path} (${code})`
    io.stderr.write(`beluna-gateway: ${why}\n`)
    return EXIT.no_daemon
  }
}
