// Facts → OpenTelemetry, by its official packages, where the configuration asks for it and somebody has installed them. They are optional peers:
// without `telemetry.otlp` nothing is loaded, and with it a request costs a few objects at its end. Never tells prompt or output.
import type { Context, Counter, Histogram, Meter, Tracer } from '@opentelemetry/api'
import type { Attempt, StatusEvent } from '../protocol/gateway-event.gen.ts'
import { callAttributes, genAiAttributes, messageWithoutContent, outcomeOf } from './attributes.ts'
import type { Fact, Observe, TerminalEvent } from './facts.ts'
import { SECONDS } from './histogram.ts'
import type { EndFact } from './log.ts'
import { loadPackages, type Packages } from './otlp-packages.ts'

export interface Otlp {
  readonly observe: Observe
  /** Sends what is left; waits no longer than a collector that is there would take. */
  shutdown(): Promise<void>
}

export interface OtlpParts {
  /** Base URL of the collector. */
  readonly endpoint: string
  readonly version: string
  /** For the gauges, asked at each export. */
  readonly status: () => StatusEvent
}

/** How long one export may take, and so how long a collector that is gone may hold up the daemon's end. */
const EXPORT_MS = 1_000
/** Token counts; the bounds that OpenTelemetry advises. */
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power)

/** Throws where a package is missing, with what to install. */
export async function startOtlp({ endpoint, version, status }: OtlpParts): Promise<Otlp> {
  const { api, resources, traces, metrics, traceExporter, metricExporter } = await loadPackages()
  const base = endpoint.replace(/\/+$/, '')
  const resource = resources.resourceFromAttributes({
    'service.name': 'beluna-gateway',
    'service.version': version,
  })
  const exporterTo = (path: string) => ({ url: base + path, timeoutMillis: EXPORT_MS })
  const spans = new traces.BatchSpanProcessor({
    exporter: new traceExporter.OTLPTraceExporter(exporterTo('/v1/traces')),
  })
  const reader = new metrics.PeriodicExportingMetricReader({
    exporter: new metricExporter.OTLPMetricExporter(exporterTo('/v1/metrics')),
  })
  const tracers = new traces.TracerProvider({ resource, spanProcessors: [spans] })
  const meters = new metrics.MeterProvider({ resource, readers: [reader] })
  const instruments = createInstruments(meters.getMeter('beluna-gateway', version), status)
  const tracer = tracers.getTracer('beluna-gateway', version)
  return {
    observe(fact) {
      measure(fact, instruments)
      if (fact.fact === 'request_ended') trace(fact, tracer, api)
    },
    shutdown: async () => void (await Promise.allSettled([tracers.shutdown(), meters.shutdown()])),
  }
}

interface Instruments {
  readonly duration: Histogram
  readonly firstOutput: Histogram
  readonly tokens: Histogram
  readonly cost: Counter
  readonly attempts: Counter
  readonly retries: Counter
}

function createInstruments(meter: Meter, status: () => StatusEvent): Instruments {
  const gauges = {
    connections: (event: StatusEvent) => event.connections,
    in_flight: (event: StatusEvent) => event.in_flight,
    queued: (event: StatusEvent) => event.queued,
    breakers_open: (event: StatusEvent) =>
      event.targets
        .flatMap(({ models }) => models)
        .filter(({ breaker }) => breaker.state !== 'closed').length,
  }
  for (const [name, read] of Object.entries(gauges))
    meter
      .createObservableGauge(`beluna_gateway.${name}`)
      .addCallback((result) => result.observe(read(status())))
  const histogram = (name: string, unit: string, bounds: readonly number[]): Histogram =>
    meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries: [...bounds] } })
  return {
    duration: histogram('gen_ai.client.operation.duration', 's', SECONDS),
    firstOutput: histogram('gen_ai.client.operation.time_to_first_chunk', 's', SECONDS),
    tokens: histogram('gen_ai.client.token.usage', '{token}', TOKENS),
    cost: meter.createCounter('beluna_gateway.cost'),
    attempts: meter.createCounter('beluna_gateway.attempts', { unit: '{attempt}' }),
    retries: meter.createCounter('beluna_gateway.retries', { unit: '{retry}' }),
  }
}

/** What tells series apart; everything else would make too many of them. */
const SERIES = [
  'gen_ai.operation.name',
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'error.type',
]

type Attribute = string | number | readonly string[]

/** Only what is there: what is sent has no word for undefined. */
function known(values: Readonly<Record<string, Attribute | undefined>>): Record<string, Attribute> {
  const kept: Record<string, Attribute> = {}
  for (const [name, value] of Object.entries(values)) if (value !== undefined) kept[name] = value
  return kept
}

/** One try among several: the request's own series may be of another target. */
const placeOf = ({ target, model }: Pick<Attempt, 'target' | 'model'>): Record<string, string> => ({
  'beluna_gateway.target': target,
  'gen_ai.request.model': model,
})

function measure(fact: Fact, to: Instruments): void {
  if (fact.fact === 'retrying') to.retries.add(1, placeOf(fact))
  if (fact.fact === 'probe_charged') {
    const called = known(callAttributes({}, fact.model, fact.dialect))
    return charge(fact, { ...called, 'beluna_gateway.target': fact.target }, to)
  }
  if (fact.fact !== 'request_ended') return
  const { terminal, dialect } = fact
  const { timing, target } = terminal
  const named = Object.entries(known(genAiAttributes({}, terminal, dialect)))
  const series = {
    ...Object.fromEntries(named.filter(([name]) => SERIES.includes(name))),
    'beluna_gateway.target': target ?? '',
  }
  for (const attempt of terminal.attempts)
    to.attempts.add(1, {
      ...placeOf(attempt),
      'beluna_gateway.outcome': outcomeOf(attempt, terminal),
    })
  if (timing) to.duration.record(timing.total_ms / 1000, series)
  if (timing && timing.first_event_ms !== null)
    to.firstOutput.record(timing.first_event_ms / 1000, series)
  charge(terminal, series, to)
}

function charge(
  { usage, cost }: Pick<TerminalEvent, 'usage' | 'cost'>,
  series: Readonly<Record<string, Attribute>>,
  to: Instruments,
): void {
  for (const type of ['input', 'output'] as const) {
    const count = usage?.[`${type}_tokens`] ?? null
    if (count !== null) to.tokens.record(count, { ...series, 'gen_ai.token.type': type })
  }
  if (cost) to.cost.add(Number(cost.total), { ...series, 'beluna_gateway.currency': cost.currency })
}

/** The request as a span, and its attempts as spans below it, all made at its end; times are told in milliseconds since the epoch. */
function trace(
  { terminal, dialect, fault, cost_unknown_reason }: EndFact,
  tracer: Tracer,
  api: Packages['api'],
): void {
  const { timing, metadata, model, target, cost } = terminal
  if (!timing) return
  const end = Date.now()
  const begin = end - timing.total_ms
  const attributes = {
    ...known(genAiAttributes({}, terminal, dialect)),
    'beluna_gateway.request_id': terminal.request_id ?? '',
    'beluna_gateway.target': target ?? '',
    'beluna_gateway.outcome': terminal.type,
    'beluna_gateway.cost': cost ? `${cost.total} ${cost.currency}` : (cost_unknown_reason ?? ''),
    'beluna_gateway.warnings': terminal.warnings.map(({ code }) => code),
    ...Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [`beluna_gateway.metadata.${name}`, value]),
    ),
  }
  const options = { kind: api.SpanKind.SERVER, startTime: begin, attributes }
  const parent = parentOf(metadata['traceparent'], api)
  const span = tracer.startSpan(`chat ${model ?? ''}`.trim(), options, parent)
  const below = api.trace.setSpan(parent, span)
  for (const attempt of terminal.attempts) {
    const child = tracer.startSpan(
      `attempt ${attempt.target}`,
      {
        kind: api.SpanKind.CLIENT,
        startTime: begin + attempt.started_ms,
        attributes: {
          'gen_ai.request.model': attempt.model,
          ...(attempt.http_status !== null && { 'http.response.status_code': attempt.http_status }),
          ...(attempt.error && { 'error.type': attempt.error.kind }),
        },
      },
      below,
    )
    if (attempt.error) child.setStatus({ code: api.SpanStatusCode.ERROR })
    child.end(begin + attempt.ended_ms)
  }
  if (fault)
    span.setStatus({ code: api.SpanStatusCode.ERROR, message: messageWithoutContent(fault) })
  span.end(end)
}

/** A W3C `traceparent` in the request's metadata makes the span part of the caller's trace. */
function parentOf(traceparent: string | undefined, api: Packages['api']): Context {
  const found = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '')
  const [, traceId, spanId, flags] = found ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return api.ROOT_CONTEXT
  const traceFlags = Number.parseInt(flags, 16)
  return api.trace.setSpanContext(api.ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}
