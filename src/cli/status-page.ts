// The status of a daemon as a page of a terminal: a head, a table as wide as there is room, and what needs a person's eye. Pure; knows no clock.
import type { ModelStatus, StatusEvent, TargetStatus } from '../protocol/gateway-event.gen.ts'
import type { styles } from './io.ts'
import { cut, flowed, padEnd, plain, width } from './text.ts'

export interface PageOptions {
  readonly columns: number
  readonly style: ReturnType<typeof styles>
  /** List what each model can be asked for. */
  readonly capabilities: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Requests ended in each of the last seconds, the newest last; empty: not known. */
  readonly pace: readonly number[]
}

interface Column {
  readonly head: string
  readonly cell: (model: ModelStatus) => string
  /** Goes last when there is little room: the lowest goes first. */
  readonly worth: number
}

const COLUMNS: readonly Column[] = [
  { head: 'done', worth: 9, cell: ({ requests }) => counted(requests.completed) },
  { head: 'failed', worth: 8, cell: ({ requests }) => counted(requests.failed) },
  { head: 'cancelled', worth: 2, cell: ({ requests }) => counted(requests.cancelled) },
  { head: 'first p50', worth: 7, cell: ({ latency }) => lasting(latency.first_event?.p50) },
  { head: 'p99', worth: 3, cell: ({ latency }) => lasting(latency.first_event?.p99) },
  { head: 'total p50', worth: 5, cell: ({ latency }) => lasting(latency.total?.p50) },
  { head: 'p99', worth: 1, cell: ({ latency }) => lasting(latency.total?.p99) },
  { head: 'in', worth: 4, cell: ({ tokens }) => counted(tokens.input_tokens) },
  { head: 'out', worth: 4, cell: ({ tokens }) => counted(tokens.output_tokens) },
  { head: 'cost', worth: 6, cell: costOf },
]

const NARROWEST_NAME = 18
const WIDEST_NAME = 44
const GAP = '  '

/** Lines without their ends, none wider than `columns`. */
export function statusPage(event: StatusEvent, options: PageOptions): string[] {
  const { columns, style } = options
  const rows = event.targets.flatMap(({ models }) => models)
  const longest = Math.max(0, ...rows.map(({ model }) => width(plain(model)) + 4))
  const nameWidth = Math.min(Math.max(longest, NARROWEST_NAME), WIDEST_NAME, columns)
  const shown = fitting(rows, columns - nameWidth)
  const heads = shown.map(({ head, room }) => head.padStart(room)).join(GAP)
  const lines = [
    ...headOf(event, options),
    '',
    style.dim(cut(`${'target and model'.padEnd(nameWidth)}${GAP}${heads}`, columns)),
  ]
  for (const target of event.targets) {
    lines.push(targetLine(target, event.default_target, options))
    for (const model of target.models) {
      const cells = shown.map(({ cell, room }) => cell(model).padStart(room)).join(GAP)
      const name = padEnd(cut(plain(model.model), nameWidth - 4), nameWidth - 4)
      lines.push(`  ${mark(model, style)} ${cut(`${name}${GAP}${cells}`, columns - 4)}`)
      lines.push(...notesOf(model, options))
    }
  }
  for (const { name, members } of event.routes)
    lines.push(cut(`${name} → ${members.join(' → ')}`, columns))
  return lines
}

interface Shown extends Column {
  readonly room: number
}

/** The columns of most worth that fit, in their own order. */
function fitting(rows: readonly ModelStatus[], room: number): Shown[] {
  const all = COLUMNS.map((column) => ({
    ...column,
    room: Math.max(column.head.length, ...rows.map((row) => column.cell(row).length)),
  }))
  const kept = new Set<Shown>()
  let left = room
  for (const column of all.toSorted((a, b) => b.worth - a.worth)) {
    left -= column.room + GAP.length
    if (left < 0) break
    kept.add(column)
  }
  return all.filter((column) => kept.has(column))
}

function headOf(event: StatusEvent, { columns, style, pace }: PageOptions): string[] {
  const { counters } = event
  const state = event.draining ? style.yellow(' stopping') : ''
  const title = `beluna-gateway ${event.version}`
  const about = cut(
    `up ${lasting(event.uptime_ms)} · process ${event.pid} · ${event.config.source}`,
    columns - title.length - 3,
  )
  const now = `${event.in_flight} in flight · ${event.queued} waiting · ${event.connections} connected`
  const since = `${counted(counters.requests)} requests: ${counted(counters.completed)} done, ${counted(counters.failed)} failed, ${counted(counters.cancelled)} cancelled · ${counted(counters.retries)} retries`
  const lines = [`${style.bold(title)}${state}${GAP} ${style.dim(about)}`]
  if (columns >= now.length + since.length + 3) lines.push(`${style.bold(now)} · ${since}`)
  else lines.push(style.bold(cut(now, columns)), cut(since, columns))
  if (pace.length > 0) lines.push(cut(`${pace.at(-1) ?? 0} a second ${sparkline(pace)}`, columns))
  if (event.config.last_error !== null)
    lines.push(style.red(cut(`the last reload failed: ${plain(event.config.last_error)}`, columns)))
  const lost = counters.dropped_log_lines + counters.stalled_clients
  if (lost > 0)
    lines.push(
      style.yellow(
        cut(
          `${counters.stalled_clients} clients cut off for not reading · ${counters.dropped_log_lines} log lines lost`,
          columns,
        ),
      ),
    )
  return lines
}

function targetLine(target: TargetStatus, chosen: string | null, options: PageOptions): string {
  const { columns, style } = options
  const { name, in_flight, queued, credential } = target
  const load =
    in_flight + queued > 0 ? ` ${in_flight} running${queued > 0 ? `, ${queued} waiting` : ''}` : ''
  const key = credential.available ? '' : ' no credential'
  const about = ` ${name === chosen ? '(default) ' : ''}${target.dialect} ${target.endpoint}`
  const shown = cut(plain(name), columns - load.length - key.length)
  const room = columns - width(shown) - load.length - key.length
  return `${style.bold(shown)}${style.cyan(load)}${style.red(key)}${style.dim(room > 2 ? cut(about, room) : '')}`
}

/** One character that says at a glance how the breaker stands. */
function mark({ breaker }: ModelStatus, style: PageOptions['style']): string {
  if (breaker.state === 'closed') return style.green('●')
  return breaker.state === 'open' ? style.red('○') : style.yellow('◐')
}

function notesOf(model: ModelStatus, { columns, style, capabilities, now }: PageOptions): string[] {
  const { breaker, last_fault, cost_unknown, cost_unknown_reason } = model
  const notes: string[] = []
  const note = (paint: (text: string) => string, text: string): void =>
    void notes.push(paint(cut(`    ${plain(text)}`, columns)))
  if (capabilities) {
    const can = Object.entries(model.capabilities).filter(([, holds]) => holds === true)
    const words = can.map(([name]) => name)
    notes.push(...flowed(words, ' ', columns - 4).map((line) => style.dim(`    ${line}`)))
  }
  if (breaker.state !== 'closed') {
    const wait =
      breaker.retry_after_ms === null ? '' : `, tried again in ${lasting(breaker.retry_after_ms)}`
    note(style.red, `circuit breaker ${breaker.state.replace('_', ' ')}${wait}`)
  }
  if (last_fault) {
    const code = last_fault.code === null ? '' : `/${last_fault.code}`
    const ago = lasting(Math.max(0, now - Date.parse(last_fault.at)))
    note(style.yellow, `${last_fault.kind}${code} ${ago} ago: ${last_fault.message}`)
  }
  if (cost_unknown > 0 && model.priced)
    note(style.yellow, `cost of ${counted(cost_unknown)} unknown: ${cost_unknown_reason ?? ''}`)
  return notes
}

function costOf({ costs, cost_unknown }: ModelStatus): string {
  const sums = costs.map(({ currency, total }) => `${rounded(total)} ${currency}`)
  return sums.length === 0 ? '–' : `${sums.join(' + ')}${cost_unknown > 0 ? '+?' : ''}`
}

/** For the eye only: four decimals, and never 0 for what is more. `--json` has the exact sum. */
function rounded(total: string): string {
  const value = Number(total)
  return value > 0 && value < 0.0001 ? '<0.0001' : value.toFixed(value < 100 ? 4 : 2)
}

const counted = (count: number): string => {
  if (count < 10_000) return String(count)
  return count < 10_000_000 ? `${Math.floor(count / 1000)}k` : `${Math.floor(count / 1_000_000)}M`
}

function lasting(ms: number | undefined): string {
  if (ms === undefined) return '–'
  if (ms < 1_000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`
}

const BARS = '▁▂▃▄▅▆▇█'

function sparkline(values: readonly number[]): string {
  const most = Math.max(1, ...values)
  const level = (value: number): number => Math.round((value / most) * (BARS.length - 1))
  return values.map((value) => (value === 0 ? ' ' : (BARS[level(value)] ?? ''))).join('')
}
