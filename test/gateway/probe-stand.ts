// What a probe is tried on: the simulator behind a door that lets only one server's pages through, so that it plays each server in turn.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { redact } from '../../src/config/credentials.ts'
import { loadSnapshot } from '../../src/config/snapshot.ts'
import { createGateway } from '../../src/gateway/gateway.ts'
import { Life } from '../../src/gateway/life.ts'
import type { ProbeRequest } from '../../src/protocol/client-message.gen.ts'
import type { GatewayEvent, ProbedEvent } from '../../src/protocol/gateway-event.gen.ts'
import { validateEvent } from '../../src/protocol/validate.ts'
import { startSimulator, type Simulator } from '../../src/simulator/server.ts'
import { createObserver } from '../../src/telemetry/observer.ts'
import { createHttpClient } from '../../src/transport/http.ts'
import { recordingClient } from '../../src/transport/recorder.ts'

export type Pages = Readonly<Record<string, { status?: number; body: unknown }>>

interface Door extends AsyncDisposable {
  readonly url: string
  readonly simulator: Simulator
  /** Paths, and the `authorization` that came with each. */
  readonly asked: string[]
  readonly keys: unknown[]
}

/** A loopback server with these pages of its own; those of `through`, and every other POST, are the simulator's. */
export async function door(through: readonly string[], pages: Pages = {}): Promise<Door> {
  const simulator = await startSimulator()
  const asked: string[] = []
  const keys: unknown[] = []
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request
    asked.push(path)
    keys.push(headers.authorization)
    const own = pages[path]
    const tell = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (own?.body === HANG) return
    if (own?.body === STALL) return void response.writeHead(200).write('{"models":')
    if (own) return tell(own.status ?? 200, own.body)
    if (!through.includes(path) && (method === 'GET' || path.startsWith('/api/')))
      return tell(404, { error: { message: 'nothing here' } })
    const leaving = new AbortController()
    response.once('close', () => leaving.abort())
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
      const answer = await fetch(simulator.url + path, {
        method,
        headers: Object.entries(headers).flatMap(([name, value]) =>
          typeof value === 'string' && /^(x-|anthropic|content-type)/.test(name)
            ? [[name, value]]
            : [],
        ),
        ...(method === 'POST' && { body: Buffer.concat(chunks) }),
        signal: leaving.signal,
      })
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? '',
      })
      for await (const chunk of answer.body ?? []) response.write(chunk)
      response.end()
    })().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    simulator,
    asked,
    keys,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await simulator.close()
    },
  }
}

/** The body of a page that is never answered. */
export const HANG = Symbol('never answered')
/** The body of a page that begins and never ends. */
export const STALL = Symbol('never whole')

export type Settings = Readonly<Record<string, unknown>>

/** A gateway with the targets of a configuration; `record`: where exchanges are recorded. */
export async function house(
  targets: Readonly<Record<string, Settings>>,
  { record, ...more }: Settings & { readonly record?: string } = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'probe-'))
  const file = join(directory, 'config.json')
  const filled: Record<string, Settings> = {}
  for (const [name, target] of Object.entries(targets))
    filled[name] = {
      dialect: 'openai_chat',
      credential: 'none',
      default_model: 'sim-text',
      ...target,
    }
  await writeFile(file, JSON.stringify({ targets: filled, ...more }), { mode: 0o600 })
  const client = createHttpClient({})
  const http =
    record === undefined
      ? client
      : recordingClient(client, { directory: record, redact, problem: assert.fail })
  const gateway = createGateway({
    snapshot: loadSnapshot(file, {}),
    http,
    observer: createObserver(pino({ level: 'silent' })),
    redact,
    version: '0',
    dropped_log_lines: () => 0,
  })
  return {
    gateway,
    async ask(request: Omit<ProbeRequest, 'type'>, life = new Life()): Promise<GatewayEvent> {
      const events: GatewayEvent[] = []
      const context = { life, received_at: performance.now(), client: 1 }
      const asked = { ...request, type: 'probe', request_id: 'p' } as const
      await gateway.probe(asked, context, (batch) => {
        events.push(...batch)
        return null
      })
      assert.equal(events.length, 1)
      const [event] = events
      assert.ok(event)
      validateEvent(event)
      return event
    },
    async probe(request: Omit<ProbeRequest, 'type'>): Promise<ProbedEvent> {
      const event = await this.ask(request)
      assert.equal(event.type, 'probed')
      return event
    },
    async [Symbol.asyncDispose]() {
      gateway.dispose()
      await http.close()
      await rm(directory, { recursive: true })
    },
  }
}

/** What the capabilities say on one side, where it says something. */
export const said = ({ capabilities }: ProbedEvent, side: 'declared' | 'observed'): object =>
  Object.fromEntries(
    capabilities.flatMap((each) => (each[side] === null ? [] : [[each.name, each[side]]])),
  )
