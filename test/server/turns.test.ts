// When what was told is written: together where many talk, at once where one is waited for.
import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { delta } from './canned-gateway.ts'
import { brief, infer, stand } from './stand.ts'

/** All that promises can do without a new turn of the loop. */
async function ticks(): Promise<void> {
  for (let tick = 0; tick < 20; tick += 1) await Promise.resolve()
}

test('what all requests of a client say in one turn goes out in one write', async (t) => {
  const { client, gateway } = await stand(t)
  const it = await client()
  it.send(infer('a', 'held'), infer('b', 'held'))
  const held = [await gateway.next(), await gateway.next()]
  await it.take(2)
  const write = t.mock.method(Socket.prototype, 'write')
  for (const [index, each] of held.entries()) each.say(delta('ab'.charAt(index), 'text'))
  assert.deepEqual((await it.take(2)).map(brief).toSorted(), [
    'output_text_delta a',
    'output_text_delta b',
  ])
  assert.equal(write.mock.callCount(), 1)
  for (const each of held) each.complete()
  assert.deepEqual((await it.take(2)).map(brief).toSorted(), ['completed a', 'completed b'])
  assert.equal(write.mock.callCount(), 2)
})

test('the output of a request that is alone is written as soon as it is told, its start only after the turn', async (t) => {
  const { client, gateway } = await stand(t)
  const it = await client()
  const write = t.mock.method(Socket.prototype, 'write')
  const writes = (): number => write.mock.callCount()
  it.send(infer('a', 'held'))
  const held = await gateway.next()
  const asked = writes()
  await ticks()
  assert.equal(writes(), asked, 'the start waits for the calls that are begun in the same turn')
  assert.equal(brief(await it.next()), 'started a')
  const before = writes()
  held.say(delta('a', 'one'))
  await ticks()
  assert.equal(writes(), before + 1)
  held.complete()
  assert.deepEqual((await it.take(2)).map(brief), ['output_text_delta a', 'completed a'])
})
