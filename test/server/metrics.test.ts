// The metrics listener: one page, for this machine alone.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ListenError } from '../../src/server/listen-error.ts'
import { serveMetrics } from '../../src/server/metrics.ts'
import { freePort } from '../docs/sandbox.ts'
import { portOf } from '../laws/bench.ts'

const logger = { debug() {}, info() {}, warn() {}, error() {} }

/** A port that somebody listens on until the test is over. */
async function takenPort(context: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  return portOf(server)
}

async function asked(
  port: number,
  path: string,
  host?: string,
): Promise<[number | undefined, string]> {
  const headers = host === undefined ? {} : { host }
  const { promise, resolve, reject } = Promise.withResolvers<[number | undefined, string]>()
  get({ port, host: '127.0.0.1', path, headers })
    .on('error', reject)
    .on('response', (response) => {
      void text(response).then((body) => resolve([response.statusCode, body]))
    })
  return await promise
}

test('the page is told by its path alone, and to no other host name', async () => {
  const port = await freePort()
  const close = await serveMetrics({ port }, () => 'up 1\n', logger)
  const told = [
    await asked(port, '/metrics'),
    await asked(port, '/metrics?x=1', `localhost:${port}`),
    await asked(port, '/'),
    await asked(port, '/metrics', 'elsewhere.example'),
  ]
  close()
  assert.deepEqual(told, [
    [200, 'up 1\n'],
    [200, 'up 1\n'],
    [404, 'the page is /metrics\n'],
    [403, 'metrics are told to this machine only\n'],
  ])
  await assert.rejects(asked(port, '/metrics'))
})

test('a port that is taken is told as such', async (context) => {
  const port = await takenPort(context)
  await assert.rejects(
    serveMetrics({ port }, () => '', logger),
    (error) =>
      error instanceof ListenError &&
      error.reason === 'in_use' &&
      error.message.includes(String(port)),
  )
})

test('a daemon whose metrics port is taken says so in one line, and leaves no socket', async (context) => {
  const place = await mkdtemp(join(tmpdir(), 'beluna-metrics-'))
  const port = await takenPort(context)
  context.after(() => rm(place, { recursive: true }))
  const config = join(place, 'config.json')
  const target = { dialect: 'gemini', credential: 'none', default_model: 'm' }
  const telemetry = { metrics: { port } }
  const settings = { socket_path: 'g.sock', default_target: 't', targets: { t: target }, telemetry }
  await writeFile(config, JSON.stringify(settings))
  const launcher = fileURLToPath(new URL('../../bin/beluna-gateway', import.meta.url))
  const { promise, resolve } = Promise.withResolvers<unknown[]>()
  execFile(process.execPath, [launcher, 'serve', '--config', config], (error, _, stderr) =>
    resolve([error?.code, stderr]),
  )
  const said = `beluna-gateway: port ${port} of telemetry.metrics is in use: choose another\n`
  assert.deepEqual(await promise, [75, said])
  assert.deepEqual((await readdir(place)).toSorted(), ['config.json', 'g.sock.lock'])
})
