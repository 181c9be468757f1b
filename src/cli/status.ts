// `beluna-gateway status`: what a running daemon is doing, once or as a page that keeps itself current.
import { ConnectionLostError, type GatewayClient } from '../client/index.ts'
import type { StatusEvent } from '../protocol/gateway-event.gen.ts'
import { delay } from '../resilience/deadline.ts'
import { prometheusText } from '../telemetry/prometheus.ts'
import { CLIENT_OPTIONS, readArguments } from './arguments.ts'
import { reach } from './connection.ts'
import { EXIT, styles, UsageError, type Io } from './io.ts'
import { statusPage } from './status-page.ts'

const OPTIONS = {
  ...CLIENT_OPTIONS,
  watch: { type: 'boolean' },
  metrics: { type: 'boolean' },
} as const

const PERIOD_MS = 1_000
/** Where there is no terminal nothing is cut. */
const WIDE = 1_000
/** Seconds of the pace that are shown. */
const PACE = 60

export async function status(args: readonly string[], io: Io): Promise<number> {
  const { values } = readArguments(args, OPTIONS, 0)
  const { json, watch, metrics } = values
  if (metrics && (json || watch)) throw new UsageError('--metrics stands alone')
  if (watch && !json && (io.stdout.isTTY !== true || io.env['TERM'] === 'dumb'))
    throw new UsageError('--watch needs a terminal that can be drawn on; with --json it does not')
  // The page says at once that the daemon is gone, and looks for it again every second.
  const client = await reach(values, io, { ...(watch && { patience_ms: 0 }) })
  if (typeof client === 'number') return client
  try {
    if (watch && json) return await follow(client, io)
    if (watch) return await watchPage(client, io)
    const event = await client.status()
    if (metrics) io.stdout.write(prometheusText(event))
    else if (json) io.stdout.write(`${JSON.stringify(event)}\n`)
    else io.stdout.write(`${page(event, io, []).join('\n')}\n`)
    return EXIT.ok
  } finally {
    client.close()
  }
}

function page(event: StatusEvent, io: Io, pace: readonly number[]): string[] {
  return statusPage(event, {
    columns: io.stdout.columns || WIDE,
    style: styles(io.stdout, io.env),
    capabilities: pace.length === 0,
    now: Date.now(),
    pace,
  })
}

/** Calls `show` every second until the reader has enough; gives the exit status. */
async function repeat(io: Io, show: (leaving: AbortSignal) => Promise<void>): Promise<number> {
  const leaving = new AbortController()
  const leave = (): void => leaving.abort()
  const onKey = (bytes: Buffer): void => {
    if (bytes.includes('q') || bytes.includes('\u0003')) leave()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, leave)
  io.stdout.once('error', leave)
  const keys = io.stdin.isTTY === true && io.stdout.isTTY === true
  if (keys) io.stdin.setRawMode?.(true)
  if (keys) io.stdin.on('data', onKey).resume()
  try {
    while (!leaving.signal.aborted) {
      await show(leaving.signal)
      await delay(PERIOD_MS, leaving.signal).catch(() => undefined)
    }
    return EXIT.ok
  } finally {
    if (keys) io.stdin.off('data', onKey).pause()
    if (keys) io.stdin.setRawMode?.(false)
    for (const signal of signals) process.off(signal, leave)
  }
}

/** One event a line, for programs. */
const follow = (client: GatewayClient, io: Io): Promise<number> =>
  repeat(io, async () => void io.stdout.write(`${JSON.stringify(await client.status())}\n`))

const ENTER = '\u001B[?1049h\u001B[?25l'
const LEAVE = '\u001B[?25h\u001B[?1049l'
const HOME = '\u001B[H'
const CLEAR_LINE = '\u001B[K'
const CLEAR_BELOW = '\u001B[J'

/** The page on the terminal's other screen, written over itself, so that nothing flickers and nothing stays. */
async function watchPage(client: GatewayClient, io: Io): Promise<number> {
  const { dim, yellow } = styles(io.stdout, io.env)
  const pace: number[] = []
  let before: number | null = null
  let last: StatusEvent | null = null
  let gone = false
  const draw = (): void => {
    if (!last) return
    const rows = Math.max(4, io.stdout.rows || 24)
    const lines = page(last, io, pace)
    const fits = lines.length < rows
    const more = dim(`… ${lines.length - rows + 2} more rows`)
    const shown = fits ? lines : [...lines.slice(0, rows - 2), more]
    const foot = gone
      ? yellow('the daemon is gone; this is how it was · q leaves')
      : dim('q leaves')
    const text = [...shown, foot].map((line) => `${line}${CLEAR_LINE}`).join('\r\n')
    io.stdout.write(`${HOME}${text}${CLEAR_BELOW}`)
  }
  io.stdout.write(ENTER)
  io.stdout.on('resize', draw)
  try {
    return await repeat(io, async (signal) => {
      const event = await client.status({ signal }).catch((error: unknown) => {
        if (error instanceof ConnectionLostError || signal.aborted) return null
        throw error
      })
      gone = event === null
      if (event === null) return draw()
      last = event
      const { completed, failed, cancelled } = last.counters
      const ended = completed + failed + cancelled
      // A daemon that has restarted counts from nothing.
      pace.push(before === null ? 0 : Math.max(0, ended - before))
      if (pace.length > PACE) pace.shift()
      before = ended
      draw()
    })
  } finally {
    io.stdout.off('resize', draw)
    io.stdout.write(LEAVE)
  }
}
