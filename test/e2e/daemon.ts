// A real daemon in a process of its own, and a plain client: lines out, lines in. Shares nothing with the daemon but the wire.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GatewayEvent, StatusEvent } from '../../src/protocol/gateway-event.gen.ts'

const LAUNCHER = join(import.meta.dirname, '../../bin/beluna-gateway')
const PATIENCE_MS = 20_000
/** Not all of it: whoever runs the tests may have proxies, keys and sockets of their own. */
const ENV = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(PATH|HOME|TMPDIR|NODE_.+)$/.test(name)),
)
const ENDS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'status', 'probed'])

export type Terminal = Extract<GatewayEvent, { type: 'completed' | 'failed' | 'cancelled' }>

export interface DaemonOptions {
  readonly env?: Readonly<Record<string, string>>
  /** A shell's words before the daemon's command, as in `ulimit -n 60;`. */
  readonly shell?: string
  /** Where stderr goes, as a shell's redirection; default: here. */
  readonly stderr?: string
  /** Node's own flags. */
  readonly flags?: readonly string[]
  readonly directory?: string
}

export interface Daemon {
  readonly pid: number
  readonly socket: string
  readonly directory: string
  readonly child: ChildProcess
  log(): string
  rewrite(config: object): void
  open(): Promise<Client>
  status(): Promise<StatusEvent>
  signal(name: NodeJS.Signals): void
  /** Resolves with the exit status, or the name of the signal that ended it. */
  readonly exited: Promise<number | string>
  /** Ends it and removes its directory. */
  close(): Promise<void>
}

export async function startDaemon(config: object, options: DaemonOptions = {}): Promise<Daemon> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'gateway-'))
  const socket = join(directory, 'g.sock')
  const file = join(directory, 'config.json')
  const rewrite = (next: object): void =>
    writeFileSync(file, JSON.stringify({ socket_path: socket, ...next }), { mode: 0o600 })
  rewrite(config)
  const args = [...(options.flags ?? []), LAUNCHER, 'serve', '--config', file]
  const env = { ...ENV, NODE_ENV: 'production', ...options.env }
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe']
  const child =
    options.shell === undefined && options.stderr === undefined
      ? spawn(process.execPath, args, { env, stdio })
      : spawn(
          '/bin/sh',
          [
            '-c',
            `${options.shell ?? ''} exec "$0" "$@" ${options.stderr ?? ''}`,
            process.execPath,
            ...args,
          ],
          { env, stdio },
        )
  let log = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4_000_000)
  })
  const exited = once(child, 'exit').then(
    ([code, signal]: (number | string | null)[]) => code ?? signal ?? '',
  )
  const daemon: Daemon = {
    pid: child.pid ?? 0,
    socket,
    directory,
    child,
    log: () => log,
    rewrite,
    open: () => openClient(socket),
    status: () => statusOf(socket),
    signal: (name) => child.kill(name),
    exited,
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
      rmSync(directory, { recursive: true, force: true })
    },
  }
  try {
    await until(async () => {
      if (child.exitCode !== null)
        throw new Error(`the daemon ended with ${child.exitCode}: ${log}`)
      return await openClient(socket).then(
        (client) => (client.close(), true),
        () => false,
      )
    })
  } catch (error) {
    await daemon.close()
    throw error
  }
  return daemon
}

async function statusOf(socket: string): Promise<StatusEvent> {
  const client = await openClient(socket)
  client.send({ type: 'status', request_id: 's' })
  const event = await client.next(({ type }) => type === 'status' || type === 'failed')
  client.close()
  if (event.type !== 'status') throw new Error(`no status: ${JSON.stringify(event)}`)
  return event
}

export interface Client {
  readonly socket: Socket
  /** Every event so far, in order. */
  readonly events: readonly GatewayEvent[]
  send(message: object): void
  write(bytes: string | Buffer): void
  /** The first event, past or to come, for which it holds. */
  next(holds: (event: GatewayEvent) => boolean): Promise<GatewayEvent>
  /** The terminal event of a request. */
  end(request_id: string): Promise<Terminal>
  infer(
    request: Readonly<Record<string, unknown>> & { readonly request_id: string },
  ): Promise<Terminal>
  readonly closed: Promise<void>
  close(): void
}

/** `keep`: false for the long run: only ends that are waited for are told. */
export async function openClient(path: string, keep = true): Promise<Client> {
  const socket = connect({ path, allowHalfOpen: false })
  await once(socket, 'connect')
  const events: GatewayEvent[] = []
  const watchers = new Set<() => void>()
  const ends = new Map<string, (event: GatewayEvent) => void>()
  let gone = false
  let rest = ''
  const look = (): void => {
    for (const watcher of watchers) watcher()
  }
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = parse(line)
      if (keep) events.push(event)
      else if (ENDS.has(event.type)) ends.get(event.request_id ?? '')?.(event)
    }
    look()
  })
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      gone = true
      look()
      resolve()
    })
  })
  const next = (holds: (event: GatewayEvent) => boolean): Promise<GatewayEvent> =>
    new Promise((resolve, reject) => {
      let from = 0
      // A hang must fail the test that waits, and say where.
      const timer = setTimeout(() => {
        watchers.delete(watcher)
        reject(
          new Error(`not told in time: ${String(holds)}; last: ${JSON.stringify(events.at(-1))}`),
        )
      }, PATIENCE_MS)
      const watcher = (): void => {
        for (; from < events.length; from += 1) {
          const event = events[from]
          if (!event || !holds(event)) continue
          watchers.delete(watcher)
          clearTimeout(timer)
          return resolve(event)
        }
        if (!gone) return
        watchers.delete(watcher)
        clearTimeout(timer)
        reject(new Error(`the connection closed first; last: ${JSON.stringify(events.at(-1))}`))
      }
      watchers.add(watcher)
      watcher()
    })
  const end = async (request_id: string): Promise<Terminal> => {
    const event = keep
      ? await next((each) => each.request_id === request_id && ENDS.has(each.type))
      : await new Promise<GatewayEvent>((resolve) => ends.set(request_id, resolve))
    ends.delete(request_id)
    if (event.type === 'completed' || event.type === 'failed' || event.type === 'cancelled')
      return event
    throw new Error(`not the end of an infer: ${event.type}`)
  }
  const write = (bytes: string | Buffer): void => void socket.write(bytes)
  const send = (message: object): void => write(`${JSON.stringify(message)}\n`)
  return {
    socket,
    events,
    send,
    write,
    next,
    end,
    infer: (request) => {
      send({ type: 'infer', messages: [{ role: 'user', content: 'Hello.' }], ...request })
      return end(request.request_id)
    },
    closed,
    close: () => socket.destroy(),
  }
}

/** The schema is checked elsewhere; that it is an event at all is checked here. */
function parse(line: string): GatewayEvent {
  const event: unknown = JSON.parse(line)
  if (isEvent(event)) return event
  throw new Error(`no event: ${line}`)
}

/** Runs a daemon, with one client, for as long as the work takes. */
export async function withDaemon(
  config: object,
  options: DaemonOptions,
  work: (daemon: Daemon, client: Client) => Promise<void>,
): Promise<void> {
  const daemon = await startDaemon(config, options)
  try {
    await work(daemon, await openClient(daemon.socket))
  } finally {
    await daemon.close()
  }
}

function isEvent(value: unknown): value is GatewayEvent {
  return typeof value === 'object' && value !== null && 'type' in value
}

/** Asks until it holds; fails when it does not within `ms`. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  ms = PATIENCE_MS,
  every_ms = 10,
): Promise<void> {
  const end = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > end)
      throw new Error(`it did not come true within ${ms} ms: ${String(holds)}`)
    await pause(every_ms)
  }
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

/** Open file descriptors of a process. */
export const fdsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

/** Resident memory of a process in MiB: now, and at most so far. */
export function memoryOf(pid: number): { now: number; peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  const at = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0) / 1024
  return { now: Math.round(at('VmRSS')), peak: Math.round(at('VmHWM')) }
}

/** A chat target at `url`; what is given wins. */
export function chatTarget(url: string, more: object = {}): object {
  return {
    dialect: 'openai_chat',
    endpoint: `${url}/v1`,
    credential: 'none',
    default_model: 'sim-text',
    any_model: true,
    ...more,
  }
}
