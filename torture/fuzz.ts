// Client lines: bytes, JSON-ish, mutated valid messages; every tenth a valid status that must be answered.
//   --lines N (default 1,000,000)  --seed N
import { startSimulator } from '../src/simulator/server.ts'
import {
  chatTarget,
  memoryOf,
  openClient,
  startDaemon,
  until,
  type Daemon,
} from '../test/e2e/daemon.ts'
import { fuzzLine, mulberry } from '../test/laws/noise.ts'
import type { Harness } from './run.ts'

export const fuzz: Harness = async (options) => {
  const lines = options.number('lines', 1_000_000)
  const random = mulberry(options.number('seed', 1))
  const simulator = await startSimulator({ keep: 10 })
  const daemon = await startDaemon({
    default_target: 't',
    targets: { t: chatTarget(simulator.url, { max_concurrency: 8 }) },
    allow_exit: false,
    logging: { level: 'error' },
    limits: { max_line_bytes: 65_536, max_message_bytes: 32_768 },
  })
  let violations = 0
  let answered = 0
  let sent = 0
  let valid = 0
  while (sent < lines) {
    const count = Math.min(20_000, lines - sent)
    const batch = await throwAt(daemon, count, random)
    sent += count
    valid += batch.valid
    answered += batch.answered
    violations += batch.valid - batch.answered
  }
  const status = await daemon.status()
  const rss = memoryOf(daemon.pid)
  if (status.in_flight !== 0) violations += 1
  await daemon.close()
  await simulator.close()
  return {
    lines: sent,
    valid,
    answered,
    refused: status.counters.refused_lines,
    rss_peak_mib: rss.peak,
    violations,
  }
}

/** One connection's worth of noise. */
async function throwAt(
  daemon: Daemon,
  count: number,
  random: () => number,
): Promise<{ valid: number; answered: number }> {
  const client = await openClient(daemon.socket)
  let valid = 0
  for (let index = 0; index < count; index += 1) {
    if (index % 10 === 9) client.send({ type: 'status', request_id: `valid-${(valid += 1)}` })
    else if (!client.socket.write(Buffer.concat([fuzzLine(random), Buffer.from('\n')])))
      await new Promise((resolve) => client.socket.once('drain', resolve))
  }
  const answered = (): number =>
    client.events.filter(
      ({ type, request_id }) => type === 'status' && request_id?.startsWith('valid-'),
    ).length
  await until(() => answered() >= valid, 60_000, 50).catch(() => undefined)
  client.close()
  return { valid, answered: answered() }
}
