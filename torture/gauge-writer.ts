// Preloaded into a daemon under test: writes its heap, timers and event loop delay to $GAUGES as lines of JSON, every $GAUGES_MS.
import { appendFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const { GAUGES, GAUGES_MS = '10000' } = process.env
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

const ms = (nanoseconds: number): number => Math.round(nanoseconds / 1e4) / 100

if (GAUGES)
  setInterval(() => {
    globalThis.gc?.()
    const { heapUsed, rss, external } = process.memoryUsage()
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const line = {
      heapUsed,
      rss,
      external,
      timers,
      p50_ms: ms(delay.percentile(50)),
      p99_ms: ms(delay.percentile(99)),
      max_ms: ms(delay.max),
    }
    appendFileSync(GAUGES, `${JSON.stringify(line)}\n`)
    delay.reset()
  }, Number(GAUGES_MS)).unref()
