// Loaded into a measured process ahead of its own code: answers over IPC what only the process itself can know. Wakes it up for nothing.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'

/** What a process says of the time since it was asked last. */
export interface ProbeAnswer {
  readonly allocated_bytes: number
  readonly loop_delay_p99_ms: number
  readonly loop_delay_max_ms: number
}

const RESOLUTION_MS = 5
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delays.enable()
let before = 0

const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)

process.on('message', (message) => {
  if (message !== 'probe') return
  const { total_allocated_bytes } = getHeapStatistics() as { total_allocated_bytes?: number }
  const now = total_allocated_bytes ?? 0
  const answer: ProbeAnswer = {
    allocated_bytes: now - before,
    loop_delay_p99_ms: late(delays.percentile(99)),
    loop_delay_max_ms: late(delays.max),
  }
  before = now
  delays.reset()
  process.send?.(answer)
})
// The benchmark is gone: nothing may be left behind.
process.on('disconnect', () => process.exit(0))
process.channel?.unref()
