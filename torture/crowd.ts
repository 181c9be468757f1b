// A thousand connections of which two hundred stream: memory, event loop delay, and how soon another client is answered.
//   --connections N (default 1,000)  --streams N (200)  --seconds N (15)
import { startSimulator } from '../src/simulator/server.ts'
import { chatTarget, memoryOf, openClient, pause, startDaemon } from '../test/e2e/daemon.ts'
import { gauged } from './gauges.ts'
import type { Harness } from './run.ts'

export const crowd: Harness = async (options) => {
  const seconds = options.number('seconds', 15)
  const simulator = await startSimulator()
  const gauges = gauged(1_000)
  const daemon = await startDaemon(
    {
      targets: { t: chatTarget(simulator.url, { max_concurrency: 1_000 }) },
      limits: { max_connections: 4_096 },
      logging: { level: 'error' },
    },
    gauges,
  )
  const base = memoryOf(daemon.pid).now
  const clients = []
  for (let index = 0; index < options.number('connections', 1_000); index += 1)
    clients.push(await openClient(daemon.socket))
  const idle = memoryOf(daemon.pid).now
  const ends = clients
    .slice(0, options.number('streams', 200))
    .map((client, index) =>
      client.infer({ request_id: `r${index}`, target: 't', model: `sim-load-${seconds * 20}-50` }),
    )
  await pause(1_000)
  const round: number[] = []
  for (const end = performance.now() + (seconds - 2) * 1_000; performance.now() < end;) {
    const start = performance.now()
    await daemon.status()
    round.push(performance.now() - start)
    await pause(50)
  }
  const streaming = memoryOf(daemon.pid)
  const steady = gauges.read().slice(-Math.max(1, seconds - 4))
  const outcomes = (await Promise.all(ends)).filter(({ type }) => type === 'completed').length
  for (const client of clients) client.close()
  await daemon.close()
  await simulator.close()
  round.sort((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((round[Math.floor((round.length - 1) * share)] ?? 0) * 10) / 10
  return {
    connections: clients.length,
    streams: ends.length,
    rss_mib: { base, idle, streaming: streaming.now, peak: streaming.peak },
    loop_delay_ms: {
      p50: Math.max(...steady.map(({ p50_ms }) => p50_ms)),
      p99: Math.max(...steady.map(({ p99_ms }) => p99_ms)),
      max: Math.max(...steady.map(({ max_ms }) => max_ms)),
    },
    connect_and_status_ms: { p50: at(0.5), p99: at(0.99) },
    violations: ends.length - outcomes,
  }
}
