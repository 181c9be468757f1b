// The way through a proxy, with the parts of undici that the daemon loads and no others: a test beside it that loads the whole package
// would lend it what they lack.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import { addressOf } from '../../src/transport/address.ts'
import { createHttpClient, type Exchange } from '../../src/transport/http.ts'

/** Asks for `url` through a proxy that answers the first bytes with `says`, then hangs up; gives the first line that the proxy was sent. */
async function ask(t: TestContext, url: string, says: string): Promise<[Exchange, () => string]> {
  let line = ''
  const proxy = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => {
      ;[line = ''] = bytes.toString().split('\r\n')
      socket.write(says)
      socket.once('data', () => socket.end())
    })
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  assert.ok(address && typeof address === 'object')
  const at = `http://127.0.0.1:${address.port}`
  const http = createHttpClient({ http_proxy: at, https_proxy: at })
  t.after(async () => {
    await http.close()
    proxy.close()
  })
  return [http.send({ address: addressOf(url), headers: {}, body: '{}' }), () => line]
}

test('a host with TLS is reached through a tunnel', async (t) => {
  const [exchange, line] = await ask(t, 'https://model.test/v1', 'HTTP/1.1 200 OK\r\n\r\n')
  // The proxy is no TLS server: the call fails once the tunnel stands, and retryably.
  await assert.rejects(exchange.answer(), { kind: 'transport', code: 'reset', retryable: true })
  assert.equal(line(), 'CONNECT model.test:443 HTTP/1.1')
})

test('a proxy that refuses the tunnel is named as what failed', async (t) => {
  const refusal = 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n'
  const [exchange] = await ask(t, 'https://model.test/v1', refusal)
  await assert.rejects(exchange.answer(), { kind: 'transport', code: 'proxy' })
})

test('a host without TLS is asked for by its whole URL', async (t) => {
  const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
  const [exchange, line] = await ask(t, 'http://model.test/v1', answer)
  assert.equal((await exchange.answer()).status, 200)
  assert.equal(line(), 'POST http://model.test/v1 HTTP/1.1')
})
