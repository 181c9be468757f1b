// Socket activation for real: systemd's own tool opens the socket, and starts what the unit says when the first client comes.
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startSimulator } from '../../src/simulator/server.ts'
import { directory } from '../cli/desk.ts'
import { chatTarget, openClient, until } from '../e2e/daemon.ts'
import { absent, fileOf, planned } from './installed.ts'

const ACTIVATE = 'systemd-socket-activate'

interface Activated extends AsyncDisposable {
  readonly socket: string
  readonly child: ChildProcess
  readonly exited: Promise<unknown[]>
}

/** Waits for its first client with what the system's unit would run. */
async function activated(here: string): Promise<Activated> {
  const simulator = await startSimulator()
  const config = join(here, 'config.json')
  const socket = join(here, 'activated.sock')
  const targets = { local: chatTarget(simulator.url) }
  const elsewhere = join(here, 'elsewhere.sock')
  await writeFile(
    config,
    JSON.stringify({
      socket_path: elsewhere,
      default_target: 'local',
      targets,
      logging: { level: 'error' },
    }),
  )
  const unit = fileOf(planned({ config }), 'beluna-gateway.service')
  const command = /^ExecStart=(.+)$/m.exec(unit)?.[1]?.split(' ') ?? []
  const child = spawn(ACTIVATE, ['--listen', socket, ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SYSTEMD_LOG_LEVEL: 'info', SYSTEMD_LOG_TARGET: 'console' },
  })
  const exited = once(child, 'exit')
  const said: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
  // The file is there as soon as the socket is bound; it takes clients only once it listens.
  await until(() => said.join('').includes('Listening on '))
  return {
    socket,
    child,
    exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
      await simulator.close()
    },
  }
}

test('a client that comes before the daemon is there waits at the socket, and is served by it', async (t) => {
  const why = absent(ACTIVATE)
  if (why) return t.skip(why)
  await using here = await directory()
  await using daemon = await activated(here.path)
  const client = await openClient(daemon.socket)
  const end = await client.infer({ request_id: 'r' })
  assert.deepEqual([end.type, end.target], ['completed', 'local'])
  assert.equal(existsSync(join(here.path, 'elsewhere.sock')), false)
  client.close()
})

for (const way of ['an exit message', 'SIGTERM'])
  test(`a daemon that ends by ${way} leaves the manager's socket for the next one`, async (t) => {
    const why = absent(ACTIVATE)
    if (why) return t.skip(why)
    await using here = await directory()
    await using daemon = await activated(here.path)
    const client = await openClient(daemon.socket)
    await client.infer({ request_id: 'r' })
    if (way === 'SIGTERM') daemon.child.kill('SIGTERM')
    else client.send({ type: 'exit' })
    await client.closed
    assert.deepEqual(await daemon.exited, [0, null])
    assert.equal(existsSync(daemon.socket), true)
  })
