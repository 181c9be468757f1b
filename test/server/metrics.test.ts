// The metrics listener: one page, for this machine alone.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { ListenError } from '../../src/server/listen-error.ts'
import { serveMetrics } from '../../src/server/metrics.ts'

const logger = { debug() {}, info() {}, warn() {}, error() {} }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  server.close()
  await once(server, 'close')
  return address.port
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

test('a port that is taken is told as such', async () => {
  const port = await freePort()
  const close = await serveMetrics({ port }, () => '', logger)
  await assert.rejects(
    serveMetrics({ port }, () => '', logger),
    (error) =>
      error instanceof ListenError &&
      error.reason === 'in_use' &&
      error.message.includes(String(port)),
  )
  close()
})
