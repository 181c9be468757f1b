// The TypeScript client against a scripted daemon on a real socket: no request waits for an answer that cannot come, and none is sent twice.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import {
  connect,
  ConnectionLostError,
  type ConnectOptions,
  type GatewayClient,
  type Inference,
} from '../../src/client/index.ts'
import { Fault } from '../../src/protocol/fault.ts'
import { failedEvent } from '../../src/protocol/refusal.ts'
import { daemonOf, line, type Daemon } from './scripted.ts'

const ASK = { request_id: 'r', messages: [{ role: 'user' as const, content: 'x' }] }
const fault = new Fault('invalid_request', 'line_too_long', 'the line is too long')
const delta = (request_id: string, text: string): string =>
  line({ type: 'output_text_delta', request_id, part: 0, delta: text })

async function clientOf(
  context: TestContext,
  { path }: Daemon,
  options: ConnectOptions = {},
): Promise<GatewayClient> {
  const client = await connect(path, options)
  context.after(() => client.close())
  return client
}

/** Stops the daemon under a request, so that the client knows of it. */
async function stopUnder(client: GatewayClient, daemon: Daemon): Promise<void> {
  const asked = once(daemon.sockets[0] ?? (await daemon.next()), 'data')
  const running = client.infer({ ...ASK, request_id: 'under' })
  await asked
  await Promise.all([daemon.stop(), assert.rejects(running.final(), lost(true))])
}

const lost = (sent: boolean) => (error: unknown) =>
  error instanceof ConnectionLostError && error.sent === sent

test('events reach their reader in order, the terminal one last and as final()', async (context) => {
  const started = {
    type: 'started',
    request_id: 'r',
    target: 't',
    model: 'm',
    dialect: 'gemini',
    warnings: [],
  }
  const end = failedEvent('r', fault)
  const daemon = await daemonOf(context, () => line(started) + line(end))
  const inference = (await clientOf(context, daemon)).infer(ASK)
  const seen = []
  for await (const event of inference) seen.push(event)
  assert.deepEqual(seen, [started, end])
  assert.deepEqual(await inference.final(), end)
})

test('a refusal without an id, and a line that is no event, end the connection and all that waits on it', async (context) => {
  const schema = failedEvent(null, new Fault('invalid_request', 'schema', 'no'))
  for (const answer of [line(schema), 'garbage\n', '[]\n', '1\n', 'null\n']) {
    const client = await clientOf(context, await daemonOf(context, () => answer))
    await assert.rejects(client.infer(ASK).final(), lost(true))
    await assert.rejects(client.status(), lost(true))
  }
})

test('lines that are too long fail alone, although the refusal names none of them', async (context) => {
  const daemon = await daemonOf(context, ({ request_id }) =>
    request_id.startsWith('long') ? line(failedEvent(null, fault)) : delta(request_id, 'half'),
  )
  const client = await clientOf(context, daemon)
  const ask = (request_id: string, length: number): Inference =>
    client.infer({ request_id, messages: [{ role: 'user', content: 'x'.repeat(length) }] })
  // The longest of all was taken under another limit: it has begun, so it is none of them.
  const others = [ask('taken', 4_000), ask('a', 10), ask('b', 20)]
  await Promise.all(others.map((each) => each[Symbol.asyncIterator]().next()))
  const long = [ask('long-1', 2_000), ask('c', 30), ask('long-2', 3_000), ask('long-3', 1_500)]
  others.push(...long.splice(1, 1))
  assert.deepEqual(
    await Promise.all(long.map((each) => each.final())),
    ['long-1', 'long-2', 'long-3'].map((id) => failedEvent(id, fault)),
  )
  for (const { request_id } of others)
    daemon.sockets[0]?.write(line(failedEvent(request_id, fault)))
  assert.deepEqual(
    await Promise.all(others.map((each) => each.final())),
    ['taken', 'a', 'b', 'c'].map((id) => failedEvent(id, fault)),
  )
})

test('an id that cannot be used, and what is no JSON, is refused before anything is sent, and harms no other request', async (context) => {
  const daemon = await daemonOf(context, ({ request_id }) => line(failedEvent(request_id, fault)))
  const client = await clientOf(context, daemon)
  const first = client.infer(ASK)
  for (const request_id of ['r', '', 'two words', 'x'.repeat(129)])
    assert.throws(() => client.infer({ ...ASK, request_id }), RangeError)
  const round: Record<string, unknown> = {}
  round['round'] = round
  const options = { provider_options: { gemini: round } }
  for (const _ of [1, 2])
    assert.throws(() => client.infer({ ...ASK, ...options, request_id: 'round' }), TypeError)
  assert.equal((await first.final()).type, 'failed')
  assert.equal(daemon.heard.length, 1)
})

test('what was sent over a lost connection ends in an error and is not sent again; new requests go over a new one', async (context) => {
  const end = failedEvent('new', fault)
  const daemon = await daemonOf(context, ({ request_id }) =>
    request_id === 'new' ? line(end) : delta(request_id, 'half'),
  )
  const client = await clientOf(context, daemon)
  const seen: string[] = []
  await assert.rejects(async () => {
    for await (const event of client.infer(ASK)) {
      seen.push(event.type)
      daemon.sockets[0]?.destroy()
    }
  }, lost(true))
  assert.deepEqual(await client.infer({ ...ASK, request_id: 'new' }).final(), end)
  assert.deepEqual(
    [seen, daemon.heard.map(({ request_id }) => request_id), daemon.sockets.length],
    [['output_text_delta'], ['r', 'new'], 2],
  )
})

test('new requests wait for a daemon that restarts, in the order in which they were made', async (context) => {
  const daemon = await daemonOf(context, ({ request_id }) =>
    request_id === 'under' ? '' : line(failedEvent(request_id, fault)),
  )
  const client = await clientOf(context, daemon)
  await stopUnder(client, daemon)
  const ends = ['a', 'b', 'c'].map((request_id) => client.infer({ ...ASK, request_id }).final())
  await daemon.start()
  for (const end of await Promise.all(ends)) assert.equal(end.type, 'failed')
  assert.deepEqual(
    [daemon.heard.map(({ request_id }) => request_id), daemon.sockets.length],
    [['under', 'a', 'b', 'c'], 2],
  )
})

test('a daemon that does not come back ends the waiting with what the system says, and nothing was sent', async (context) => {
  const daemon = await daemonOf(context)
  const client = await clientOf(context, daemon, { patience_ms: 0 })
  await stopUnder(client, daemon)
  await assert.rejects(client.infer(ASK).final(), /ENOENT|ECONNREFUSED/)
  await assert.rejects(client.status(), lost(false))
  await assert.rejects(client.exit(), lost(false))
})

test('a request waits for as long as its patience, however long others have waited', async (context) => {
  const daemon = await daemonOf(context, ({ request_id }) =>
    request_id === 'under' ? '' : line(failedEvent(request_id, fault)),
  )
  const client = await clientOf(context, daemon, { patience_ms: 60_000 })
  await stopUnder(client, daemon)
  const refused = assert.rejects(client.infer(ASK).final(), lost(false))
  const real = performance.now.bind(performance)
  let passed = 50_000
  context.mock.method(performance, 'now', () => real() + passed)
  const later = client.infer({ ...ASK, request_id: 'later' }).final()
  passed += 10_000
  await refused
  await daemon.start()
  assert.equal((await later).type, 'failed')
  assert.deepEqual(
    daemon.heard.map(({ request_id }) => request_id),
    ['under', 'later'],
  )
})

test('a request that waits for a connection can be cancelled, and so can a probe', async (context) => {
  const daemon = await daemonOf(context)
  const client = await clientOf(context, daemon, { patience_ms: 60_000 })
  await stopUnder(client, daemon)
  const inference = client.infer(ASK)
  inference.cancel()
  await assert.rejects(inference.final(), lost(false))
  const leaving = new AbortController()
  const probing = client.probe({ target: 't' }, { signal: leaving.signal })
  leaving.abort(new RangeError('enough'))
  await assert.rejects(probing, /enough/)
  assert.equal(daemon.heard.length, 1)
})

test('aborting a probe sends a cancel, and rejects with the signal’s reason once it is cancelled', async (context) => {
  const daemon = await daemonOf(context, ({ type, request_id }) =>
    type === 'cancel' ? line({ type: 'cancelled', request_id }) : '',
  )
  const client = await clientOf(context, daemon)
  for (const signal of [AbortSignal.abort(new RangeError('enough')), abortedSoon()])
    await assert.rejects(client.probe({ target: 't' }, { signal }), /enough/)
  assert.deepEqual(
    daemon.heard.map(({ type }) => type),
    ['probe', 'cancel', 'probe', 'cancel'],
  )
})

function abortedSoon(): AbortSignal {
  const leaving = new AbortController()
  setImmediate(() => leaving.abort(new RangeError('enough')))
  return leaving.signal
}

test('aborting gives up connecting, before and on the way', async (context) => {
  const { path } = await daemonOf(context)
  await assert.rejects(connect(path, { signal: AbortSignal.abort(new RangeError('no')) }), /no/)
  const leaving = new AbortController()
  const connecting = connect(path, { signal: leaving.signal })
  leaving.abort(new RangeError('no'))
  await assert.rejects(connecting, /no/)
  await assert.rejects(connect(`${path}.gone`), { code: 'ENOENT' })
})

test('close() lets what runs end; what waits for a connection and what comes later is lost unsent', async (context) => {
  const daemon = await daemonOf(context)
  const client = await clientOf(context, daemon)
  const running = client.infer(ASK).final()
  const socket = daemon.sockets[0] ?? (await daemon.next())
  await once(socket, 'data')
  client.close()
  await assert.rejects(client.infer({ ...ASK, request_id: 'late' }).final(), lost(false))
  socket.write(line(failedEvent('r', fault)))
  assert.equal((await running).type, 'failed')
  assert.equal(daemon.heard.length, 1)
})

const timers = (): number =>
  process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length

test('close() while there is no daemon holds the process no longer', async (context) => {
  const before = timers()
  const daemon = await daemonOf(context)
  const client = await clientOf(context, daemon)
  const running = client.infer({ ...ASK, request_id: 'running' }).final()
  await Promise.all([assert.rejects(running, lost(true)), daemon.stop()])
  const waiting = client.infer(ASK).final()
  // The first try fails, and the next one waits.
  for (let turn = 0; turn < 20 && timers() === before; turn += 1) await new Promise(setImmediate)
  assert.equal(timers(), before + 1)
  client.close()
  await assert.rejects(waiting, lost(false))
  assert.equal(timers(), before)
})

test('answers that nobody reads hold up nobody: a loop left early drops its rest, and final() reads on', async (context) => {
  const many = 4_000
  const daemon = await daemonOf(context, ({ type, request_id }) => {
    if (type === 'cancel') return line({ type: 'cancelled', request_id })
    if (request_id.startsWith('short')) return end(request_id)
    return delta(request_id, 'x').repeat(many) + (request_id === 'whole' ? end('whole') : '')
  })
  const client = await clientOf(context, daemon)
  for (const request_id of ['one', 'two']) {
    const left = client.infer({ ...ASK, request_id })
    // All of it waits here by then.
    await client.infer({ ...ASK, request_id: `short.${request_id}` }).final()
    for await (const event of left) if (event.type === 'output_text_delta') break
    assert.equal((await left.final()).type, 'cancelled')
  }
  let count = 0
  for await (const event of client.infer({ ...ASK, request_id: 'whole' }))
    if (event.type === 'output_text_delta') count += 1
  assert.equal(count, many)
})

const end = (request_id: string): string => line(failedEvent(request_id, fault))
