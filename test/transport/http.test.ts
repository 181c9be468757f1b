// HTTP exchanges against real servers on loopback.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { Fault } from '../../src/protocol/fault.ts'
import { isLoopback } from '../../src/protocol/loopback.ts'
import { addressOf } from '../../src/transport/address.ts'
import { createHttpClient, type Exchange } from '../../src/transport/http.ts'

const http = createHttpClient({})
const servers: Server[] = []
after(async () => {
  for (const server of servers) server.close()
  await http.close()
})

/** A server that answers every connection's first bytes with `answer`. */
async function serve(answer: (socket: Socket) => void): Promise<URL> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  return new URL(`http://127.0.0.1:${address.port}/x`)
}

const send = (url: URL): Exchange =>
  http.send({ address: addressOf(url.href), headers: {}, body: '{}' })

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nX-Many: a\r\nX-Many: b\r\n'

async function readAll(exchange: Exchange): Promise<string> {
  let text = ''
  for (let chunks = await exchange.read(); chunks; chunks = await exchange.read())
    text += Buffer.concat([...chunks]).toString()
  return text
}

test('status, headers and body come through', async () => {
  const url = await serve((socket) => socket.end(`${HEAD}content-length: 5\r\n\r\nhello`))
  const exchange = send(url)
  const { status, headers } = await exchange.answer()
  assert.deepEqual(
    [status, headers['content-type'], headers['x-many']],
    [200, 'text/plain', 'a, b'],
  )
  assert.equal(await readAll(exchange), 'hello')
})

test('a redirect is an answer, not a way', async () => {
  const url = await serve((socket) =>
    socket.end('HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
  )
  assert.equal((await send(url).answer()).status, 307)
})

test('what came before a reset is read before the fault', async () => {
  const url = await serve((socket) => {
    socket.write(`${HEAD}content-length: 50\r\n\r\nhello`, () => socket.resetAndDestroy())
  })
  const exchange = send(url)
  await exchange.answer().catch(() => undefined)
  const seen: string[] = []
  const failure = await (async () => {
    for (;;) seen.push(Buffer.concat([...((await exchange.read()) ?? [])]).toString())
  })().catch((error: unknown) => error)
  assert.ok(failure instanceof Fault)
  assert.deepEqual([failure.kind, failure.code], ['transport', 'reset'])
  assert.ok(seen.join('') === 'hello' || seen.join('') === '')
})

test('a body shorter than announced is a fault, not an end', async () => {
  const url = await serve((socket) => socket.end(`${HEAD}content-length: 50\r\n\r\nhello`))
  await assert.rejects(readAll(send(url)), { kind: 'transport', code: 'reset' })
})

test('nobody there is transport/connect, garbage is protocol_violation', async () => {
  await assert.rejects(send(new URL('http://127.0.0.1:1/')).answer(), {
    kind: 'transport',
    code: 'connect',
  })
  const url = await serve((socket) => socket.end('garbage\r\n\r\n'))
  await assert.rejects(send(url).answer(), { kind: 'protocol_violation', code: 'http' })
})

test('aborting ends every wait at once with the reason, and closes the socket', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  const url = await serve((socket) => socket.on('close', () => resolve()))
  const exchange = send(url)
  await exchange.connected()
  const waiting = exchange.answer()
  exchange.abort(new Fault('timeout', 'idle', 'enough'))
  await assert.rejects(waiting, { kind: 'timeout', code: 'idle' })
  await closed
})

test('aborting while still connecting is noticed at once', async () => {
  // A listening socket whose backlog nobody empties is hard to have portably: an abort in the same turn is before any connection.
  const url = await serve(() => undefined)
  const exchange = send(url)
  exchange.abort(new Fault('timeout', 'connect', 'enough'))
  await assert.rejects(exchange.connected(), { code: 'connect' })
})

test('a reader that does not read stops the sender', async () => {
  let sent = 0
  const { promise: stalled, resolve } = Promise.withResolvers<void>()
  const chunk = Buffer.alloc(64 * 1024)
  const url = await serve((socket) => {
    socket.write(`${HEAD}\r\n`)
    const pump = (): void => {
      while (socket.write(chunk)) sent += chunk.length
      sent += chunk.length
      // Not drained within many turns of the loop: the reader holds it back.
      let turns = 0
      const wait = (): void => {
        if (socket.writableNeedDrain && (turns += 1) < 2_000) setImmediate(wait)
        else if (socket.writableNeedDrain) resolve()
        else if (sent < 256 * 1024 * 1024) pump()
      }
      wait()
    }
    pump()
  })
  const exchange = send(url)
  await exchange.answer()
  await stalled
  assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes were taken without being read`)
  exchange.abort(new Fault('internal', 'done', 'done'))
})

test('loopback names and addresses are known as such', () => {
  assert.deepEqual(
    [
      'localhost',
      '127.0.0.1',
      '[::1]',
      'a.localhost',
      'example.com',
      '127.example.com',
      '10.0.0.1',
    ].map(isLoopback),
    [true, true, true, true, false, false, false],
  )
})
