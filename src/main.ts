// The composition root: the only file that builds the daemon out of its rooms.
import type { EventEmitter } from 'node:events'
import { pino, type DestinationStream, type Logger } from 'pino'
import { proxiesOf } from './config/proxies.ts'
import { redact } from './config/redaction.ts'
import { limitsInForce, loadSnapshot, unreloadable, type Snapshot } from './config/snapshot.ts'
import { createGateway, type ReloadableGateway } from './gateway/gateway.ts'
import type { StatusEvent } from './protocol/gateway-event.gen.ts'
import { prepareReading, validateEvent } from './protocol/validate.ts'
import { delay } from './resilience/deadline.ts'
import { bugFacts } from './server/logger.ts'
import { createServer, type Server } from './server/server.ts'
import { inheritedPlace, type Place } from './server/socket.ts'
import { createLogSink, type LogSink } from './telemetry/log-sink.ts'
import { createObserver } from './telemetry/observer.ts'
import { quickInfo, type Info } from './telemetry/quick-line.ts'
import type { Otlp } from './telemetry/otlp.ts'
import { prometheusText } from './telemetry/prometheus.ts'
import { trustSystemCertificates } from './transport/certificates.ts'
import { createHttpClient, type HttpClient } from './transport/http.ts'
import { recordingClient } from './transport/recorder.ts'

export interface DaemonOptions {
  /** The configuration file. */
  readonly config: string
  /** Listen here instead of where the configuration says. */
  readonly socket: string | undefined
  readonly env: Readonly<NodeJS.ProcessEnv>
  readonly version: string
  /** Record upstream exchanges here instead of where the configuration says. */
  readonly record?: string | undefined
  /** A log for people instead of JSON. */
  readonly pretty: boolean
}

export interface Daemon {
  /** Where it listens. */
  readonly place: string
  /** Reads the configuration again; a bad one changes nothing and is logged. */
  reload(): void
  /** Ends: lets running requests finish. A second call hastens. */
  stop(): void
  /** Resolves when it has stopped and every byte is out. */
  readonly stopped: Promise<void>
}

/** Starts the daemon. Throws `ConfigError` and `ListenError`; nothing is left behind then. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { env } = options
  const first = loadSnapshot(options.config, env)
  let current = first
  let { limits } = first.config
  const log = createLogSink(process.stderr)
  const { logger, info } = createLogger(first, log, options.pretty)
  const client = createHttpClient(proxiesOf(env))
  const http = recorded(client, first, options.record, logger)
  const status = (): StatusEvent => gateway.status('metrics', server.facts())
  const otlp = await otlpOf(first, options.version, status, logger)
  const content = (): boolean => current.config.logging.content
  const observer = createObserver(logger, { info, content, also: otlp ? [otlp.observe] : [] })
  const gateway = createGateway({
    snapshot: first,
    http,
    observer,
    redact,
    version: options.version,
    dropped_log_lines: () => log.dropped,
  })
  const { promise: stopped, resolve } = Promise.withResolvers<void>()
  const server: Server = createServer({
    gateway,
    logger,
    limits: () => limits,
    allow_exit: first.config.allow_exit,
    drain_timeout_ms: () => current.config.drain_timeout_ms,
    onExit: () => stop(),
    ...(debugging(first, env) && { validateEvent }),
  })
  const place = placeOf(first, options)
  await server.listen(place)
  prepare(first, client, env)
  const render = (): string => prometheusText(status(), observer.all())
  const closeMetrics = await metricsOf(first, render, server, logger)
  const where = announce(first, place, logger)
  let stopping = false
  const close = async (): Promise<void> => {
    closeMetrics()
    await Promise.allSettled([http.close(), otlp?.shutdown()])
    gateway.dispose()
  }
  const stop = (): void => {
    if (stopping) return server.hasten()
    stopping = true
    resolve(server.drain().then(close))
  }
  const reload = (): void => {
    current = reloaded(options, { first, before: current }, gateway, logger)
    limits = limitsInForce(first, current)
    prepare(current, client, env)
  }
  const calm = watchForBugs(logger, async () => {
    stop()
    stop()
    await stopped
  })
  return { place: where, reload, stop, stopped: stopped.finally(calm) }
}

/** Tells that it listens, and what should be known; gives where. */
function announce({ warnings, source, targets }: Snapshot, place: Place, logger: Logger): string {
  for (const warning of warnings) logger.warn(warning)
  const where = place.kind === 'path' ? place.path : `inherited fd ${place.fd}`
  logger.info({ socket: where, config: source, targets: [...targets.keys()] }, 'listening')
  return where
}

/** OpenTelemetry, where it is asked for and installed; that it is not installed stops nothing. */
async function otlpOf(
  { config }: Snapshot,
  version: string,
  status: () => StatusEvent,
  logger: Logger,
): Promise<Otlp | null> {
  const { otlp } = config.telemetry
  if (!otlp) return null
  try {
    const { startOtlp } = await import('./telemetry/otlp.ts')
    return await startOtlp({ endpoint: otlp.endpoint, version, status })
  } catch (error) {
    logger.warn(error instanceof Error ? error.message : String(error))
    return null
  }
}

/** Serves metrics where it is asked for; gives how to stop. Where it cannot, the daemon does not run either. */
async function metricsOf(
  { config }: Snapshot,
  render: () => string,
  server: Server,
  logger: Logger,
): Promise<() => void> {
  const { metrics } = config.telemetry
  if (!metrics) return () => undefined
  try {
    // Loads an HTTP server: 40 ms and 16 MB that only this needs.
    const { serveMetrics } = await import('./server/metrics.ts')
    return await serveMetrics(metrics, render, logger)
  } catch (error) {
    // It has told nobody that it listens, so nobody needs to hear that it stops.
    logger.level = 'silent'
    await server.drain()
    throw error
  }
}

/** A bug outside of every request: one line, last words to the clients, exit status 1. Returns how to watch no longer. */
function watchForBugs(logger: Logger, stop: () => Promise<void>): () => void {
  const crash = async (thrown: unknown): Promise<void> => {
    logger.fatal(
      bugFacts(thrown),
      'a bug: the daemon cannot go on; please report it with this line',
    )
    await Promise.race([stop(), delay(LAST_WORDS_MS)])
    process.exit(1)
  }
  const onCrash = (thrown: unknown): void => void crash(thrown)
  process.on('uncaughtException', onCrash).on('unhandledRejection', onCrash)
  return () => process.off('uncaughtException', onCrash).off('unhandledRejection', onCrash)
}

/** How long a daemon that has lost its mind may take to tell its clients. */
const LAST_WORDS_MS = 500

/** What holds from now on: the file as it is, or what held before if it is bad. */
function reloaded(
  { config, env }: DaemonOptions,
  { first, before }: { readonly first: Snapshot; readonly before: Snapshot },
  gateway: ReloadableGateway,
  logger: Logger,
): Snapshot {
  try {
    const next = loadSnapshot(config, env)
    gateway.reload(next)
    logger.level = next.config.logging.level
    for (const warning of next.warnings) logger.warn(warning)
    for (const field of unreloadable(first, next))
      logger.warn(`${field} is not what it was at the start: it needs a restart`)
    logger.info({ config: next.source }, 'configuration read again')
    return next
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    gateway.reloadFailed(text)
    logger.error(`the configuration was not changed: ${text}`)
    return before
  }
}

/** The client, with a file for every exchange where recording is asked for. */
function recorded(
  http: HttpClient,
  { config }: Snapshot,
  asked: string | undefined,
  logger: Logger,
): HttpClient {
  const directory = asked ?? config.recording?.directory
  if (directory === undefined) return http
  logger.warn({ directory }, 'recording: prompts and answers are written to this directory')
  return recordingClient(http, { directory, redact, problem: (text) => logger.error(text) })
}

function placeOf(snapshot: Snapshot, { socket, env }: DaemonOptions): Place {
  const inherited =
    socket === undefined
      ? inheritedPlace(
          { LISTEN_FDS: env['LISTEN_FDS'], LISTEN_PID: env['LISTEN_PID'] },
          process.pid,
        )
      : null
  if (inherited) return inherited
  return {
    kind: 'path',
    path: socket ?? snapshot.config.socket_path,
    mode: Number.parseInt(snapshot.config.socket_mode, 8),
  }
}

/** What every line of the log says. */
const BASE = { pid: process.pid }

/** Logs go to stderr. What the reader of the log does never stops the daemon. `info`: a quick way for the line of a request. */
function createLogger(
  snapshot: Snapshot,
  sink: LogSink,
  pretty: boolean,
): { logger: Logger; info: Info } {
  const options = {
    level: snapshot.config.logging.level,
    base: BASE,
    // The last door: whatever a line was made of, no known secret leaves in it.
    hooks: { streamWrite: redact },
  }
  if (pretty) {
    const printing = { target: 'pino-pretty', options: { destination: 2, ignore: 'pid,hostname' } }
    const printer: EventEmitter & DestinationStream = pino.transport(printing)
    // Its thread ends with the terminal; unheard, the event would end the process, too.
    printer.on('error', () => undefined)
    const logger = pino(options, printer)
    return { logger, info: (facts, text) => logger.info(facts, text) }
  }
  const logger = pino(options, sink)
  return { logger, info: quickInfo(logger, BASE, (line) => sink.write(redact(line))) }
}

const debugging = (snapshot: Snapshot, env: DaemonOptions['env']): boolean =>
  env['NODE_ENV'] === 'test' || ['debug', 'trace'].includes(snapshot.config.logging.level)

/** What the first request would wait for, done once it can come; and what new targets need. */
function prepare(
  { targets }: Snapshot,
  client: { prepare(): void },
  env: DaemonOptions['env'],
): void {
  const anyTls = [...targets.values()].some(({ endpoint }) => endpoint.startsWith('https:'))
  if (anyTls && env['NODE_USE_SYSTEM_CA'] !== '0') trustSystemCertificates()
  prepareReading()
  client.prepare()
}
