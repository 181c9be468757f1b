import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { test } from 'node:test'
import { createServer } from '../../src/server/server.ts'
import { cannedGateway, delta } from './canned-gateway.ts'
import { brief, infer, keepingLogger, LIMITS, stand } from './stand.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a client too many is told so and sent home, others are not disturbed, and a place that is left can be taken', async (t) => {
  const { client, server } = await stand(t, { limits: { max_connections: 2 } })
  const [one, two] = [await client(), await client()]
  const three = await client()
  three.send(infer('a'))
  assert.deepEqual((await three.rest()).map(brief), ['failed null overloaded/too_many_connections'])
  assert.equal(await three.over, 'end')
  one.send(infer('a'))
  assert.equal(brief(await one.next()), 'started a')
  assert.deepEqual([server.facts().connections, server.facts().connections_accepted], [2, 2])
  two.socket.destroy()
  while (server.facts().connections > 1) await turn()
  const four = await client()
  four.send(infer('a'))
  assert.equal(brief(await four.next()), 'started a')
})

test('a client that is sent home and does not go is cut off', async (t) => {
  const { client } = await stand(t, { limits: { max_connections: 0 } })
  const it = await client()
  assert.equal((await it.rest()).length, 1)
  const cut = new Promise((resolve) => it.socket.once('close', resolve))
  // Writing shows it: nothing comes any more, and the rest of the test's time limit is what a failure takes.
  const writing = setInterval(() => it.socket.write('x'), 10)
  await cut
  clearInterval(writing)
})

test('a drain without requests closes all clients in order and takes the socket away', async (t) => {
  const { client, server, path } = await stand(t)
  const it = await client()
  it.send({ type: 'status', request_id: 's' })
  await it.next()
  it.socket.once('end', () => it.socket.end())
  await server.drain()
  assert.equal(await it.over, 'end')
  assert.deepEqual(await it.rest(), [])
  assert.equal(existsSync(path), false)
  assert.deepEqual(server.facts().connections, 0)
})

test('a drain lets requests end, refuses new ones, and still obeys cancel and status', async (t) => {
  const { client, gateway, server, path } = await stand(t)
  const it = await client()
  it.send(infer('a', 'held'), infer('b', 'held'))
  const [a, b] = [await gateway.next(), await gateway.next()]
  await it.take(2)
  const drained = server.drain()
  assert.equal(existsSync(path), false)
  it.send(infer('c'), { type: 'probe', request_id: 'd', target: 'canned' })
  it.send({ type: 'status', request_id: 's' }, { type: 'cancel', request_id: 'b' })
  assert.deepEqual((await it.take(4)).map(brief), [
    'failed c shutting_down/null',
    'failed d shutting_down/null',
    'status s',
    'cancelled b',
  ])
  assert.equal(b.context.life.signal.reason, 'client_cancel')
  a.say(delta('a', 'still'))
  a.complete()
  assert.deepEqual((await it.rest()).map(brief), ['output_text_delta a', 'completed a'])
  it.socket.end()
  await drained
})

for (const why of ['time is over', 'somebody is in a hurry']) {
  test(`when a drain's ${why}, the rest ends as shutting_down and is told so`, async (t) => {
    const late = why === 'time is over'
    const { client, server } = await stand(t, { drain_timeout_ms: () => (late ? 10 : 2 ** 40) })
    const it = await client()
    it.send(infer('a', 'held'))
    await it.next()
    const drained = server.drain()
    if (!late) server.hasten()
    assert.deepEqual((await it.rest()).map(brief), ['failed a shutting_down/null'])
    it.socket.end()
    await drained
  })
}

test('a client that never closes its side does not hold up a drain, nor does one that reads nothing', async (t) => {
  const { client, gateway, server } = await stand(t, { drain_timeout_ms: () => 10 })
  const [idle, deaf] = [await client(), await client()]
  deaf.send(infer('a', 'flood'))
  while ((gateway.all[0]?.pulled ?? 0) === 0) await turn()
  await server.drain()
  assert.deepEqual(await idle.rest(), [])
})

test('a gateway that does not obey the abort does not hold up a drain', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { client, server, logger } = await stand(t, {
    gateway: {
      ...cannedGateway(),
      infer: () => new Promise(() => undefined),
    },
  })
  const it = await client()
  it.send(infer('a'), { type: 'status', request_id: 's' })
  assert.equal(brief(await it.next()), 'status s')
  server.hasten()
  const drained = server.drain()
  while (logger.entries.at(-1)?.text !== 'stopped') {
    t.mock.timers.tick(100)
    await turn()
  }
  await drained
})

test('the lock is held until the drain is over, and the next daemon can listen then', async (t) => {
  const { client, gateway, server, path } = await stand(t)
  const it = await client()
  it.send(infer('a', 'held'))
  const held = await gateway.next()
  const drained = server.drain()
  const next = createServer({
    gateway: cannedGateway(),
    logger: keepingLogger(),
    limits: () => LIMITS,
    allow_exit: false,
    drain_timeout_ms: () => 1_000,
    onExit: () => undefined,
  })
  const place = { kind: 'path', path, mode: 0o600 } as const
  await assert.rejects(next.listen(place), { name: 'ListenError', reason: 'in_use' })
  held.complete()
  await it.rest()
  it.socket.end()
  await drained
  await next.listen(place)
  const socket = connect(path)
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.end()
  await next.drain()
})

test('every byte that was answered before a drain arrives, also megabytes', async (t) => {
  const { client, gateway, server } = await stand(t, { limits: { max_outbox_bytes: 20_000_000 } })
  const it = await client()
  it.send(infer('a', 'held'))
  const held = await gateway.next()
  held.complete('x'.repeat(5_000_000))
  await it.next()
  it.socket.pause()
  while (held.pulled < 1) await turn()
  const drained = server.drain()
  it.socket.resume()
  const [last] = await it.rest()
  it.socket.end()
  const text = last?.type === 'completed' ? last.message.content[0] : undefined
  assert.equal(text?.type === 'text' && text.text.length, 5_000_000)
  await drained
})
