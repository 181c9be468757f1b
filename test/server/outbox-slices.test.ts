// The outbox alone, before a client that takes a slice when it is told to.
import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import * as fc from 'fast-check'
import { Outbox } from '../../src/server/outbox.ts'

/** Whatever was scheduled in this turn has been done, and what that has scheduled. */
async function turn(): Promise<void> {
  for (let turns = 0; turns < 2; turns += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('what is under way takes room until the kernel has it, however short', async (t) => {
  const { outbox, socket, pending } = fakeClient(t, 1_000)
  t.after(() => socket.destroy())
  assert.equal(outbox.send('x'.repeat(1_000)), null)
  await turn()
  const room = outbox.room()
  assert.notEqual(room, null)
  pending.take()
  await room
  assert.equal(outbox.room(), null)
})

test('what is told in a turn goes out after the calls that are begun in it', async (t) => {
  const { outbox, socket, pending } = fakeClient(t)
  t.after(() => socket.destroy())
  void outbox.send('started')
  let before = ''
  // undici looks at a connection that was idle once more before it writes to it.
  setImmediate(() => (before = pending.text()))
  await turn()
  assert.deepEqual([before, pending.text()], ['', 'started'])
})

test('however sending, writing at once and taking follow each other, one slice is under way at a time and nothing is out of order', async (t) => {
  const step = fc.oneof(
    fc.record({ does: fc.constant('send'), text: fc.string({ minLength: 1 }) }),
    fc.record({ does: fc.constant('send'), text: fc.constant('é'.repeat(70_000)) }),
    fc.record({ does: fc.constant('now'), text: fc.string({ minLength: 1 }) }),
    fc.record({ does: fc.constantFrom('turn', 'taken'), text: fc.constant('') }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { outbox, socket, pending } = fakeClient(t)
      let sent = ''
      for (const { does, text } of steps) {
        if (does === 'send') void outbox.send((sent += text) && text)
        else if (does === 'turn') await turn()
        else if (does === 'taken') pending.take()
        else {
          const waits = outbox.pace((sent += text) && text, true)
          const out = pending.under() || pending.text() === sent
          assert.ok(waits || out, 'what was taken has a slice before it, or is out')
        }
      }
      await turn()
      while (pending.under()) {
        pending.take()
        await turn()
      }
      assert.equal(pending.text(), sent)
      socket.destroy()
    }),
    { numRuns: 200 },
  )
})

/** An outbox whose client takes a slice when it is told to. */
function fakeClient(
  t: TestContext,
  max_outbox_bytes = 10_000_000,
): {
  outbox: Outbox
  socket: Socket
  pending: { under(): boolean; take(): void; text(): string }
} {
  const socket = new Socket()
  const pieces: Buffer[] = []
  let taken: ((error?: Error | null) => void) | undefined
  t.mock.method(socket, 'write', (piece: string | Buffer, done: typeof taken) => {
    assert.equal(taken, undefined, 'a slice is under way')
    pieces.push(Buffer.from(piece))
    taken = done
  })
  const limits = { max_outbox_bytes, stalled_client_timeout_ms: 60_000 }
  const outbox = new Outbox(
    socket,
    () => limits,
    () => undefined,
  )
  const take = (): void => {
    const done = taken
    taken = undefined
    done?.()
  }
  const text = (): string => Buffer.concat(pieces).toString()
  return { outbox, socket, pending: { under: () => taken !== undefined, take, text } }
}
