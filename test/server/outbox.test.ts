import assert from 'node:assert/strict'
import { test } from 'node:test'
import { delta } from './canned-gateway.ts'
import { brief, infer, stand } from './stand.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Until nothing moves any more: a client that does not read lets the daemon go only so far. */
async function still(count: () => number): Promise<number> {
  let last = -1
  let same = 0
  while (same < 50) {
    await turn()
    same = count() === last ? same + 1 : 0
    last = count()
  }
  return last
}

test('a client that reads nothing stops its own requests, and gets every byte once it reads', async (t) => {
  const { client, gateway } = await stand(t, { limits: { max_outbox_bytes: 100_000 } })
  const it = await client()
  it.send(infer('a', 'flood'))
  while (gateway.all.length === 0) await turn()
  const [flood] = gateway.all
  const pulled = await still(() => flood?.pulled ?? 0)
  // 10 KB each: the outbox, one batch that waits, the kernel's buffers and the client's own.
  assert.ok(pulled > 10 && pulled < 100, `${pulled} batches pulled`)
  it.send({ type: 'cancel', request_id: 'a' })
  it.socket.end()
  const events = (await it.rest()).map(brief)
  assert.equal(events.at(0), 'started a')
  assert.equal(events.at(-1), 'cancelled a')
  assert.equal(events.length, (flood?.pulled ?? 0) + 2)
})

test('while one client reads nothing, another is served', async (t) => {
  const { client, gateway } = await stand(t, { limits: { max_outbox_bytes: 100_000 } })
  const [deaf, other] = [await client(), await client()]
  deaf.send(infer('a', 'flood'))
  while (gateway.all.length === 0) await turn()
  await still(() => gateway.all[0]?.pulled ?? 0)
  other.send(infer('b'))
  assert.deepEqual((await other.take(3)).map(brief), [
    'started b',
    'output_text_delta b',
    'completed b',
  ])
})

test('an event larger than the mark goes out alone', async (t) => {
  const { client } = await stand(t, { limits: { max_outbox_bytes: 1 } })
  const it = await client()
  it.send(infer('a'), infer('b'))
  it.socket.end()
  const events = (await it.rest()).map(brief)
  assert.deepEqual(
    events.filter((event) => event.includes(' a')),
    ['started a', 'output_text_delta a', 'completed a'],
  )
  assert.equal(events.length, 6)
})

test('a client that only sends is not read any further once its answers wait', async (t) => {
  const { client, server } = await stand(t, { limits: { max_outbox_bytes: 10_000 } })
  const it = await client()
  const line = `${JSON.stringify({ type: 'status', request_id: 's' })}\n`
  const sent = 10_000
  it.send(line.repeat(sent))
  const lines = await still(() => server.facts().lines)
  assert.ok(lines > 10 && lines < sent / 2, `${lines} lines read`)
  it.socket.end()
  const answers = await it.rest()
  assert.equal(answers.length, sent)
  assert.deepEqual(new Set(answers.map(brief)), new Set(['status s']))
})

test('refused lines wait for the client as well', async (t) => {
  const { client, server } = await stand(t, { limits: { max_outbox_bytes: 10_000 } })
  const it = await client()
  it.send('x\n'.repeat(200_000))
  const lines = await still(() => server.facts().lines)
  assert.ok(lines > 10 && lines < 20_000, `${lines} lines read`)
})

test('a client that drains nothing for too long is cut off, and its requests are aborted', async (t) => {
  const { client, gateway, server } = await stand(t, {
    limits: { max_outbox_bytes: 100_000, stalled_client_timeout_ms: 20 },
  })
  const it = await client()
  it.send(infer('a', 'flood'))
  while (gateway.all.length === 0) await turn()
  const [flood] = gateway.all
  assert.equal(await flood?.aborted, 'client_gone')
  while (server.facts().connections > 0) await turn()
  assert.equal(server.facts().stalled_clients, 1)
})

test('a client with nothing to read is not stalled, however long it is silent', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const { client, server, gateway } = await stand(t, { limits: { stalled_client_timeout_ms: 20 } })
  const it = await client()
  it.send(infer('a', 'held'))
  const held = await gateway.next()
  await it.next()
  for (let looks = 0; looks < 5; looks++) {
    now += 1_000
    t.mock.timers.tick(1_000)
    await turn()
  }
  held.complete()
  assert.equal(brief(await it.next()), 'completed a')
  assert.equal(server.facts().stalled_clients, 0)
  t.mock.timers.reset()
})

test('a cancel is obeyed although the client reads nothing; a new request waits until it reads', async (t) => {
  const { client, gateway } = await stand(t, { limits: { max_outbox_bytes: 100_000 } })
  const it = await client()
  it.send(infer('a', 'flood'), infer('b', 'flood'))
  while (gateway.all.length < 2) await turn()
  const [a] = gateway.all
  await still(() => gateway.all.reduce((sum, { pulled }) => sum + pulled, 0))
  it.send({ type: 'cancel', request_id: 'a' }, infer('c'))
  assert.equal(await a?.aborted, 'client_cancel')
  await still(() => gateway.all.length)
  assert.equal(gateway.all.length, 2)
  it.send({ type: 'cancel', request_id: 'b' })
  it.socket.end()
  const ends = (await it.rest()).map(brief).filter((each) => /^(can|com)/.test(each))
  assert.deepEqual(ends.toSorted(), ['cancelled a', 'cancelled b', 'completed c'])
})

test('a bug met by a line that had waited for room is told, and the connection lives', async (t) => {
  const { client, gateway, server, logger } = await stand(t, {
    limits: { max_outbox_bytes: 100_000 },
  })
  const it = await client()
  it.send(infer('a', 'flood'))
  while (gateway.all.length === 0) await turn()
  await still(() => gateway.all[0]?.pulled ?? 0)
  const status = t.mock.method(gateway, 'status', () => {
    throw new Error('a bug')
  })
  it.send({ type: 'status', request_id: 's' })
  while (server.facts().lines < 2) await turn()
  assert.equal(status.mock.callCount(), 0)
  it.send({ type: 'cancel', request_id: 'a' }, infer('b'))
  it.socket.end()
  const told = (await it.rest()).filter(({ type }) => type !== 'output_text_delta')
  assert.deepEqual(told.map(brief).toSorted(), [
    'cancelled a',
    'completed b',
    'failed null internal/null',
    'started a',
    'started b',
  ])
  assert.ok(logger.entries.some(({ level }) => level === 'error'))
})

test('a request whose line still waited for room when its client left is never begun', async (t) => {
  const { client, gateway, server } = await stand(t, { limits: { max_outbox_bytes: 100_000 } })
  const it = await client()
  it.send(infer('a', 'flood'))
  while (gateway.all.length === 0) await turn()
  await still(() => gateway.all[0]?.pulled ?? 0)
  it.send(infer('b', 'held'))
  while (server.facts().lines < 2) await turn()
  it.socket.destroy()
  assert.equal(await gateway.all[0]?.aborted, 'client_gone')
  assert.equal(await still(() => gateway.all.length), 1)
  while (server.facts().connections > 0) await turn()
})

test('an exit whose line still waited for room when its client left is obeyed', async (t) => {
  let exits = 0
  const { client, gateway, server } = await stand(t, {
    limits: { max_outbox_bytes: 100_000 },
    onExit: () => (exits += 1),
  })
  const it = await client()
  it.send(infer('a', 'flood'))
  while (gateway.all.length === 0) await turn()
  await still(() => gateway.all[0]?.pulled ?? 0)
  it.send({ type: 'exit' })
  while (server.facts().lines < 2) await turn()
  it.socket.destroy()
  while (server.facts().connections > 0) await turn()
  assert.equal(exits, 1)
})

test('while a terminal event waits for its client, its id is in flight', async (t) => {
  const { client, gateway } = await stand(t, { limits: { max_outbox_bytes: 1_000 } })
  const it = await client()
  it.send(infer('a', 'held'))
  const held = await gateway.next()
  // More than kernels hold, so that the rest fills the outbox.
  held.say(delta('a', 'x'.repeat(4_000_000)))
  held.complete()
  await still(() => held.pulled)
  assert.equal(held.pulled, 2)
  it.send('{"type":"infer","request_id":"a"}\n', infer('a'))
  it.socket.end()
  const told = (await it.rest()).map(brief)
  assert.deepEqual(told, [
    'started a',
    'output_text_delta a',
    'completed a',
    'failed null invalid_request/schema',
    'started a',
    'output_text_delta a',
    'completed a',
  ])
})

test('providers wait for a client long before the outbox is full, and what waits is not overtaken', async (t) => {
  const { client, gateway, server } = await stand(t, { limits: { max_outbox_bytes: 100_000_000 } })
  const it = await client()
  it.send(infer('a', 'flood'))
  while (gateway.all.length === 0) await turn()
  const pulled = await still(() => gateway.all[0]?.pulled ?? 0)
  // 10 KB each: a quarter of a megabyte, the kernel's buffers and the client's own.
  assert.ok(pulled > 10 && pulled < 150, `${pulled} batches pulled`)
  it.send({ type: 'status', request_id: 's' })
  while (server.facts().lines < 2) await turn()
  await still(() => gateway.all[0]?.pulled ?? 0)
  const told = (await it.take(pulled + 2)).map(brief)
  assert.equal(told.indexOf('status s'), pulled + 1)
})

test('a client that takes a little now and then is not stalled, however slow it is', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const pass = (ms: number): void => {
    now += ms
    t.mock.timers.tick(ms)
  }
  const { client, gateway, server } = await stand(t, { limits: { stalled_client_timeout_ms: 20 } })
  const it = await client()
  it.send(infer('a', 'held'))
  const held = await gateway.next()
  held.say(delta('a', 'x'.repeat(4_000_000)))
  for (let looks = 0; looks < 10; looks += 1) {
    await still(() => it.socket.bytesRead)
    pass(15)
    const enough = it.socket.bytesRead + 200_000
    while (it.socket.bytesRead < enough) {
      it.socket.read()
      await turn()
    }
  }
  await still(() => it.socket.bytesRead)
  assert.equal(server.facts().stalled_clients, 0)
  pass(25)
  assert.equal(await held.aborted, 'client_gone')
  assert.equal(server.facts().stalled_clients, 1)
  t.mock.timers.reset()
})
