// The official OpenTelemetry packages: optional peers, loaded only where `telemetry.otlp` asks for them.

export type Packages = Awaited<ReturnType<typeof loadPackages>>

/** Throws where one is missing or too old, with the line that installs them. */
export async function loadPackages() {
  const names: string[] = []
  const wanting: string[] = []
  const take = async <M extends object>(
    name: string,
    load: () => Promise<M>,
    parts: readonly (keyof M)[],
  ): Promise<M | null> => {
    names.push(name)
    const found = await load().catch(() => null)
    const whole = found && parts.every((part) => found[part] !== undefined)
    if (!whole) wanting.push(name)
    return whole ? found : null
  }
  const api = await take('@opentelemetry/api', () => import('@opentelemetry/api'), ['ROOT_CONTEXT'])
  const resources = await take(
    '@opentelemetry/resources',
    () => import('@opentelemetry/resources'),
    ['resourceFromAttributes'],
  )
  const traces = await take('@opentelemetry/sdk-trace', () => import('@opentelemetry/sdk-trace'), [
    'TracerProvider',
    'BatchSpanProcessor',
  ])
  const metrics = await take(
    '@opentelemetry/sdk-metrics',
    () => import('@opentelemetry/sdk-metrics'),
    ['MeterProvider', 'PeriodicExportingMetricReader'],
  )
  const traceExporter = await take(
    '@opentelemetry/exporter-trace-otlp-http',
    () => import('@opentelemetry/exporter-trace-otlp-http'),
    ['OTLPTraceExporter'],
  )
  const metricExporter = await take(
    '@opentelemetry/exporter-metrics-otlp-http',
    () => import('@opentelemetry/exporter-metrics-otlp-http'),
    ['OTLPMetricExporter'],
  )
  if (api && resources && traces && metrics && traceExporter && metricExporter)
    return { api, resources, traces, metrics, traceExporter, metricExporter }
  throw new Error(
    `telemetry.otlp is configured, but nothing is sent: ${wanting.join(', ')} cannot be loaded; install: npm install ${names.join(' ')}`,
  )
}
