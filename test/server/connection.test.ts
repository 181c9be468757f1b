import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { completed, delta, started } from './canned-gateway.ts'
import { brief, infer, stand } from './stand.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const bad = (id: string): string => `{"type":"infer","request_id":"${id}"}\n`

test('a request is answered by its events, whole and in order', async (t) => {
  const { client } = await stand(t)
  const it = await client()
  it.send(infer('r1'))
  assert.deepEqual(await it.take(3), [started('r1'), delta('r1', 'ok'), completed('r1', 'ok')])
})

test('the request reaches the gateway as it was sent, with its connection and its time', async (t) => {
  const { client, gateway } = await stand(t)
  const before = performance.now()
  const [, second] = [await client(), await client()]
  second.send(infer('r1', 'held'))
  const { request, context } = await gateway.next()
  assert.deepEqual(request, infer('r1', 'held'))
  assert.equal(context.client, 2)
  assert.ok(context.received_at >= before && context.received_at <= performance.now())
})

test('a request without an id gets a UUID of version 7, later ones sorting after it', async (t) => {
  const { client, gateway } = await stand(t)
  const it = await client()
  const message = { type: 'probe', target: 'held' }
  it.send(message)
  const { request } = await gateway.next()
  assert.deepEqual({ ...request, request_id: '' }, { ...message, request_id: '' })
  assert.match(request.request_id, UUID_V7)
  const made = Number.parseInt(request.request_id.replaceAll('-', '').slice(0, 12), 16)
  assert.ok(Math.abs(Date.now() - made) < 60_000)
})

test('status is answered at once with what the server has counted, and counts the refused lines', async (t) => {
  const { client } = await stand(t)
  const it = await client()
  it.send('nonsense\n', { type: 'status', request_id: 's' })
  const [, status] = await it.take(2)
  assert.equal(status?.type === 'status' && status.request_id, 's')
  const counters = status?.type === 'status' ? status.counters : null
  assert.deepEqual([counters?.connections, counters?.lines, counters?.refused_lines], [1, 2, 1])
})

test('lines that are refused are answered in the order of the lines, with their own id where it can be used', async (t) => {
  const { client } = await stand(t, { limits: { max_line_bytes: 200 } })
  const it = await client()
  it.send(
    '{\n',
    bad('a'),
    `${' x'.repeat(500)}\n`,
    '\r\n\n',
    bad('not an id'),
    '{"type":"cancel","request_id":7}\n',
  )
  it.send('{"type":"cancel","request_id":"a","x":1}\n', '\xff\n', bad('b'))
  it.socket.end()
  assert.deepEqual((await it.rest()).map(brief), [
    'failed null invalid_request/json',
    'failed a invalid_request/schema',
    'failed null invalid_request/line_too_long',
    'failed null invalid_request/schema',
    'failed null invalid_request/schema',
    'failed null invalid_request/schema',
    'failed null invalid_request/json',
    'failed b invalid_request/schema',
  ])
})

test('an id in flight is not taken again, and the refusal does not bear it', async (t) => {
  const { client, gateway } = await stand(t)
  const it = await client()
  it.send(infer('r', 'held'))
  assert.equal(brief(await it.next()), 'started r')
  it.send(infer('r'), { type: 'status', request_id: 'r' }, '{"request_id":"r"}\n')
  assert.deepEqual((await it.take(3)).map(brief), [
    'failed null invalid_request/duplicate_request_id',
    'failed null invalid_request/duplicate_request_id',
    'failed null invalid_request/schema',
  ])
  const held = await gateway.next()
  held.complete()
  assert.equal(brief(await it.next()), 'completed r')
  it.send(infer('r'))
  assert.deepEqual((await it.take(3)).map(brief), [
    'started r',
    'output_text_delta r',
    'completed r',
  ])
  const other = await client()
  other.send(infer('r'))
  assert.equal(brief(await other.next()), 'started r')
})

test('however a conversation is cut into chunks, its answers are the same', async (t) => {
  const { client } = await stand(t)
  const bytes = Buffer.from(
    `\u{feff}${JSON.stringify(infer('é1'.slice(1)))}\r\n\n{"type":"cancel","request_id":"none"}\n{"é":1}\n${JSON.stringify(infer('last'))}`,
  )
  const talk = async (cuts: readonly number[]): Promise<string[]> => {
    const it = await client()
    const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
    for (const [index, to] of at.slice(1).entries()) {
      it.socket.write(bytes.subarray(at[index], to))
      await new Promise((resolve) => setImmediate(resolve))
    }
    it.socket.end()
    // Requests interleave freely: only the order within one counts.
    return (await it.rest()).map(brief).toSorted()
  }
  const expected = await talk([])
  assert.equal(expected.length, 7)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 6 }), async (cuts) => {
      assert.deepEqual(await talk(cuts), expected)
    }),
    { numRuns: 100 },
  )
})

test('cancel ends its request and no other, is harmless for what has ended, and says nothing itself', async (t) => {
  const { client, gateway } = await stand(t)
  const it = await client()
  it.send(infer('a', 'held'), infer('b', 'held'), {
    type: 'probe',
    request_id: 'p',
    target: 'held',
  })
  assert.deepEqual((await it.take(3)).map(brief), ['started a', 'started b', 'started p'])
  const [, b] = [await gateway.next(), await gateway.next(), await gateway.next()]
  it.send({ type: 'cancel', request_id: 'nobody' }, { type: 'cancel', request_id: 'a' })
  assert.equal(brief(await it.next()), 'cancelled a')
  it.send({ type: 'cancel', request_id: 'a' }, { type: 'cancel', request_id: 'p' })
  assert.equal(brief(await it.next()), 'cancelled p')
  b.complete()
  assert.equal(brief(await it.next()), 'completed b')
  it.socket.end()
  assert.deepEqual(await it.rest(), [])
})

test('a cancel in the same write as its request ends it before it has begun', async (t) => {
  const { client } = await stand(t)
  const it = await client()
  it.send(`${JSON.stringify(infer('a', 'held'))}\n{"type":"cancel","request_id":"a"}\n`)
  it.socket.end()
  assert.deepEqual((await it.rest()).map(brief), ['started a', 'cancelled a'])
})

test('a cancel between output and end, and one after many deltas, give one terminal', async (t) => {
  const { client, gateway } = await stand(t)
  const it = await client()
  it.send(infer('a', 'held'))
  const held = await gateway.next()
  held.say(delta('a', '1'), delta('a', '2'))
  assert.deepEqual(await it.take(3), [started('a'), delta('a', '1'), delta('a', '2')])
  it.send({ type: 'cancel', request_id: 'a' }, { type: 'cancel', request_id: 'a' })
  it.socket.end()
  assert.equal(await held.aborted, 'client_cancel')
  assert.deepEqual((await it.rest()).map(brief), ['cancelled a'])
})

test('a request that breaks the contract ends as internal, and the connection lives', async (t) => {
  const { client, logger } = await stand(t)
  const it = await client()
  it.send(infer('a', 'throw'))
  assert.equal(brief(await it.next()), 'failed a internal/null')
  it.send(infer('b', 'mute'))
  assert.deepEqual((await it.take(2)).map(brief), ['started b', 'failed b internal/null'])
  it.send(infer('c'))
  assert.deepEqual((await it.take(3)).map(brief), [
    'started c',
    'output_text_delta c',
    'completed c',
  ])
  const bugs = logger.entries.filter(({ level }) => level === 'error')
  assert.deepEqual(
    bugs.map(({ facts }) => 'request_id' in facts && facts.request_id),
    ['a', 'b'],
  )
})

test('an event that breaks its schema does not go out where events are checked', async (t) => {
  const { client, gateway } = await stand(t)
  const it = await client()
  it.send(infer('a', 'held'))
  const held = await gateway.next()
  held.say({ type: 'output_text_delta', request_id: 'a', part: -1, delta: '' })
  assert.deepEqual((await it.take(2)).map(brief), ['started a', 'failed a internal/null'])
})

test('what comes after a terminal event is not told', async (t) => {
  const { client, gateway, logger } = await stand(t)
  const it = await client()
  it.send(infer('a', 'held'))
  const held = await gateway.next()
  held.say(completed('a', ''))
  held.say(delta('a', 'too late'))
  it.socket.end()
  assert.deepEqual((await it.rest()).map(brief), ['started a', 'completed a'])
  assert.equal(logger.entries.filter(({ level }) => level === 'error').length, 1)
})

test('more requests than a connection or the daemon may have are refused, and room comes back', async (t) => {
  const { client, gateway } = await stand(t, {
    limits: { max_in_flight: 3, max_in_flight_per_connection: 2 },
  })
  const [one, two] = [await client(), await client()]
  one.send(infer('a', 'held'), infer('b', 'held'), infer('c', 'held'))
  assert.deepEqual((await one.take(3)).map(brief).toSorted(), [
    'failed c overloaded/too_many_requests',
    'started a',
    'started b',
  ])
  two.send(infer('a', 'held'), infer('b', 'held'))
  assert.deepEqual((await two.take(2)).map(brief).toSorted(), [
    'failed b overloaded/too_many_requests',
    'started a',
  ])
  const held = await gateway.next()
  held.complete()
  assert.equal(brief(await one.next()), 'completed a')
  two.send(infer('b'))
  assert.equal(brief(await two.next()), 'started b')
})

test('exit is obeyed silently where it is allowed, and refused where not', async (t) => {
  let exits = 0
  const open = await stand(t, { onExit: () => (exits += 1) })
  const it = await open.client()
  it.send({ type: 'exit', request_id: 'x' }, infer('a'))
  assert.equal(brief(await it.next()), 'started a')
  assert.equal(exits, 1)
  const shut = await stand(t, { allow_exit: false, onExit: () => assert.fail() })
  const other = await shut.client()
  other.send({ type: 'exit', request_id: 'x' }, { type: 'exit' })
  assert.deepEqual((await other.take(2)).map(brief), [
    'failed x permission/null',
    'failed null permission/null',
  ])
})
