import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { delta } from './canned-gateway.ts'
import { brief, infer, stand } from './stand.ts'

/** Resolves with what the server does at intervals, once it has begun to; only the test does it then. */
function firstInterval(t: TestContext): Promise<() => void> {
  return new Promise((resolve) => {
    t.mock.method(globalThis, 'setInterval', (work: () => void) => {
      resolve(work)
      return setTimeout(() => undefined)
    })
  })
}

test('a client that has half-closed gets all its answers and then the end', async (t) => {
  const { client, gateway } = await stand(t)
  const interval = firstInterval(t)
  const it = await client()
  it.send(infer('a', 'held'))
  it.socket.end()
  const held = await gateway.next()
  const look = await interval
  for (let looks = 0; looks < 3; looks++) {
    look()
    held.say(delta('a', '1'))
  }
  assert.deepEqual((await it.take(4)).map(brief), [
    'started a',
    'output_text_delta a',
    'output_text_delta a',
    'output_text_delta a',
  ])
  look()
  held.complete()
  assert.deepEqual((await it.rest()).map(brief), ['completed a'])
  assert.equal(held.context.life.signal.aborted, false)
})

test('a client that closes after it had half-closed is found gone at the next look', async (t) => {
  const { client, gateway } = await stand(t)
  const interval = firstInterval(t)
  const it = await client()
  it.send(infer('a', 'held'))
  it.socket.end()
  const held = await gateway.next()
  const look = await interval
  look()
  await it.next()
  assert.equal(held.context.life.signal.aborted, false)
  it.socket.destroy()
  await new Promise((resolve) => it.socket.once('close', resolve))
  look()
  assert.equal(await held.aborted, 'client_gone')
})

test('a client without requests that half-closes is closed at once', async (t) => {
  const { client } = await stand(t)
  const it = await client()
  it.socket.end()
  assert.deepEqual(await it.rest(), [])
  assert.equal(await it.over, 'end')
})

for (const how of ['closes', 'breaks off with answers unread']) {
  test(`a client that ${how} while its request runs is gone, and the request is aborted`, async (t) => {
    const { client, gateway, server } = await stand(t)
    const it = await client()
    it.send(infer('a', 'held'))
    const held = await gateway.next()
    if (how === 'closes') await it.next()
    it.socket.destroy()
    assert.equal(await held.aborted, 'client_gone')
    while (server.facts().connections > 0) await new Promise((resolve) => setImmediate(resolve))
  })
}
