// A gateway in this process and a raw provider beside it, for laws that need a hundred thousand answers a minute.
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { loadSnapshot } from '../../src/config/snapshot.ts'
import type { Tell } from '../../src/gateway/contract.ts'
import { createGateway, type ReloadableGateway } from '../../src/gateway/gateway.ts'
import { Life } from '../../src/gateway/life.ts'
import type { GatewayEvent } from '../../src/protocol/gateway-event.gen.ts'
import type { DialectId } from '../../src/protocol/target.ts'
import { createObserver } from '../../src/telemetry/observer.ts'
import { createHttpClient } from '../../src/transport/http.ts'

/** Answers one request: writes to the socket whatever it likes, and ends it as it likes. */
export type Answerer = (socket: Socket) => void

/** What the client of a request does; left out: it takes all at once and stays. */
export interface Taking {
  readonly tell?: Tell<GatewayEvent>
  readonly life?: Life
}

export interface Bench {
  /** The whole history of one request, answered by `answer`. */
  ask(dialect: DialectId, answer: Answerer, taking?: Taking): Promise<readonly GatewayEvent[]>
  /** Requests that the gateway is not through with. */
  inFlight(): number
  close(): Promise<void>
}

/** What a server without connections says of itself. */
const NOTHING = {
  connections: 0,
  connections_accepted: 0,
  lines: 0,
  refused_lines: 0,
  stalled_clients: 0,
  draining: false,
}

const TIMES = {
  max_retries: 0,
  max_retry_after_ms: 0,
  breaker: { failure_percent: 100, minimum_requests: 1_000_000, window_ms: 1_000, open_ms: 1_000 },
}

export async function startBench(overrides: object = {}): Promise<Bench> {
  const answers: Answerer[] = []
  const server = createServer((socket) => receive(socket, () => answers.shift()?.(socket)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const directory = mkdtempSync(join(tmpdir(), 'gateway-laws-'))
  const config = join(directory, 'config.json')
  writeFileSync(config, JSON.stringify(configOf(portOf(server), overrides)))
  const http = createHttpClient({})
  const gateway = createGateway({
    snapshot: loadSnapshot(config, {}),
    http,
    observer: createObserver(pino({ level: 'silent' })),
    redact: (text) => text,
    version: '0',
    dropped_log_lines: () => 0,
  })
  return {
    ask: (dialect, answer, taking = {}) => {
      answers.push(answer)
      return history(gateway, dialect, taking)
    },
    inFlight: () => gateway.status('s', NOTHING).in_flight,
    close: async () => {
      gateway.dispose()
      await http.close()
      server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function history(
  gateway: ReloadableGateway,
  dialect: DialectId,
  { tell = () => null, life = new Life() }: Taking,
): Promise<GatewayEvent[]> {
  const events: GatewayEvent[] = []
  await gateway.infer(
    {
      type: 'infer',
      request_id: 'r',
      target: dialect,
      messages: [{ role: 'user', content: 'Say something.' }],
    },
    { life, received_at: performance.now(), client: 1 },
    (batch) => {
      events.push(...batch)
      return tell(batch)
    },
  )
  return events
}

/** Calls `answer` once the request has come whole, and again for the next one on the same connection. */
function receive(socket: Socket, answer: () => void): void {
  let pending = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    const head = pending.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(
      /content-length: (\d+)/i.exec(pending.subarray(0, head).toString('latin1'))?.[1],
    )
    if (pending.length < head + 4 + length) return
    pending = Buffer.alloc(0)
    answer()
  })
}

export function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

export function configOf(port: number, overrides: object): object {
  const target = (dialect: DialectId): object => ({
    dialect,
    endpoint: `http://127.0.0.1:${port}/v1`,
    credential: 'none',
    default_model: 'm',
    any_model: true,
    capabilities: { tools: true, parallel_tools: true, reasoning: true },
  })
  return {
    targets: {
      openai_responses: target('openai_responses'),
      anthropic_messages: target('anthropic_messages'),
      gemini: target('gemini'),
      openai_chat: target('openai_chat'),
    },
    reliability: TIMES,
    ...overrides,
  }
}
