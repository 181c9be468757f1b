// How one subject is measured for one round: figures, named with their units. What is measured, and who is compared, is not said here.
import { drive, hold, pause, type Load } from './load.ts'
import type { Subject } from './subject.ts'
import { DIALECTS } from './wire.ts'

/** Named with their units. */
export type Figures = Record<string, number>

/** Deltas that come as fast as they are taken. */
export async function saturate(subject: Subject, load: Load, deltas: number): Promise<Figures> {
  await subject.probe()
  const cpu = subject.cpuMs()
  const { wall_ms } = await drive(subject.door, load)
  const spent = subject.cpuMs() - cpu
  const { allocated_bytes, loop_delay_max_ms } = await subject.probe()
  const all = load.requests * deltas
  return {
    'CPU µs/delta': (spent * 1e3) / all,
    'deltas/s': (all * 1e3) / wall_ms,
    'deltas/s of CPU': (all * 1e3) / spent,
    'bytes allocated/delta': allocated_bytes / all,
    'loop delay max ms': loop_delay_max_ms,
    'RSS MB': subject.rss() / 1e6,
  }
}

/** Short requests, of which the model and the dialects are those of every such scenario. */
const SHORT = { dialects: DIALECTS, model: 'burst-20', at_once: 32 } as const

/** V8 goes on compiling for so many requests, and a daemon lives for days. */
const WARM_REQUESTS = 20_000

export async function warmUp({ door }: Subject): Promise<void> {
  await drive(door, { ...SHORT, requests: WARM_REQUESTS })
}

export async function short(
  subject: Subject,
  load: Partial<Load> & { requests: number },
): Promise<Figures> {
  const cpu = subject.cpuMs()
  const { wall_ms, total_ms } = await drive(subject.door, { ...SHORT, ...load })
  return {
    'CPU µs/request': ((subject.cpuMs() - cpu) * 1e3) / load.requests,
    'requests/s': (load.requests * 1e3) / wall_ms,
    'total p50 ms': at(total_ms, 50),
    'total p99 ms': at(total_ms, 99),
  }
}

/** Streams that stay open, each with a delta every so often. */
export async function flow(
  subject: Subject,
  count: number,
  every_ms: number,
  more: { quick: boolean; connections?: number },
): Promise<Figures> {
  const before = subject.rss()
  const load: Load = {
    dialects: DIALECTS,
    model: `paced-1000000-${every_ms}`,
    requests: count,
    at_once: count,
    ...(more.connections !== undefined && { connections: more.connections }),
  }
  let spent = 0
  let grown = 0
  let delay = 0
  const { late_ms, wall_ms } = await hold(subject.door, load, async (settled) => {
    // What opening them all at once has left behind is not what they cost.
    await pause(more.quick ? 0 : 2_000)
    settled()
    await subject.probe()
    const cpu = subject.cpuMs()
    await pause(more.quick ? 700 : 4_000)
    spent = subject.cpuMs() - cpu
    grown = subject.rss() - before
    delay = (await subject.probe()).loop_delay_p99_ms
  })
  await pause(300)
  return {
    'CPU µs/delta': (spent * 1e3) / late_ms.length,
    'deltas/s': (late_ms.length * 1e3) / wall_ms,
    'late p50 ms': at(late_ms, 50),
    'late p99 ms': at(late_ms, 99),
    'loop delay p99 ms': delay,
    'RSS grown KB/stream': grown / 1e3 / count,
  }
}

/** The value below which so many of a hundred lie. */
export function at(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN
}
