// How many run, how many wait, who is next, and how all of it ends: caps, drain, reload and signals of the real daemon.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, test } from 'node:test'
import { startSimulator } from '../../src/simulator/server.ts'
import { chatTarget, openClient, startDaemon, until, withDaemon, type Client } from './daemon.ts'

const simulator = await startSimulator()
after(() => simulator.close())

const targets = (more: object): object => ({ targets: { t: chatTarget(simulator.url, more) } })
const infer = (request_id: string, model = 'sim-text', more: object = {}): object => ({
  type: 'infer',
  request_id,
  target: 't',
  model,
  messages: [{ role: 'user', content: 'Hi' }],
  ...more,
})
const started = (client: Client, request_id: string): Promise<unknown> =>
  client.next((event) => event.type === 'output_text_delta' && event.request_id === request_id)
async function drains(client: Client): Promise<boolean> {
  const id = `status${client.events.length}`
  client.send({ type: 'status', request_id: id })
  const event = await client.next(({ request_id }) => request_id === id)
  return event.type === 'status' && event.draining
}

test('where the queue is full one more is refused at once; who waits too long ends in its deadline', async () => {
  await withDaemon(targets({ max_concurrency: 1, max_queue: 1 }), {}, async (daemon, client) => {
    client.send(infer('running', 'sim-stall'))
    await started(client, 'running')
    client.send(infer('waiting'))
    client.send(infer('refused'))
    const refused = await client.end('refused')
    assert.ok(refused.type === 'failed')
    assert.deepEqual(
      [refused.error.kind, refused.error.code, refused.error.retryable],
      ['overloaded', 'queue_full', true],
    )
    const { queued, in_flight } = await daemon.status()
    assert.deepEqual([queued, in_flight], [1, 2])
    client.send({ type: 'cancel', request_id: 'waiting' })
    assert.equal((await client.end('waiting')).type, 'cancelled')
    client.send(infer('hurried', 'sim-text', { limits: { total_timeout_ms: 50 } }))
    const hurried = await client.end('hurried')
    assert.ok(hurried.type === 'failed')
    assert.deepEqual([hurried.error.kind, hurried.error.code], ['timeout', 'total'])
    client.send({ type: 'cancel', request_id: 'running' })
    assert.equal((await client.end('running')).type, 'cancelled')
    assert.equal((await client.infer({ request_id: 'next', target: 't' })).type, 'completed')
    await until(async () => (await daemon.status()).in_flight === 0)
  })
})

test('a client with many requests does not starve one with few', async () => {
  await withDaemon(targets({ max_concurrency: 1, max_queue: 100 }), {}, async (daemon, greedy) => {
    const modest = await openClient(daemon.socket)
    greedy.send(infer('first', 'sim-stall'))
    await started(greedy, 'first')
    const from = simulator.requests.length
    for (let count = 0; count < 20; count += 1) greedy.send(infer(`g${count}`))
    await until(async () => (await daemon.status()).queued === 20)
    const end = modest.infer({ request_id: 'm', target: 't', model: 'sim-echo' })
    await until(async () => (await daemon.status()).queued === 21)
    greedy.send({ type: 'cancel', request_id: 'first' })
    assert.equal((await end).type, 'completed')
    const before = simulator.requests
      .slice(from)
      .findIndex(({ body }) => JSON.stringify(body).includes('sim-echo'))
    assert.ok(before === 0 || before === 1, `${before} of the greedy client's came first`)
  })
})

test('requests_per_second spaces the starts', async () => {
  await withDaemon(targets({ requests_per_second: 20 }), {}, async (_daemon, client) => {
    const ask = (request_id: string) => client.infer({ request_id, target: 't' })
    const ends = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(ask))
    // By the daemon's own clock: here their ends may be noticed together.
    const queued = ends.map(({ timing }) => timing?.queued_ms ?? 0)
    assert.ok(Math.max(...queued) > 120, queued.join(' '))
  })
})

test('SIGTERM: running requests finish, new ones are refused, every byte is out, status 0', async () => {
  await withDaemon(targets({}), {}, async (daemon, client) => {
    client.send(infer('long', 'sim-words-40+slow-10'))
    // Holds the daemon until what is new has been refused.
    client.send(infer('held', 'sim-stall'))
    await Promise.all([started(client, 'long'), started(client, 'held')])
    daemon.signal('SIGTERM')
    await until(() => drains(client))
    client.send(infer('new'))
    const refused = await client.end('new')
    assert.ok(
      refused.type === 'failed' &&
        refused.error.kind === 'shutting_down' &&
        refused.error.retryable,
    )
    assert.equal((await client.end('long')).type, 'completed')
    client.send({ type: 'cancel', request_id: 'held' })
    assert.equal((await client.end('held')).type, 'cancelled')
    await client.closed
    assert.equal(await daemon.exited, 0)
  })
})

test('when the drain’s time is over, and at a second signal, the rest ends as shutting_down', async () => {
  for (const [drain_timeout_ms, signals] of [
    [200, 1],
    [60_000, 2],
  ] as const)
    await withDaemon({ ...targets({}), drain_timeout_ms }, {}, async (daemon, client) => {
      const ids = ['a', 'b', 'c']
      for (const id of ids) client.send(infer(id, 'sim-stall'))
      await Promise.all(ids.map((id) => started(client, id)))
      daemon.signal('SIGTERM')
      if (signals === 2) {
        // Sent before the first is heard, the second would be lost in it.
        await until(() => drains(client))
        daemon.signal('SIGTERM')
      }
      for (const id of ids) {
        const end = await client.end(id)
        assert.ok(
          end.type === 'failed' && end.error.kind === 'shutting_down' && end.message !== null,
        )
      }
      assert.equal(await daemon.exited, 0)
      await simulator.when(() => simulator.open() === 0)
    })
})

test('SIGHUP: new requests go by the new file, running ones by theirs; a bad file changes nothing', async () => {
  const config = targets({ default_model: 'sim-text' })
  await withDaemon(config, {}, async (daemon, client) => {
    client.send(infer('old', 'sim-words-60+slow-10'))
    await started(client, 'old')
    const { loaded_at } = (await daemon.status()).config
    daemon.rewrite({ targets: { u: chatTarget(simulator.url) } })
    daemon.signal('SIGHUP')
    await until(async () => (await daemon.status()).config.loaded_at !== loaded_at)
    assert.equal((await client.infer({ request_id: 'u', target: 'u' })).type, 'completed')
    const gone = await client.infer({ request_id: 't', target: 't' })
    assert.ok(gone.type === 'failed' && gone.error.code === 'unknown_target')
    daemon.rewrite({ targets: 3 })
    daemon.signal('SIGHUP')
    await until(async () => (await daemon.status()).config.last_error !== null)
    assert.equal((await client.infer({ request_id: 'still', target: 'u' })).type, 'completed')
    const old = await client.end('old')
    assert.deepEqual([old.type, old.target], ['completed', 't'])
  })
})

test('a reload changes the drain’s time, and warns of what waits for a restart until it is taken back', async () => {
  const config = { ...targets({}), drain_timeout_ms: 60_000 }
  await withDaemon(config, {}, async (daemon, client) => {
    const reload = async (change: object): Promise<number> => {
      const times = (): number => daemon.log().split('configuration read again').length
      const [before, seen] = [times(), daemon.log().length]
      daemon.rewrite({ ...config, ...change })
      daemon.signal('SIGHUP')
      await until(async () => times() > before)
      return daemon.log().slice(seen).split('allow_exit is not what it was').length - 1
    }
    assert.equal(await reload({ allow_exit: false }), 1)
    assert.equal(await reload({ allow_exit: false, drain_timeout_ms: 1 }), 1)
    assert.equal(await reload({ drain_timeout_ms: 200 }), 0)
    client.send(infer('a', 'sim-stall'))
    await started(client, 'a')
    daemon.signal('SIGTERM')
    const end = await client.end('a')
    assert.ok(end.type === 'failed' && end.error.kind === 'shutting_down')
  })
})

test('a SIGTERM at the very moment it begins to listen ends it in order: status 0, no socket left', async () => {
  for (let round = 0; round < 3; round += 1) {
    const daemon = await startDaemon(targets({}))
    daemon.signal('SIGTERM')
    assert.equal(await daemon.exited, 0)
    assert.ok(!existsSync(daemon.socket))
    await daemon.close()
  }
})
