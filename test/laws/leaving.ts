// Requests in every phase, and every way for a client to leave them: what must be closed, and how soon.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { startSimulator, type Simulator } from '../../src/simulator/server.ts'
import { chatTarget, openClient, pause, startDaemon, until, type Daemon } from '../e2e/daemon.ts'

export const PHASES = [
  'queued',
  'backoff',
  'dns',
  'connecting',
  'headers',
  'streaming',
  'finished',
] as const
export const WAYS = ['cancel', 'half_close', 'close', 'kill', 'drain'] as const
export type Phase = (typeof PHASES)[number]
export type Way = (typeof WAYS)[number]

/** A place for one request at a time, with a provider of its own. */
interface Lane {
  readonly number: number
  readonly simulator: Simulator
  readonly hole: number
}

export interface Stage {
  readonly daemon: Daemon
  readonly lanes: readonly Lane[]
  close(): Promise<void>
}

const STALL_DNS = join(import.meta.dirname, 'stalled-dns.ts')
const MODELS: Readonly<Record<Phase, string>> = {
  queued: 'sim-text',
  backoff: 'sim-error-503-30',
  dns: 'sim-text',
  connecting: 'sim-text',
  headers: 'sim-delay-60000',
  streaming: 'sim-stall',
  finished: 'sim-text',
}

/** Who holds a place must hold it until the last cell is done. */
const FOR_AS_LONG_AS_IT_TAKES = { idle_timeout_ms: 86_400_000, total_timeout_ms: 86_400_000 }

/** A daemon with `count` lanes; in each, the target `queued` has its one place taken. */
export async function setStage(count: number): Promise<Stage> {
  const holes = await digHoles(count)
  const holder = await startSimulator()
  const lanes = await Promise.all(
    holes.ports.map(async (hole, number) => ({
      number,
      hole,
      simulator: await startSimulator({ keep: 10 }),
    })),
  )
  const targets = Object.fromEntries(
    lanes.flatMap(({ number, hole, simulator }) => [
      [`plain${number}`, chatTarget(simulator.url)],
      [
        `queued${number}`,
        chatTarget(holder.url, { max_concurrency: 1, reliability: FOR_AS_LONG_AS_IT_TAKES }),
      ],
      [`connecting${number}`, chatTarget(`http://[::1]:${hole}`)],
      [`dns${number}`, chatTarget('http://stalled.test:1', { allow_insecure_http: true })],
    ]),
  )
  const daemon = await startDaemon(
    {
      targets,
      drain_timeout_ms: 1,
      logging: { level: 'error' },
      reliability: {
        // No deadline closes what a leaving client should.
        connect_timeout_ms: 60_000,
        breaker: { minimum_requests: 1_000_000 },
        retry_budget_percent: 100,
      },
    },
    { flags: ['--import', STALL_DNS] },
  )
  const keeper = await openClient(daemon.socket)
  for (const { number } of lanes)
    keeper.send(inferOf(`hold${number}`, `queued${number}`, 'sim-stall'))
  await until(() => holder.open() === count)
  return {
    daemon,
    lanes,
    close: async () => {
      keeper.close()
      await daemon.close()
      await Promise.all(
        [holder, ...lanes.map(({ simulator }) => simulator)].map((each) => each.close()),
      )
      holes.close()
    },
  }
}

/** Ports that take part in no handshake: their listener is stopped and its queue is full. */
async function digHoles(count: number): Promise<{ ports: number[]; close: () => void }> {
  const program = `for (let n = 0; n < ${count}; n++) { const s = require('node:net').createServer().listen({ port: 0, host: '::1', backlog: 1 }, () => console.log(String(s.address().port))) }`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await until(() => text.split('\n').length > count)
  child.kill('SIGSTOP')
  const ports = text.trim().split('\n').map(Number)
  const fillers = ports.flatMap((port) => Array.from({ length: 4 }, () => connect(port, '::1')))
  for (const filler of fillers) filler.on('error', () => undefined)
  await pause(200)
  // Those that found no room knock for two minutes: they would be missed afterwards.
  for (const filler of fillers) if (filler.connecting) filler.destroy()
  return {
    ports,
    close: () => {
      for (const filler of fillers) filler.destroy()
      child.kill('SIGKILL')
    },
  }
}

const inferOf = (request_id: string, target: string, model: string): object => ({
  type: 'infer',
  request_id,
  target,
  model,
  messages: [{ role: 'user', content: 'Hello.' }],
})

/** Connections of this machine to a port that are being made. Over IPv6, because its table is short. */
function dialling(port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')} 02`
  return readFileSync('/proc/net/tcp6', 'utf8')
    .split('\n')
    .filter((line) => line.includes(suffix)).length
}

/** Begins a request in `phase` and leaves it; gives the milliseconds until nothing of it was left, or throws. */
export async function leave(
  stage: Stage,
  lane: Lane,
  phase: Phase,
  way: Way,
  id: string,
): Promise<number> {
  const { daemon } = stage
  const target = ['queued', 'connecting', 'dns'].includes(phase) ? phase : 'plain'
  const request = inferOf(id, `${target}${lane.number}`, MODELS[phase])
  const caller =
    way === 'kill'
      ? await callByProcess(daemon.socket, request)
      : await callHere(daemon.socket, request)
  await caller.reached(phase, lane)
  const start = performance.now()
  await caller.leave(way, daemon, id)
  const own = performance.now()
  await until(() => isClosed(phase, lane), undefined, phase === 'connecting' ? 15 : 1)
  const ms = performance.now() - (way === 'half_close' ? own : start)
  if (way === 'drain') await daemon.exited
  caller.check(way, phase)
  caller.close()
  return ms
}

function isClosed(phase: Phase, { hole, simulator }: Lane): boolean {
  return phase === 'connecting'
    ? dialling(hole) <= (FILLERS_DIALLING.get(hole) ?? 0)
    : simulator.open() === 0
}

/** Fillers of a hole's queue that are themselves still knocking. */
const FILLERS_DIALLING = new Map<number, number>()

interface Caller {
  reached(phase: Phase, lane: Lane): Promise<void>
  leave(way: Way, daemon: Daemon, id: string): Promise<void>
  check(way: Way, phase: Phase): void
  close(): void
}

async function hasReached(
  phase: Phase,
  { hole, simulator }: Lane,
  told: (type: string) => boolean,
): Promise<void> {
  await until(
    () =>
      told(
        phase === 'backoff'
          ? 'retrying'
          : phase === 'finished'
            ? 'completed'
            : phase === 'streaming'
              ? 'output_text_delta'
              : 'started',
      ),
    undefined,
    1,
  )
  if (phase === 'headers') await until(() => simulator.open() === 1, undefined, 1)
  if (phase === 'connecting')
    await until(() => dialling(hole) > (FILLERS_DIALLING.get(hole) ?? 0), undefined, 15)
}

async function callHere(socket: string, request: object): Promise<Caller> {
  const client = await openClient(socket)
  client.send(request)
  return {
    reached: (phase, lane) =>
      hasReached(phase, lane, (type) => client.events.some((event) => event.type === type)),
    leave: async (way, daemon, id) => {
      if (way === 'cancel') {
        client.send({ type: 'cancel', request_id: id })
        await client.end(id)
      } else if (way === 'drain') daemon.signal('SIGTERM')
      else {
        if (way === 'half_close') {
          client.socket.end()
          await pause(20)
        }
        client.close()
      }
    },
    check: (way, phase) => {
      const ends = client.events.filter(({ type }) =>
        ['completed', 'failed', 'cancelled'].includes(type),
      )
      const wanted = phase === 'finished' ? 'completed' : way === 'cancel' ? 'cancelled' : 'failed'
      const told = way === 'cancel' || way === 'drain' || phase === 'finished'
      if (ends.length > 1) throw new Error('two terminal events')
      if (
        told &&
        (ends.length !== 1 || ends[0]?.type !== wanted || client.events.at(-1) !== ends[0])
      )
        throw new Error(`${phase}/${way}: ended in ${JSON.stringify(ends)}`)
    },
    close: () => client.close(),
  }
}

/** A client that is a process of its own, so that it can die. */
async function callByProcess(socket: string, request: object): Promise<Caller> {
  const child: ChildProcess = spawn('nc', ['-U', socket], { stdio: ['pipe', 'pipe', 'ignore'] })
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stdin?.write(`${JSON.stringify(request)}\n`)
  return {
    reached: (phase, lane) => hasReached(phase, lane, (type) => text.includes(`{"type":"${type}"`)),
    leave: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
    check: () => undefined,
    close: () => undefined,
  }
}

/** Notes how many of the fillers are still knocking, once the stage is set. */
export function notePorts({ lanes }: Stage): void {
  for (const { hole } of lanes) FILLERS_DIALLING.set(hole, dialling(hole))
}
