// What runs out or misbehaves around the daemon: descriptors, the log's disk and reader, resolvers, event sizes, encodings, the clock.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startSimulator } from '../../src/simulator/server.ts'
import { portOf } from '../laws/bench.ts'
import { chatTarget, openClient, pause, until, withDaemon, type Client } from './daemon.ts'

const simulator = await startSimulator()
after(() => simulator.close())

const config = { targets: { t: chatTarget(simulator.url) }, reliability: { max_retries: 0 } }
const ask = (client: Client, request_id: string, more: object = {}) =>
  client.infer({ request_id, target: 't', ...more })

test('out of file descriptors: it says so, blames no target, and is whole again when there are some', async () => {
  await withDaemon(config, { shell: 'ulimit -n 48;' }, async (daemon, client) => {
    await ask(client, 'before')
    await pause(20)
    const crowd = await Promise.allSettled(
      Array.from({ length: 80 }, () => openClient(daemon.socket)),
    )
    const end = await ask(client, 'during')
    assert.ok(
      end.type === 'completed' || (end.type === 'failed' && end.error.code === 'local_resources'),
    )
    for (const each of crowd) if (each.status === 'fulfilled') each.value.close()
    await until(async () => (await ask(client, `after${performance.now()}`)).type === 'completed')
    assert.equal((await daemon.status()).targets[0]?.models[0]?.breaker.opened, 0)
  })
})

test('the log’s disk is full, or its reader is gone: the daemon serves on and counts what it could not say', async () => {
  await withDaemon(config, { stderr: '2>/dev/full' }, async (daemon, client) => {
    assert.equal((await ask(client, 'a')).type, 'completed')
    assert.ok((await daemon.status()).counters.dropped_log_lines > 0)
  })
  await withDaemon(config, {}, async (daemon, client) => {
    daemon.child.stderr?.destroy()
    assert.equal((await ask(client, 'a')).type, 'completed')
    assert.equal((await ask(client, 'b')).type, 'completed')
    await until(async () => (await daemon.status()).counters.dropped_log_lines > 0)
  })
})

/** A provider that sends these bytes, whatever it is asked. */
async function provider(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  return `http://127.0.0.1:${portOf(server)}`
}

const HEAD = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\n'

test('a terminal that is gone takes the log for people with it, and nothing else', async () => {
  // As a terminal that was hung up: it can be told from other files, and takes no byte.
  const flags = ['--import', 'data:text/javascript,process.stderr.isTTY = true']
  await withDaemon(config, { flags, stderr: '2>/dev/full' }, async (daemon, client) => {
    for (const id of ['a', 'b', 'c']) {
      assert.equal((await ask(client, id)).type, 'completed')
      await pause(100)
    }
    daemon.signal('SIGTERM')
    assert.equal(await daemon.exited, 0)
  })
})

test('names that never resolve, events that never end and encodings nobody asked for fail with what they are', async () => {
  const huge = await provider((socket) => {
    socket.write(`${HEAD}\r\ndata: `)
    for (let count = 0; count < 40 && !socket.destroyed; count += 1)
      socket.write('x'.repeat(65_536))
  })
  const packed = await provider((socket) => {
    socket.end(
      Buffer.concat([
        Buffer.from(`${HEAD}content-encoding: gzip\r\n\r\n`),
        gzipSync('data: [DONE]\n\n'),
      ]),
    )
  })
  const targets = {
    stalled: chatTarget('http://stalled.test:1', {
      allow_insecure_http: true,
      reliability: { connect_timeout_ms: 100 },
    }),
    huge: chatTarget(huge),
    packed: chatTarget(packed),
    t: chatTarget(simulator.url),
  }
  const flags = ['--import', join(import.meta.dirname, '../laws/stalled-dns.ts')]
  const limits = { max_sse_event_bytes: 1_048_576 }
  await withDaemon({ ...config, targets, limits }, { flags }, async (_daemon, client) => {
    const codes = []
    for (const target of ['stalled', 'huge', 'packed']) {
      const end = await client.infer({ request_id: target, target })
      codes.push(end.type === 'failed' && [end.error.kind, end.error.code])
    }
    assert.deepEqual(codes, [
      ['timeout', 'connect'],
      ['protocol_violation', 'event_too_large'],
      ['protocol_violation', 'content_encoding'],
    ])
    assert.equal((await ask(client, 'well')).type, 'completed')
  })
})

test('a daemon that was stopped hears what came meanwhile before it calls anything silent', async () => {
  const asked = Promise.withResolvers<Socket>()
  const url = await provider(asked.resolve)
  const reliability = { max_retries: 0, first_event_timeout_ms: 1_500, idle_timeout_ms: 1_500 }
  await withDaemon({ targets: { t: chatTarget(url) }, reliability }, {}, async (daemon, client) => {
    const end = ask(client, 'a')
    const socket = await asked.promise
    daemon.signal('SIGSTOP')
    const choices = [{ index: 0, delta: { content: 'x' }, finish_reason: 'stop' }]
    socket.end(`${HEAD}\r\ndata: ${JSON.stringify({ choices })}\n\ndata: [DONE]\n\n`)
    await pause(1_800)
    daemon.signal('SIGCONT')
    assert.equal((await end).type, 'completed')
  })
})
