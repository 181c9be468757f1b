// An OpenTelemetry collector on loopback: keeps what it is sent by OTLP over HTTP, and tells it as plain values.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { portOf } from '../laws/bench.ts'

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}
interface Point {
  readonly attributes: readonly Attribute[]
  readonly sum?: number
  readonly asDouble?: number
  readonly asInt?: number
}
interface Points {
  readonly dataPoints: readonly Point[]
}
interface Resource {
  readonly resource: { readonly attributes: readonly Attribute[] }
  readonly scopeSpans?: readonly { readonly spans: readonly Span[] }[]
  readonly scopeMetrics?: readonly { readonly metrics: readonly Metric[] }[]
}
interface Export {
  readonly resourceSpans?: readonly Resource[]
  readonly resourceMetrics?: readonly Resource[]
}

export interface Span {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly status: { readonly code: number }
  readonly attributes: readonly Attribute[]
}

interface Metric {
  readonly name: string
  readonly unit?: string
  readonly histogram?: Points
  readonly sum?: Points
  readonly gauge?: Points
}

export interface Collector extends AsyncDisposable {
  readonly endpoint: string
  /** All that came, heads and bodies. */
  raw(): string
  /** The `service.name` of everything that came. */
  services(): Set<unknown>
  spans(): Span[]
  metrics(): Metric[]
  /** All that a counter or histogram has summed up, for points whose attributes have this value. */
  sum(metric: string, having?: string): number
}

/** An array's value is JSON text. */
export const named = (attributes: readonly Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [plain] = Object.values(value)
      return [key, 'arrayValue' in value ? JSON.stringify(plain) : plain]
    }),
  )

export async function startCollector(): Promise<Collector> {
  const heads: string[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      heads.push(`${request.url} ${JSON.stringify(request.headers)}`)
      bodies.push(body)
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const parse: (json: string) => Export = JSON.parse
  const resources = (): Resource[] =>
    bodies
      .map(parse)
      .flatMap(({ resourceSpans = [], resourceMetrics = [] }) => [
        ...resourceSpans,
        ...resourceMetrics,
      ])
  const metrics = (): Metric[] =>
    resources().flatMap(({ scopeMetrics = [] }) => scopeMetrics.flatMap((scope) => scope.metrics))
  return {
    endpoint: `http://127.0.0.1:${portOf(server)}`,
    raw: () => [...heads, ...bodies].join('\n'),
    services: () =>
      new Set(resources().map(({ resource }) => named(resource.attributes)['service.name'])),
    spans: () =>
      resources().flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap((scope) => scope.spans)),
    metrics,
    sum: (metric, having) =>
      metrics()
        .filter(({ name }) => name === metric)
        .flatMap(({ histogram, sum }) => (histogram ?? sum)?.dataPoints ?? [])
        .filter((point) => !having || Object.values(named(point.attributes)).includes(having))
        .reduce((all, { sum, asDouble, asInt }) => all + (sum ?? asDouble ?? asInt ?? 0), 0),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
