// The official OpenTelemetry packages, loaded only when asked for, and as much of their faces as is used here.
type Values = Readonly<Record<string, string | number | readonly string[]>>

export interface Instrument {
  add(value: number, attributes: Values): void
  record(value: number, attributes: Values): void
}

export interface Meter {
  createHistogram(name: string, options: object): Instrument
  createCounter(name: string, options?: object): Instrument
  createObservableGauge(name: string): {
    addCallback(callback: (result: { observe(value: number): void }) => void): void
  }
}

interface Span {
  setStatus(status: { code: number; message?: string }): void
  end(time: number): void
}

interface Tracer {
  startSpan(
    name: string,
    options: { kind: number; startTime: number; attributes: Values },
    context: unknown,
  ): Span
}

export interface Api {
  readonly ROOT_CONTEXT: unknown
  readonly SpanKind: { readonly SERVER: number; readonly CLIENT: number }
  readonly SpanStatusCode: { readonly ERROR: number }
  readonly trace: {
    setSpan(context: unknown, span: Span): unknown
    setSpanContext(context: unknown, span: object): unknown
  }
}

type Made<T> = new (options: object) => T

export interface Packages extends Api {
  readonly resourceFromAttributes: (attributes: Values) => object
  readonly OTLPTraceExporter: Made<object>
  readonly OTLPMetricExporter: Made<object>
  readonly BatchSpanProcessor: Made<object>
  readonly PeriodicExportingMetricReader: Made<object>
  readonly BasicTracerProvider: Made<{
    getTracer(name: string, version: string): Tracer
    shutdown(): Promise<void>
  }>
  readonly MeterProvider: Made<{
    getMeter(name: string, version: string): Meter
    shutdown(): Promise<void>
  }>
}

/** What is used of each package. */
const NAMES = {
  '@opentelemetry/api': ['ROOT_CONTEXT', 'SpanKind', 'SpanStatusCode', 'trace'],
  '@opentelemetry/resources': ['resourceFromAttributes'],
  '@opentelemetry/sdk-trace-base': ['BasicTracerProvider', 'BatchSpanProcessor'],
  '@opentelemetry/sdk-metrics': ['MeterProvider', 'PeriodicExportingMetricReader'],
  '@opentelemetry/exporter-trace-otlp-http': ['OTLPTraceExporter'],
  '@opentelemetry/exporter-metrics-otlp-http': ['OTLPMetricExporter'],
} as const

/** Throws where one is missing or too old, with the line that installs them. */
export async function loadPackages(): Promise<Packages> {
  const loaded: Record<string, unknown> = {}
  const wanting: string[] = []
  for (const [name, parts] of Object.entries(NAMES)) {
    const module = await load(name)
    for (const part of parts) loaded[part] = module[part]
    if (parts.some((part) => module[part] === undefined)) wanting.push(name)
  }
  if (wanting.length === 0 && isWhole(loaded)) return loaded
  throw new Error(
    `telemetry.otlp is configured, but nothing is sent: ${wanting.join(', ')} cannot be loaded; install: npm install ${Object.keys(NAMES).join(' ')}`,
  )
}

/** The name is a variable, so that no build and no type check asks for what need not be there. */
async function load(name: string): Promise<Record<string, unknown>> {
  try {
    const module: unknown = await import(name)
    return isModule(module) ? module : {}
  } catch {
    return {}
  }
}

const isModule = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function isWhole(loaded: Record<string, unknown>): loaded is Record<string, unknown> & Packages {
  return Object.values(NAMES).every((parts) => parts.every((part) => loaded[part] !== undefined))
}
