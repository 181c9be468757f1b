// Clients that stop reading while their upstreams would send a gigabyte each: memory, and when they are cut.
//   --clients N (default 50)  --megabytes N (1,000)  --stall MS (10,000)
import { chatTarget, memoryOf, openClient, pause, startDaemon, until } from '../test/e2e/daemon.ts'
import { startFlood } from '../test/laws/flood.ts'
import type { Harness } from './run.ts'

export const slow: Harness = async (options) => {
  const count = options.number('clients', 50)
  const stall_ms = options.number('stall', 10_000)
  const flood = await startFlood(options.number('megabytes', 1_000) * 1e6)
  const daemon = await startDaemon({
    targets: { t: chatTarget(flood.url, { max_concurrency: count + 1 }) },
    limits: {
      stalled_client_timeout_ms: stall_ms,
      max_message_bytes: 500_000_000,
      max_line_bytes: 500_000_001,
    },
    logging: { level: 'error' },
  })
  const base = memoryOf(daemon.pid).now
  const cut: number[] = []
  const clients = await Promise.all(Array.from({ length: count }, () => openClient(daemon.socket)))
  const start = performance.now()
  for (const [index, client] of clients.entries()) {
    client.send({
      type: 'infer',
      request_id: `r${index}`,
      target: 't',
      messages: [{ role: 'user', content: 'Go.' }],
    })
    client.socket.pause()
    // A paused socket hears of its end only by writing.
    const poke = setInterval(() => client.socket.write(''), 100)
    void client.closed.then(() => {
      clearInterval(poke)
      return cut.push(performance.now() - start)
    })
  }
  await until(() => flood.open() === count, 20_000)
  await pause(stall_ms / 2)
  const paused = { ...memoryOf(daemon.pid), taken_mb: Math.round(flood.taken() / 1e6) }
  await until(() => cut.length === count && flood.open() === 0, stall_ms + 20_000)
  const status = await daemon.status()
  const after = memoryOf(daemon.pid)
  await daemon.close()
  flood.close()
  // Garbage included, a client that does not read may cost as much.
  const most = base + 60 + count * 4
  const laws = [
    status.counters.stalled_clients === count,
    status.in_flight === 0,
    after.peak < most,
  ]
  const violations = laws.filter((holds) => !holds).length
  return {
    clients: count,
    rss_mib: { base, paused: paused.now, peak: after.peak },
    taken_mb: paused.taken_mb,
    cut_after_ms: [Math.round(Math.min(...cut)), Math.round(Math.max(...cut))],
    violations,
  }
}
