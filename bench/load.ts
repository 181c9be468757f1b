// The load: sends requests through a subject's door and notes when what comes back came. Looks for marks in bytes instead of parsing, so
// that the client costs next to nothing beside what it measures.
import { connect, type Socket } from 'node:net'
import type { Door } from './subject.ts'
import { FIRST_MARK, pathOf, stamp, STAMP_DIGITS, STAMP_MARK, type DialectName } from './wire.ts'

export interface Load {
  /** Requests go to these in turn. */
  readonly dialects: readonly DialectName[]
  readonly model: string
  readonly requests: number
  /** Closed loop: so many at once, a new one for each that ends. */
  readonly at_once: number
  /** Open loop: begun at this rate, whatever has ended; the rate is that of a Poisson process. */
  readonly per_second?: number
  /** Default 4. For HTTP there are always as many as requests at once. */
  readonly connections?: number
  /** Size of the prompt; default a few words. */
  readonly prompt_bytes?: number
}

export interface Taken {
  /** From the first request to the last end. */
  readonly wall_ms: number
  /** From a request to the first text of any: for one request at a time. */
  readonly first_ms: number[]
  /** From when a request was due to its end. */
  readonly total_ms: number[]
}

/** What a line of work tells its owner. */
interface Ears {
  ended(id: string): void
  began(): void
  /** A stamped delta has come, this late. */
  stamped(late_ms: number): void
}

interface Channel {
  send(id: string, load: Load, dialect: DialectName): void
  close(): void
}

/** Sends the whole load and waits for every end. Rejects where a request fails. */
export async function drive(door: Door, load: Load): Promise<Taken> {
  const first_ms: number[] = []
  const total_ms: number[] = []
  const due = new Map<string, number>()
  const free: Channel[] = []
  const owner = new Map<string, Channel>()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let begun = 0
  let last = 0
  const start = (at: number): void => {
    const channel = free.shift()
    const dialect = load.dialects[begun % load.dialects.length]
    if (!channel || !dialect) return
    if (door.kind === 'lines') free.push(channel)
    const id = `r${begun++}`
    due.set(id, at)
    owner.set(id, channel)
    last = at
    channel.send(id, load, dialect)
  }
  const ears: Ears = {
    ended(id) {
      const now = performance.now()
      total_ms.push(now - (due.get(id) ?? now))
      const channel = owner.get(id)
      owner.delete(id)
      if (channel && door.kind === 'http') free.push(channel)
      if (load.per_second === undefined && begun < load.requests) start(now)
      if (total_ms.length === load.requests) resolve()
    },
    began: () => first_ms.push(performance.now() - last),
    stamped: () => undefined,
  }
  const count = door.kind === 'lines' ? (load.connections ?? 4) : load.at_once
  const channels = await Promise.all(Array.from({ length: count }, () => open(door, ears, reject)))
  free.push(...channels)
  const began = performance.now()
  if (load.per_second === undefined)
    for (let at = 0; at < Math.min(load.at_once, load.requests); at += 1) start(began)
  else arrive(load.per_second, load.requests, start)
  await promise.finally(() => channels.forEach((channel) => channel.close()))
  return { wall_ms: performance.now() - began, first_ms, total_ms }
}

/** Begins requests at random moments of the given mean rate; each counts from when it was due, however late it is sent. */
function arrive(per_second: number, requests: number, start: (due: number) => void): void {
  let due = performance.now()
  let left = requests
  const look = (): void => {
    while (left > 0 && due <= performance.now()) {
      start(due)
      left -= 1
      due += (-Math.log(1 - Math.random()) * 1000) / per_second
    }
    if (left > 0) setTimeout(look, 1)
  }
  look()
}

export interface Held {
  readonly late_ms: number[]
  readonly wall_ms: number
}

/**
 * Holds `load.requests` paced streams open, calls `within` once all of them flow, and gives what came between its call of `settled` and its
 * end. The streams are left in the middle.
 */
export async function hold(
  door: Door,
  load: Load,
  within: (settled: () => void) => Promise<void>,
): Promise<Held> {
  let late_ms: number[] = []
  const { promise: failed, reject } = Promise.withResolvers<never>()
  const ears: Ears = {
    ended: () => reject(new Error('a stream ended before its time')),
    began: () => undefined,
    stamped: (late) => late_ms.push(late),
  }
  const count = door.kind === 'lines' ? (load.connections ?? 4) : load.requests
  const channels = await Promise.all(Array.from({ length: count }, () => open(door, ears, reject)))
  for (let at = 0; at < load.requests; at += 1) {
    const dialect = load.dialects[at % load.dialects.length]
    if (dialect) channels[at % count]?.send(`r${at}`, load, dialect)
  }
  while (late_ms.length < 2 * load.requests) await Promise.race([pause(50), failed])
  let began = 0
  const settled = (): void => {
    late_ms = []
    began = performance.now()
  }
  await Promise.race([within(settled), failed])
  const held = { late_ms, wall_ms: performance.now() - began }
  channels.forEach((channel) => channel.close())
  return held
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

async function open(door: Door, ears: Ears, fail: (error: Error) => void): Promise<Channel> {
  const socket =
    door.kind === 'lines' ? connect(door.socket) : connect(door.port, '127.0.0.1').setNoDelay(true)
  await new Promise<void>((resolve, reject) =>
    socket.once('connect', resolve).once('error', reject),
  )
  let closed = false
  socket.on('error', fail)
  socket.on('close', () => closed || fail(new Error('the subject closed a connection')))
  const channel = door.kind === 'lines' ? lines(socket, ears, fail) : http(socket, door, ears, fail)
  return {
    send: channel,
    close: () => {
      closed = true
      socket.destroy()
    },
  }
}

type Send = Channel['send']

function lines(socket: Socket, ears: Ears, fail: (error: Error) => void): Send {
  let rest: Buffer[] = []
  socket.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(10)
    if (end < 0) return void rest.push(chunk)
    const whole = Buffer.concat([...rest, chunk.subarray(0, end + 1)])
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : []
    hear(whole, ears)
    for (const at of places(whole, '{"type":"completed","request_id":"')) {
      const from = at + 34
      ears.ended(whole.toString('latin1', from, whole.indexOf('"', from)))
    }
    const failed = whole.indexOf('{"type":"failed"')
    if (failed >= 0) fail(new Error(whole.toString('utf8', failed, failed + 500)))
  })
  return (id, load, dialect) => {
    const { model } = load
    const messages = [{ role: 'user', content: promptOf(load) }]
    socket.write(
      `${JSON.stringify({ type: 'infer', request_id: id, target: dialect, model, messages })}\n`,
    )
  }
}

function http(
  socket: Socket,
  door: Extract<Door, { kind: 'http' }>,
  ears: Ears,
  fail: (error: Error) => void,
): Send {
  let current: string | null = null
  let tail = ''
  socket.on('data', (chunk: Buffer) => {
    if (tail === '' && chunk.toString('latin1', 9, 12) !== '200')
      fail(new Error(chunk.toString('utf8', 0, 500)))
    hear(chunk, ears)
    tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 5))).slice(-5)
    if (tail !== '0\r\n\r\n' || current === null) return
    const id = current
    current = null
    tail = ''
    ears.ended(id)
  })
  return (id, load, dialect) => {
    current = id
    const { model } = load
    const messages = [{ role: 'user', content: promptOf(load) }]
    const body = JSON.stringify({ model, messages, stream: true })
    const headers = {
      host: `127.0.0.1:${door.port}`,
      'content-type': 'application/json',
      'content-length': `${Buffer.byteLength(body)}`,
      ...door.headers,
    }
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`POST ${pathOf(dialect, model)} HTTP/1.1\r\n${head.join('')}\r\n${body}`)
  }
}

function hear(bytes: Buffer, ears: Ears): void {
  if (bytes.includes(FIRST_MARK)) ears.began()
  for (const at of places(bytes, STAMP_MARK)) {
    const from = at + STAMP_MARK.length
    const sent = Number(bytes.toString('latin1', from, from + STAMP_DIGITS))
    if (sent > 0) ears.stamped((stamp() - sent) / 1e3)
  }
}

function* places(bytes: Buffer, mark: string): Generator<number> {
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) yield at
}

const prompts = new Map<number, string>()

function promptOf({ prompt_bytes = 20 }: Load): string {
  const known = prompts.get(prompt_bytes)
  if (known !== undefined) return known
  const text = 'Say some words now. '.repeat(Math.ceil(prompt_bytes / 20)).slice(0, prompt_bytes)
  prompts.set(prompt_bytes, text)
  return text
}
