// Status and counts as Prometheus text (exposition format 0.0.4). Reads only; every number is one that `status` tells, but the histograms.
import type { ModelStatus, StatusEvent } from '../protocol/gateway-event.gen.ts'
import type { Histogram } from './histogram.ts'
import { TOKEN_FIELDS, type ModelCounts } from './observer.ts'

type Labels = Readonly<Record<string, string>>
type Kind = 'counter' | 'gauge' | 'histogram'
/** A number, or an exact decimal as text. */
type Value = number | string

/** Samples by family, because a family's lines must stand together. */
class Page {
  readonly #families = new Map<string, { readonly head: string; readonly lines: string[] }>()

  add(kind: Kind, name: string, help: string, value: Value, labels: Labels = {}, part = ''): void {
    const full = `beluna_gateway_${name}`
    let family = this.#families.get(full)
    if (!family) {
      family = { head: `# HELP ${full} ${help}\n# TYPE ${full} ${kind}\n`, lines: [] }
      this.#families.set(full, family)
    }
    family.lines.push(`${full}${part}${labelText(labels)} ${value}\n`)
  }

  text(): string {
    return [...this.#families.values()].map(({ head, lines }) => head + lines.join('')).join('')
  }
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

/** All metrics. `counts`: what only the daemon knows, the histograms and the attempts; left out, the page is of the status alone. */
export function prometheusText(status: StatusEvent, counts: Iterable<ModelCounts> = []): string {
  const page = new Page()
  addDaemon(page, status)
  for (const target of status.targets) {
    const labels = { target: target.name }
    page.add('gauge', 'target_in_flight', 'Attempts running.', target.in_flight, labels)
    page.add('gauge', 'target_queued', 'Requests waiting for the target.', target.queued, labels)
    for (const model of target.models) addModel(page, model, { ...labels, model: model.model })
  }
  for (const each of counts) addCounts(page, each)
  return page.text()
}

const OUTCOMES = ['completed', 'failed', 'cancelled'] as const

function addDaemon(page: Page, status: StatusEvent): void {
  const { counters, version } = status
  page.add('gauge', 'info', 'The daemon that runs.', 1, { version })
  page.add('gauge', 'uptime_seconds', 'Since it started.', status.uptime_ms / 1000)
  page.add('gauge', 'draining', '1: it is stopping.', Number(status.draining))
  page.add('gauge', 'connections', 'Clients connected.', status.connections)
  page.add('gauge', 'in_flight', 'Requests running or waiting.', status.in_flight)
  page.add('gauge', 'queued', 'Requests waiting.', status.queued)
  const total = (name: string, help: string, value: number): void =>
    page.add('counter', `${name}_total`, help, value)
  total('connections_accepted', 'Connections accepted.', counters.connections)
  total('lines', 'Lines read.', counters.lines)
  total('refused_lines', 'Lines refused.', counters.refused_lines)
  total('requests_started', 'Requests accepted.', counters.requests)
  total('retries', 'Retries.', counters.retries)
  total('stalled_clients', 'Clients cut off for not reading.', counters.stalled_clients)
  total('dropped_log_lines', 'Log lines lost.', counters.dropped_log_lines)
  for (const outcome of OUTCOMES)
    page.add('counter', 'requests_ended_total', 'Requests ended.', counters[outcome], { outcome })
}

function addModel(page: Page, status: ModelStatus, labels: Labels): void {
  const { requests, tokens, costs, breaker, latency } = status
  for (const outcome of OUTCOMES)
    page.add('counter', 'requests_total', 'Requests ended there.', requests[outcome], {
      ...labels,
      outcome,
    })
  const help = 'Tokens; cached and written ones are input too, reasoning is output too.'
  for (const name of TOKEN_FIELDS)
    page.add('counter', 'tokens_total', help, tokens[name], {
      ...labels,
      type: name.replace('_tokens', ''),
    })
  for (const { currency, total } of costs)
    page.add('counter', 'cost_total', 'Cost, where it is known.', total, { ...labels, currency })
  const unknown = 'Requests, and calls of live probes, whose cost is unknown.'
  page.add('counter', 'cost_unknown_total', unknown, status.cost_unknown, labels)
  for (const state of ['closed', 'open', 'half_open'])
    page.add('gauge', 'breaker_state', '1: the breaker is so.', Number(breaker.state === state), {
      ...labels,
      state,
    })
  page.add('counter', 'breaker_opened_total', 'Times it opened.', breaker.opened, labels)
  const recent = { first_output: latency.first_event, duration: latency.total }
  for (const [name, times] of Object.entries(recent))
    for (const [quantile, ms] of [
      ['0.5', times?.p50],
      ['0.9', times?.p90],
      ['0.99', times?.p99],
    ] as const)
      if (ms !== undefined)
        page.add(
          'gauge',
          `recent_${name}_seconds`,
          'Quantiles of the last 512 requests.',
          ms / 1000,
          {
            ...labels,
            quantile,
          },
        )
}

function addCounts(
  page: Page,
  { target, model, first_output, duration, attempts }: ModelCounts,
): void {
  const labels = { target, model }
  for (const [outcome, count] of attempts)
    page.add('counter', 'attempts_total', 'Attempts by how they ended.', count, {
      ...labels,
      outcome,
    })
  addHistogram(
    page,
    'first_output_seconds',
    'From the line read to the first output.',
    first_output,
    labels,
  )
  addHistogram(
    page,
    'duration_seconds',
    'From the line read to the end, if completed.',
    duration,
    labels,
  )
}

function addHistogram(
  page: Page,
  name: string,
  help: string,
  histogram: Histogram,
  labels: Labels,
): void {
  const { bounds, counts, sum, count } = histogram
  const add = (part: string, value: number, more: Labels = {}): void =>
    page.add('histogram', name, help, value, { ...labels, ...more }, part)
  let below = 0
  bounds.forEach((bound, at) => {
    below += counts[at] ?? 0
    add('_bucket', below, { le: String(bound) })
  })
  add('_bucket', count, { le: '+Inf' })
  add('_sum', sum)
  add('_count', count)
}
