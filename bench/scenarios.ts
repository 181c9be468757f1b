// What is measured: each scenario gives figures of one subject for one round. Who is compared, how often and how it is told is not said here.
import { drive, hold, pause, type Load } from './load.ts'
import type { Subject } from './subject.ts'
import { DIALECTS, type DialectName } from './wire.ts'

/** Named with their units. */
export type Figures = Record<string, number>

export type Name =
  | 'direct'
  | 'other'
  | 'floor'
  | 'gateway'
  | 'targets'
  | 'source'
  | 'compiled'
  | PeerName
export const PEERS = ['portkey', 'ai_sdk', 'openai_sdk', 'anthropic_sdk', 'google_sdk'] as const
export type PeerName = (typeof PEERS)[number]

export interface Scenario {
  readonly name: string
  readonly about: string
  readonly subjects: readonly Name[]
  /** Peers that can do this, for those who ask for them. */
  readonly peers?: readonly PeerName[]
  /** The quick form leaves it out unless it is named: a neighbour runs the same code. */
  readonly thorough?: boolean
  /** Every round is a fresh process, not warmed up. */
  readonly fresh?: true
  /** What a request costs is measured: {@link warmUp} comes before the first round. */
  readonly warmed?: true
  measure(subject: Subject, quick: boolean): Promise<Figures>
}

const BOTH = ['floor', 'gateway'] as const
const ALL = ['direct', 'floor', 'gateway'] as const
const PEERS_OF: Partial<Record<DialectName, readonly PeerName[]>> = {
  openai_chat: ['portkey', 'ai_sdk', 'openai_sdk'],
  anthropic_messages: ['anthropic_sdk'],
  gemini: ['google_sdk'],
}

/** Deltas that come as fast as they are taken. */
async function saturate(subject: Subject, load: Load, deltas: number): Promise<Figures> {
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

function burst(name: string, dialects: readonly DialectName[], mode: 'burst' | 'each'): Scenario {
  const [only] = dialects.length === 1 ? dialects : []
  return {
    name,
    about: `64 streams × 500 deltas, ${mode === 'burst' ? 'as fast as they are taken' : 'one event an upstream write'}, ${only ?? 'all dialects mixed'}`,
    subjects: BOTH,
    ...(only && mode === 'burst' && { peers: PEERS_OF[only] ?? [] }),
    measure: (subject, quick) => {
      const requests = 64 * (mode === 'each' ? 3 : 8) * (quick ? 0.5 : 1)
      return saturate(subject, { dialects, model: `${mode}-500`, requests, at_once: 64 }, 500)
    },
  }
}

/** V8 goes on compiling for so many requests, and a daemon lives for days. */
const WARM_REQUESTS = 20_000

export async function warmUp({ door }: Subject): Promise<void> {
  await drive(door, { ...SHORT, requests: WARM_REQUESTS })
}

const SHORT = { dialects: DIALECTS, model: 'burst-20', at_once: 32 } as const

const first: Scenario = {
  name: 'first',
  about: '20-delta requests one at a time: time to the first text, to the end, CPU',
  subjects: ALL,
  peers: ['portkey'],
  warmed: true,
  measure: async (subject, quick) => {
    const requests = quick ? 200 : 1_500
    const cpu = subject.cpuMs()
    const load: Load = {
      dialects: ['openai_chat'],
      model: 'burst-20',
      requests,
      at_once: 1,
      connections: 1,
    }
    const { first_ms, total_ms } = await drive(subject.door, load)
    return {
      'first p50 ms': at(first_ms, 50),
      'first p99 ms': at(first_ms, 99),
      'total p50 ms': at(total_ms, 50),
      'CPU µs/request': ((subject.cpuMs() - cpu) * 1e3) / requests,
    }
  },
}

const requests: Scenario = {
  name: 'requests',
  about: '20-delta requests, 32 at once, all dialects mixed',
  subjects: BOTH,
  warmed: true,
  measure: (subject, quick) => short(subject, { requests: quick ? 2_000 : 6_000 }),
}

async function short(
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

function openLoop(per_second: number): Scenario {
  return {
    name: `open_${per_second}`,
    thorough: per_second > 500,
    about: `20-delta requests arriving at random, ${per_second} a second (open loop)`,
    subjects: ALL,
    measure: (subject, quick) =>
      short(subject, { requests: per_second * (quick ? 1 : 4), per_second, at_once: 256 }),
  }
}

/** Streams that stay open, each with a delta every so often. */
async function flow(
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

const late: Scenario = {
  name: 'late',
  about:
    '1,000 streams, a delta each 100 ms, all dialects mixed: time from the provider to the client',
  subjects: ALL,
  measure: (subject, quick) => flow(subject, 1_000, 100, { quick }),
}

const memory: Scenario = {
  name: 'memory',
  about:
    'a fresh process of the compiled package: idle, with 64 open streams, after 64 that came as fast as they could, and with 1,000 open ones',
  subjects: ['floor', 'compiled'],
  fresh: true,
  measure: async (subject, quick) => {
    const idle = subject.rss()
    const { 'RSS grown KB/stream': each = 0 } = await flow(subject, 64, 10, { quick })
    const load: Load = { dialects: DIALECTS, model: 'each-500', requests: 64, at_once: 64 }
    await drive(subject.door, load)
    const loaded = subject.rss()
    const { 'RSS grown KB/stream': grown = 0 } = await flow(subject, 1_000, 100, { quick })
    return {
      'idle MB': idle / 1e6,
      'with 64 streams of 100 deltas/s MB': (idle + each * 64e3) / 1e6,
      'after a burst of 64 MB': loaded / 1e6,
      'at 1,000: KB/stream': grown,
    }
  },
}

function streams(count: number): Scenario {
  return {
    name: `streams_${count}`,
    thorough: count !== 1 && count !== 100,
    about: `growth: 1,000 deltas/s over ${count} streams`,
    subjects: BOTH,
    measure: (subject, quick) => flow(subject, count, count, { quick }),
  }
}

function length(deltas: number): Scenario {
  return {
    name: `length_${deltas}`,
    thorough: deltas !== 10 && deltas !== 10_000,
    about: `growth: streams of ${deltas} deltas, 16 at once`,
    subjects: BOTH,
    measure: (subject, quick) => {
      const all = Math.min(Math.ceil((quick ? 50_000 : 300_000) / deltas), quick ? 1_000 : 30_000)
      const load: Load = {
        dialects: DIALECTS,
        model: `burst-${deltas}`,
        requests: all,
        at_once: 16,
      }
      return saturate(subject, load, deltas)
    },
  }
}

function connections(count: number): Scenario {
  return {
    name: `connections_${count}`,
    thorough: count !== 256,
    about: `growth: 256 streams × 100 deltas over ${count} connections`,
    subjects: BOTH,
    measure: (subject, quick) => {
      const all = 256 * (quick ? 4 : 10)
      const load: Load = {
        dialects: DIALECTS,
        model: 'burst-100',
        requests: all,
        at_once: 256,
        connections: count,
      }
      return saturate(subject, load, 100)
    },
  }
}

function bytes(prompt_bytes: number): Scenario {
  return {
    name: `bytes_${prompt_bytes}`,
    thorough: prompt_bytes !== 1_000 && prompt_bytes !== 1_000_000,
    about: `growth: requests of ${prompt_bytes.toLocaleString('en')} bytes`,
    subjects: BOTH,
    measure: async (subject, quick) => {
      const least = prompt_bytes > 1e6 ? 4 : 40
      const all = Math.max(least, Math.round((quick ? 8e6 : 64e6) / (prompt_bytes + 20_000)))
      const load = { requests: all, at_once: 2, prompt_bytes, dialects: ['openai_chat'] as const }
      return await short(subject, load)
    },
  }
}

const targets: Scenario = {
  name: 'targets',
  about: 'growth: 20-delta requests, 32 at once, with 4 and with 1,004 targets configured',
  subjects: ['gateway', 'targets'],
  measure: (subject, quick) => short(subject, { requests: quick ? 1_000 : 6_000 }),
}

const dialectsOneByOne = DIALECTS.map((dialect) => burst(`burst_${dialect}`, [dialect], 'burst'))

export const SCENARIOS: readonly Scenario[] = [
  ...dialectsOneByOne,
  burst('burst_mixed', DIALECTS, 'burst'),
  burst('each_mixed', DIALECTS, 'each'),
  first,
  requests,
  openLoop(500),
  openLoop(2_000),
  late,
  memory,
  ...[1, 10, 100, 1_000].map(streams),
  ...[10, 100, 1_000, 10_000].map(length),
  ...[1, 16, 256].map(connections),
  ...[1_000, 64_000, 1_000_000, 16_000_000].map(bytes),
  targets,
]

/** The value below which so many of a hundred lie. */
export function at(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN
}
