// The processes under measurement: starts them over one upstream, reads what the kernel knows of them, ends them. Measures nothing itself.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProbeAnswer } from './probe.ts'
import { DIALECTS, endpointOf } from './wire.ts'

const ROOT = join(import.meta.dirname, '..')
/** The kernel counts a process's time in hundredths of a second. */
const TICK_MS = 10
const PATIENCE_MS = 15_000

/** Where a load is sent: lines over a Unix socket, or HTTP calls. */
export type Door =
  | { readonly kind: 'lines'; readonly socket: string }
  | {
      readonly kind: 'http'
      readonly port: number
      readonly headers: Readonly<Record<string, string>>
    }

export interface Subject {
  readonly name: string
  readonly door: Door
  /** User and system time of all its threads; 0 where there is no process between client and provider. */
  cpuMs(): number
  /** Resident memory now, in bytes. */
  rss(): number
  /** What the process itself knows of the time since it was asked last. */
  probe(): Promise<ProbeAnswer>
  stop(): Promise<void>
}

export interface Upstream {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

export async function startUpstream(): Promise<Upstream> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'upstream.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const { port } = await said<{ port: number }>(child)
  return { url: `http://127.0.0.1:${port}`, port, stop: () => end(child) }
}

/** What nobody tells who has no probe in it. */
const UNKNOWN: ProbeAnswer = { allocated_bytes: 0, loop_delay_p99_ms: 0, loop_delay_max_ms: 0 }

/** No one in between. */
export function direct(upstream: Upstream): Subject {
  return {
    name: 'direct',
    door: { kind: 'http', port: upstream.port, headers: {} },
    cpuMs: () => 0,
    rss: () => 0,
    probe: () => Promise.resolve(UNKNOWN),
    stop: () => Promise.resolve(),
  }
}

export async function startFloor(upstream: Upstream): Promise<Subject> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  const socket = join(directory, 's.sock')
  const args = [join(import.meta.dirname, 'floor.ts'), socket, upstream.url]
  return await startSubject('floor', launch(args, true), socket, directory)
}

export interface GatewayOptions {
  /** Its bin file; left out: the one beside the sources. */
  readonly launcher?: string
  /** How many there are beside the four that are used. */
  readonly targets?: number
  /** False where its memory counts: the probe, which is TypeScript, costs 20 MB. */
  readonly probed?: boolean
}

/** The whole daemon. */
export async function startGateway(
  upstream: Upstream,
  options: GatewayOptions = {},
): Promise<Subject> {
  const { launcher = join(ROOT, 'bin/beluna-gateway'), targets = 0, probed = true } = options
  const { args, socket, directory } = gatewayCommand(upstream, launcher, targets)
  return await startSubject('gateway', launch(args, probed), socket, directory)
}

function gatewayCommand(
  upstream: Upstream,
  launcher: string,
  targets: number,
): { args: string[]; socket: string; directory: string } {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  const socket = join(directory, 's.sock')
  const file = join(directory, 'config.json')
  const target = (dialect: (typeof DIALECTS)[number]): object => ({
    dialect,
    endpoint: endpointOf(dialect, upstream.url),
    credential: 'none',
    any_model: true,
    max_concurrency: 4096,
  })
  const names = Array.from({ length: targets }, (_, at) => `t${at}`)
  const others = names.map((name) => [name, target('openai_chat')] as const)
  const own = DIALECTS.map((dialect) => [dialect, target(dialect)] as const)
  const config = {
    socket_path: socket,
    targets: Object.fromEntries<object>([...own, ...others]),
    limits: { max_in_flight: 4096, max_in_flight_per_connection: 4096 },
  }
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 })
  return { args: [launcher, 'serve', '--config', file], socket, directory }
}

async function startSubject(
  name: string,
  child: ChildProcess,
  socket: string,
  directory: string,
): Promise<Subject> {
  await reachable(socket, child)
  const tidy = (): void => rmSync(directory, { recursive: true, force: true })
  return subjectOf(name, child, { kind: 'lines', socket }, tidy)
}

function launch(args: readonly string[], probed: boolean): ChildProcess {
  const probe = probed ? ['--import', join(import.meta.dirname, 'probe.ts')] : []
  // The log goes where a log goes that nobody reads: it is made and written all the same.
  return spawn(process.execPath, [...probe, ...args], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'ignore', probed ? 'ipc' : 'ignore'],
  })
}

/** Wraps a running process. `tidy` is called when it has been stopped. */
export function subjectOf(
  name: string,
  child: ChildProcess,
  door: Door,
  tidy: () => void,
): Subject {
  const { pid = 0 } = child
  return {
    name,
    door,
    cpuMs: () => cpuMs(pid),
    rss: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024,
    probe: () => {
      if (!child.channel) return Promise.resolve(UNKNOWN)
      child.send('probe')
      return said<ProbeAnswer>(child)
    },
    stop: async () => {
      await end(child)
      tidy()
    },
  }
}

/** The next message of our own child, which says what its script says it does. */
function said<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve) => child.once('message', (message: T) => resolve(message)))
}

function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** Wall time from spawning the whole process until somebody answers at its socket, and the processor time that took. */
export async function startTime(
  upstream: Upstream,
  launcher: string,
): Promise<Record<string, number>> {
  const { args, socket, directory } = gatewayCommand(upstream, launcher, 0)
  const began = performance.now()
  const child = launch(args, false)
  await reachable(socket, child)
  const took = { 'start ms': performance.now() - began, 'CPU ms': cpuMs(child.pid ?? 0) }
  await end(child)
  rmSync(directory, { recursive: true, force: true })
  return took
}

/** The package as it is shipped, built into a directory of its own. */
export function packaged(): { readonly launcher: string; readonly remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'bench-package-'))
  const script = join(ROOT, 'scripts/build.ts')
  const out = join(directory, 'dist')
  const { status } = spawnSync(process.execPath, [script, '--out', out], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the build failed')
  for (const name of ['bin', 'schemas', 'package.json', 'beluna-gateway.schema.json'])
    cpSync(join(ROOT, name), join(directory, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
  return {
    launcher: join(directory, 'bin/beluna-gateway'),
    remove: () => rmSync(directory, { recursive: true }),
  }
}

/** Resolves once a connection to the socket stands. Throws where the process ends before. */
export async function reachable(socket: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  while (!(await knock(socket))) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended at its start`)
    if (performance.now() > until) throw new Error(`nobody listens at ${socket}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

function knock(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
