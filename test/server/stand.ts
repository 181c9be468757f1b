// A server on a real socket with a canned gateway, and clients that speak to it in raw bytes.
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { GatewayEvent } from '../../src/protocol/gateway-event.gen.ts'
import { validateEvent } from '../../src/protocol/validate.ts'
import type { ServerLimits } from '../../src/server/house.ts'
import type { Logger } from '../../src/server/logger.ts'
import { createServer, type Server, type ServerParts } from '../../src/server/server.ts'
import type { Scope } from './process.ts'
import { cannedGateway, type CannedGateway } from './canned-gateway.ts'

export const LIMITS: ServerLimits = {
  max_line_bytes: 1_000_000,
  max_connections: 100,
  max_in_flight: 100,
  max_in_flight_per_connection: 50,
  max_outbox_bytes: 1_000_000,
  stalled_client_timeout_ms: 30_000,
}

export interface Entry {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly facts: object
  readonly text: string
}

export function keepingLogger(): Logger & { readonly entries: Entry[] } {
  const entries: Entry[] = []
  const at = (level: Entry['level']) => (facts: object, text: string) => {
    entries.push({ level, facts, text })
  }
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export function privateDirectory(t: Scope): string {
  const directory = mkdtempSync(join(tmpdir(), 'beluna-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export interface Stand {
  readonly server: Server
  readonly gateway: CannedGateway
  readonly logger: ReturnType<typeof keepingLogger>
  readonly path: string
  /** A new connection. */
  readonly client: () => Promise<Client>
}

export async function stand(
  t: TestContext,
  {
    limits,
    ...parts
  }: Partial<Omit<ServerParts, 'limits'>> & { limits?: Partial<ServerLimits> } = {},
): Promise<Stand> {
  const gateway = cannedGateway()
  const logger = keepingLogger()
  const path = join(privateDirectory(t), 's.sock')
  const server = createServer({
    gateway,
    logger,
    limits: () => ({ ...LIMITS, ...limits }),
    allow_exit: true,
    drain_timeout_ms: () => 5_000,
    onExit: () => undefined,
    validateEvent,
    ...parts,
  })
  await server.listen({ kind: 'path', path, mode: 0o600 })
  const clients: Client[] = []
  t.after(async () => {
    for (const { socket } of clients) socket.destroy()
    server.hasten()
    await server.drain()
  })
  const client = async (): Promise<Client> => {
    const fresh = await Client.connect(path)
    clients.push(fresh)
    return fresh
  }
  return { server, gateway, logger, path, client }
}

/** One client: sends bytes, reads lines one by one, and keeps its own direction until told otherwise. */
export class Client {
  readonly socket: Socket
  /** Resolves with 'end' when the daemon has closed its direction in order, 'close' when the connection broke. */
  readonly over: Promise<'end' | 'close'>
  readonly #lines: AsyncGenerator<string, void>

  static async connect(path: string): Promise<Client> {
    const socket = connect({ path, allowHalfOpen: true })
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new Client(socket)
  }

  private constructor(socket: Socket) {
    this.socket = socket
    this.over = new Promise((resolve) => {
      socket.once('end', () => resolve('end'))
      socket.once('close', () => resolve('close'))
    })
    socket.on('error', () => undefined)
    this.#lines = linesOf(socket)
  }

  send(...messages: (object | string)[]): void {
    for (const message of messages) {
      this.socket.write(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`)
    }
  }

  /** The next event; an assertion-like throw where the connection ends instead. */
  async next(): Promise<GatewayEvent> {
    const { value } = await this.#lines.next()
    if (value === undefined) throw new Error('the connection ended before the next event')
    return parse(value)
  }

  async take(count: number): Promise<GatewayEvent[]> {
    const events: GatewayEvent[] = []
    while (events.length < count) events.push(await this.next())
    return events
  }

  /** All events up to the end of the connection. */
  async rest(): Promise<GatewayEvent[]> {
    const events: GatewayEvent[] = []
    for await (const line of this.#lines) events.push(parse(line))
    return events
  }
}

function parse(line: string): GatewayEvent {
  const event: unknown = JSON.parse(line)
  if (isEvent(event)) return event
  throw new Error(`not an event: ${line.slice(0, 80)}`)
}

/** That it fits its schema was checked before it was sent. */
function isEvent(value: unknown): value is GatewayEvent {
  return typeof value === 'object' && value !== null && 'type' in value
}

async function* linesOf(socket: Socket): AsyncGenerator<string, void> {
  let text = ''
  const chunks: AsyncIterable<Buffer> = socket.iterator({ destroyOnReturn: false })
  for await (const chunk of chunks) {
    text += chunk.toString('latin1')
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    yield* lines.map((line) => Buffer.from(line, 'latin1').toString('utf8'))
  }
  if (text !== '') throw new Error(`an unterminated line: ${text.slice(0, 80)}`)
}

export const infer = (request_id: string, target = 'canned'): object => ({
  type: 'infer',
  request_id,
  target,
  messages: [{ role: 'user', content: 'hi' }],
})

/** An event as `type id code`, short enough to read a whole conversation in one assertion. */
export function brief(event: GatewayEvent): string {
  const what = event.type === 'failed' ? ` ${event.error.kind}/${event.error.code}` : ''
  return `${event.type} ${event.request_id}${what}`
}
