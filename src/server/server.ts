// The daemon's front: accepts clients, counts them, and sends them home when it is time. Knows nothing of requests, and never ends the process.
import { createServer as createNetServer, type Socket } from 'node:net'
import type { Gateway, ServerFacts } from '../gateway/contract.ts'
import type { GatewayEvent } from '../protocol/gateway-event.gen.ts'
import { failedEvent } from '../protocol/refusal.ts'
import { delay } from '../resilience/deadline.ts'
import { Connection } from './connection.ts'
import { tooMany, type House, type ServerLimits } from './house.ts'
import { codeOf } from './listen-error.ts'
import type { Logger } from './logger.ts'
import { Outbox } from './outbox.ts'
import { listen, type Listening, type Place } from './socket.ts'

/** How long aborted requests may take to tell their end, before their connections close without it. */
const LAST_WORDS_MS = 1_000
/** How long a client that still reads may take when the drain's time is over. */
const LAST_BYTES_MS = 200

export interface ServerParts {
  readonly gateway: Gateway
  readonly logger: Logger
  /** Asked each time, so that a reload counts from the next line on. */
  readonly limits: () => ServerLimits
  readonly allow_exit: boolean
  /** Asked when the drain begins, so that a reload counts. */
  readonly drain_timeout_ms: () => number
  /** A client has asked the daemon to stop; called at most once a message. */
  readonly onExit: () => void
  /** Throws on an event that breaks its schema. For tests and debug runs: too dear for every delta. */
  readonly validateEvent?: (event: GatewayEvent) => void
}

export interface Server {
  /** Begins to serve, or throws a `ListenError`. Once. */
  listen(place: Place): Promise<void>
  /**
   * Stops: accepts nobody, refuses new requests, lets running ones end for `drain_timeout_ms`, ends the rest as `shutting_down`, closes all
   * connections. Resolves when all are closed and the next daemon may take the socket. Calling it again gives the same promise.
   */
  drain(): Promise<void>
  /** The drain's time is over at once. */
  hasten(): void
  facts(): ServerFacts
}

export function createServer(parts: ServerParts): Server {
  return new Front(parts)
}

class Front implements Server {
  readonly #house: House
  readonly #drainTimeoutMs: () => number
  readonly #hurry = new AbortController()
  readonly #connections = new Set<Connection>()
  readonly #server = createNetServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
  #listening: Listening | null = null
  #drained: Promise<void> | null = null

  constructor(parts: ServerParts) {
    const { gateway, logger, limits, allow_exit, onExit, validateEvent, drain_timeout_ms } = parts
    const tally = {
      connections: 0,
      connections_accepted: 0,
      lines: 0,
      refused_lines: 0,
      stalled_clients: 0,
      draining: false,
    }
    const check = validateEvent ?? null
    const running: House['running'] = new Map()
    this.#house = { gateway, logger, limits, allow_exit, exit: onExit, check, tally, running }
    this.#drainTimeoutMs = drain_timeout_ms
  }

  async listen(place: Place): Promise<void> {
    const { logger } = this.#house
    this.#listening = await listen(this.#server, place, logger)
    this.#server.on('error', (error) => logger.error({ code: codeOf(error) }, 'the socket failed'))
  }

  drain(): Promise<void> {
    this.#drained ??= this.#drain()
    return this.#drained
  }

  hasten(): void {
    this.#hurry.abort()
  }

  facts(): ServerFacts {
    return { ...this.#house.tally }
  }

  #accept(socket: Socket): void {
    const { tally, limits } = this.#house
    const { max_connections } = limits()
    if (tally.connections >= max_connections) return this.#turnAway(socket, max_connections)
    tally.connections += 1
    tally.connections_accepted += 1
    const connection = new Connection(socket, tally.connections_accepted, this.#house)
    this.#connections.add(connection)
    void connection.done.finally(() => {
      tally.connections -= 1
      this.#connections.delete(connection)
    })
  }

  #turnAway(socket: Socket, limit: number): void {
    const { limits, logger } = this.#house
    const text = `${limit} clients are connected`
    const fault = tooMany('too_many_connections', text, 'max_connections')
    logger.warn({ limit }, 'a client was turned away: too many connections')
    socket.on('error', (error) => logger.debug({ code: codeOf(error) }, 'it is gone'))
    // Its own end is seen only by reading, and bytes left unread would make ours a reset.
    socket.resume()
    const outbox = new Outbox(socket, limits, () => undefined)
    void outbox.send(`${JSON.stringify(failedEvent(null, fault))}\n`)
    outbox.end()
  }

  async #drain(): Promise<void> {
    const { tally, running, logger } = this.#house
    const connections = this.#connections
    tally.draining = true
    this.#listening?.close()
    logger.info({ requests: running.size, connections: connections.size }, 'stopping')
    const closed = new AbortController()
    const over = this.#timeIsOver(closed.signal)
    await Promise.race([Promise.all(running.values()), over])
    for (const connection of connections) connection.abort('shutting_down')
    await within(LAST_WORDS_MS, Promise.all(running.values()))
    for (const connection of connections) connection.finish()
    // A client that reads may take the rest of the drain's time, and a moment in any case.
    const all = Promise.all([...connections].map(({ done }) => done))
    await Promise.race([all, over.then(() => within(LAST_BYTES_MS, all))])
    closed.abort()
    for (const connection of connections) connection.destroy()
    await within(LAST_BYTES_MS, all)
    this.#listening?.release()
    logger.info({}, 'stopped')
  }

  /** Resolves when the drain's time has passed or somebody is in a hurry; stops counting when all is closed. */
  async #timeIsOver(closed: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([closed, this.#hurry.signal])
    await delay(this.#drainTimeoutMs(), signal).catch(() => undefined)
  }
}

/** Resolves with the work, or without it when its time has passed. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController()
  const late = delay(ms, done.signal).catch(() => undefined)
  await Promise.race([work, late])
  done.abort()
}
