// Steady load with a share of faults, for as long as asked: heap, descriptors and timers must not grow.
//   --seconds N (default 600)  --rate N a second (200)
import { startSimulator } from '../src/simulator/server.ts'
import {
  chatTarget,
  fdsOf,
  memoryOf,
  openClient,
  pause,
  startDaemon,
  type Client,
} from '../test/e2e/daemon.ts'
import { gauged, type Gauge } from './gauges.ts'
import type { Harness } from './run.ts'

/** One request in twenty meets a fault, one in a hundred is cancelled. */
const FAULTS = [
  'sim-error-503',
  'sim-cut-300',
  'sim-half-200',
  'sim-late',
  'sim-unfinished',
  'sim-error-429-1',
  'sim-garbage',
]
const TARGETS = ['openai_chat', 'openai_responses', 'anthropic_messages', 'gemini']

export const soak: Harness = async (options) => {
  const seconds = options.number('seconds', 600)
  const rate = options.number('rate', 200)
  const simulator = await startSimulator({ keep: 100 })
  const gauges = gauged(5_000)
  const target = (dialect: string): object =>
    chatTarget(simulator.url, {
      dialect,
      ...(dialect === 'gemini' && { endpoint: `${simulator.url}/v1beta` }),
    })
  const daemon = await startDaemon(
    {
      targets: Object.fromEntries(TARGETS.map((name) => [name, target(name)])),
      reliability: { backoff_base_ms: 20 },
    },
    { ...gauges, stderr: '2>/dev/null' },
  )
  const clients = await Promise.all(
    Array.from({ length: 20 }, () => openClient(daemon.socket, false)),
  )
  const ends: Record<string, number> = {}
  const fds: number[] = []
  let sent = 0
  const start = performance.now()
  const note = (how: string): void => void (ends[how] = (ends[how] ?? 0) + 1)
  while (performance.now() - start < seconds * 1_000) {
    const due = Math.floor(((performance.now() - start) / 1_000) * rate)
    for (; sent < due; sent += 1) void ask(clients[sent % clients.length], sent, note)
    if (fds.length < (performance.now() - start) / 5_000) fds.push(fdsOf(daemon.pid))
    await pause(5)
  }
  await pause(3_000)
  const status = await daemon.status()
  const settled = gauges.read()
  const rss = memoryOf(daemon.pid)
  await daemon.close()
  await simulator.close()
  const ended = Object.values(ends).reduce((sum, count) => sum + count, 0)
  const figures = trend(settled)
  const flat = figures.heap_mib_per_hour < 20 && status.in_flight === 0
  return {
    requests: sent,
    ends,
    ...figures,
    rss_mib: rss,
    fds: { first: fds[2], last: fds.at(-1), most: Math.max(...fds) },
    in_flight: status.in_flight,
    violations: sent - ended + (flat ? 0 : 1),
  }
}

async function ask(
  client: Client | undefined,
  number: number,
  note: (how: string) => void,
): Promise<void> {
  if (!client) return
  const model = number % 20 === 0 ? (FAULTS[(number / 20) % FAULTS.length] ?? '') : 'sim-text'
  const request_id = `r${number}`
  const ending = client.infer({
    request_id,
    target: TARGETS[(number >> 3) % TARGETS.length],
    model,
  })
  if (number % 100 === 7) client.send({ type: 'cancel', request_id })
  const terminal = await ending
  note(terminal.type === 'failed' ? `failed ${terminal.error.kind}` : terminal.type)
}

const round = (value: number): number => Math.round(value * 100) / 100

/** The slope of a straight line through the second half, and the ends of it. */
function trend(all: readonly Gauge[]): {
  heap_mib_per_hour: number
  heap_mib: number[]
  timers: number[]
} {
  const half = all.slice(Math.floor(all.length / 4))
  const heaps = half.map(({ heapUsed }) => heapUsed / 2 ** 20)
  const mean = heaps.reduce((sum, heap) => sum + heap, 0) / heaps.length
  const middle = (heaps.length - 1) / 2
  const above = heaps.reduce((sum, heap, index) => sum + (index - middle) * (heap - mean), 0)
  const below = heaps.reduce((sum, _, index) => sum + (index - middle) ** 2, 0)
  return {
    heap_mib_per_hour: round((above / below) * 720),
    heap_mib: [round(heaps[0] ?? 0), round(heaps.at(-1) ?? 0)],
    timers: [
      half[0]?.timers ?? 0,
      half.at(-1)?.timers ?? 0,
      Math.max(...half.map(({ timers }) => timers)),
    ],
  }
}
