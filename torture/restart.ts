// Killed and started again, and many started at once: no clean-up by hand, and exactly one serves.
//   restart: --times N (default 100)      race: --rounds N (500)  --at-once N (4)
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { startSimulator } from '../src/simulator/server.ts'
import { chatTarget, openClient, startDaemon } from '../test/e2e/daemon.ts'
import type { Harness } from './run.ts'

export const restart: Harness = async (options) => {
  const times = options.number('times', 100)
  const directory = mkdtempSync(join(tmpdir(), 'gateway-restart-'))
  const simulator = await startSimulator({ keep: 10 })
  const config = { targets: { t: chatTarget(simulator.url) } }
  let violations = 0
  const starts: number[] = []
  for (let index = 0; index < times; index += 1) {
    const start = performance.now()
    const daemon = await startDaemon(config, { directory })
    starts.push(performance.now() - start)
    const client = await openClient(daemon.socket)
    const end = await client.infer({ request_id: 'a', target: 't' })
    if (end.type !== 'completed') violations += 1
    // Killed with a request under way.
    client.send({
      type: 'infer',
      request_id: 'b',
      target: 't',
      model: 'sim-stall',
      messages: [{ role: 'user', content: 'Hi' }],
    })
    await client.next(({ type, request_id }) => type === 'output_text_delta' && request_id === 'b')
    daemon.signal('SIGKILL')
    await Promise.all([daemon.exited, client.closed])
  }
  await simulator.close()
  rmSync(directory, { recursive: true, force: true })
  starts.sort((a, b) => a - b)
  return {
    times,
    start_ms: { p50: Math.round(starts[times >> 1] ?? 0), max: Math.round(starts.at(-1) ?? 0) },
    violations,
  }
}

/** What a starter says; '' where it ends without a word. */
function firstWord(stdout: Readable): Promise<string> {
  return new Promise((resolve) => {
    stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    stdout.once('close', () => resolve(''))
  })
}

/** The daemon's own way to its socket, without the rest of it: 2,000 whole daemons would take half an hour. */
const STARTER = `
import { createServer } from 'node:net'
import { listen } from ${JSON.stringify(join(import.meta.dirname, '../src/server/socket.ts'))}
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const server = createServer((socket) => socket.end(String(process.pid)))
try {
  await listen(server, { kind: 'path', path: process.argv[1], mode: 0o600 }, quiet)
  console.log('serving')
} catch (error) {
  console.log(error.reason ?? String(error))
}
`

export const race: Harness = async (options) => {
  const rounds = options.number('rounds', 500)
  const atOnce = options.number('at-once', 4)
  const directory = mkdtempSync(join(tmpdir(), 'gateway-race-'))
  const path = join(directory, 'g.sock')
  const answers: Record<string, number> = {}
  let violations = 0
  for (let round = 0; round < rounds; round += 1) {
    const children = Array.from({ length: atOnce }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', STARTER, path], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    )
    const gone = children.map((child) => once(child, 'close'))
    const said = await Promise.all(children.map(({ stdout }) => firstWord(stdout)))
    for (const word of said) answers[word] = (answers[word] ?? 0) + 1
    const serving = said.filter((word) => word === 'serving').length
    const reached = await openClient(path).then(
      (client) => (client.close(), true),
      () => false,
    )
    if (serving !== 1 || !reached) violations += 1
    // The one that serves is killed, so that the next round meets what it left.
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(gone)
  }
  rmSync(directory, { recursive: true, force: true })
  return { rounds, at_once: atOnce, answers, violations }
}
