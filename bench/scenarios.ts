// What is measured: each scenario gives figures of one subject for one round. Who is compared, how often and how it is told is not said here.
import { drive, type Load } from './load.ts'
import { at, flow, saturate, short, type Figures } from './measures.ts'
import type { Subject } from './subject.ts'
import { DIALECTS, type DialectName } from './wire.ts'

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
