// Reads what `gauge-writer.ts` wrote.
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Gauge {
  readonly heapUsed: number
  readonly rss: number
  readonly external: number
  readonly timers: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly max_ms: number
}

/** Flags and environment for a daemon that writes its gauges, and how to read them. */
export function gauged(every_ms: number): {
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
  read(): Gauge[]
} {
  const file = join(tmpdir(), `gauges-${process.pid}-${Date.now()}.ndjson`)
  return {
    flags: ['--expose-gc', '--import', join(import.meta.dirname, 'gauge-writer.ts')],
    env: { GAUGES: file, GAUGES_MS: `${every_ms}` },
    read: () => {
      if (!existsSync(file)) return []
      const lines = readFileSync(file, 'utf8').trim().split('\n')
      return lines.flatMap((line) => {
        const gauge: unknown = JSON.parse(line)
        return isGauge(gauge) ? [gauge] : []
      })
    },
  }
}

function isGauge(value: unknown): value is Gauge {
  return typeof value === 'object' && value !== null && 'heapUsed' in value && 'timers' in value
}
