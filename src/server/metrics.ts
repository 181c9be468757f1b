// The metrics page for whoever scrapes: HTTP on a loopback port or a private Unix socket. One page, no parameters, nothing that changes anything.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ListenError, codeOf } from './listen-error.ts'
import type { Logger } from './logger.ts'
import { listen } from './socket.ts'

export type MetricsPlace = { readonly port: number } | { readonly socket_path: string }

const LOOPBACK = '127.0.0.1'
/** By name too, so that a page in a browser that calls itself by another name learns nothing. */
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/

/** Serves what `render` gives, until the returned function is called. Throws a {@link ListenError}. */
export async function serveMetrics(
  place: MetricsPlace,
  render: () => string,
  logger: Logger,
): Promise<() => void> {
  const isPort = 'port' in place
  const server = createServer((request, response) =>
    answer(request, response, render, !isPort || LOOPBACK_HOST.test(request.headers.host ?? '')),
  )
  const close = isPort
    ? await listenOn(server, place.port)
    : await listenAt(server, place.socket_path, logger)
  server.on('error', (error) =>
    logger.error({ code: codeOf(error) }, 'the metrics listener failed'),
  )
  return () => {
    close()
    server.closeAllConnections()
  }
}

async function listenAt(server: Server, path: string, logger: Logger): Promise<() => void> {
  const listening = await listen(server, { kind: 'path', path, mode: 0o600 }, logger)
  return () => {
    listening.close()
    listening.release()
  }
}

function listenOn(server: Server, port: number): Promise<() => void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        codeOf(error) === 'EADDRINUSE'
          ? new ListenError(
              'in_use',
              `port ${port} of telemetry.metrics is in use: choose another`,
              error,
            )
          : new ListenError(
              'failed',
              `telemetry.metrics cannot listen on port ${port} (${codeOf(error)})`,
              error,
            ),
      ),
    )
    server.listen({ host: LOOPBACK, port }, () => {
      server.removeAllListeners('error')
      resolve(() => server.close())
    })
  })
}

function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  render: () => string,
  allowed: boolean,
): void {
  const tell = (status: number, text: string): void => {
    const type = 'text/plain; version=0.0.4; charset=utf-8'
    response.writeHead(status, { 'content-type': type, connection: 'close' })
    response.end(method === 'HEAD' ? undefined : text)
  }
  if (!allowed) tell(403, 'metrics are told to this machine only\n')
  else if (method !== 'GET' && method !== 'HEAD') tell(405, 'only GET\n')
  else if (url?.split('?', 1)[0] !== '/metrics') tell(404, 'the page is /metrics\n')
  else tell(200, render())
}
