// The TypeScript client against a scripted daemon on a real socket: no request waits for an answer that cannot come.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { connect, ConnectionLostError, type GatewayClient } from '../../src/client/index.ts'
import { Fault } from '../../src/protocol/fault.ts'
import { failedEvent } from '../../src/protocol/refusal.ts'

const ASK = { request_id: 'r', messages: [{ role: 'user' as const, content: 'x' }] }
const fault = new Fault('invalid_request', 'line_too_long', 'the line is too long')

/** A client whose daemon answers the first bytes with `answer`. */
async function clientOf(context: TestContext, answer: string): Promise<GatewayClient> {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-client-'))
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(answer))
  })
  server.listen(join(directory, 's'))
  await once(server, 'listening')
  const client = await connect(join(directory, 's'))
  context.after(() => {
    client.close()
    server.close()
    rmSync(directory, { recursive: true })
  })
  return client
}

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
  const client = await clientOf(context, `${JSON.stringify(started)}\n${JSON.stringify(end)}\n`)
  const inference = client.infer(ASK)
  const seen = []
  for await (const event of inference) seen.push(event)
  assert.deepEqual(seen, [started, end])
  assert.deepEqual(await inference.final(), end)
})

test('a refusal without an id, and a line that is no event, end the connection and all that waits on it', async (context) => {
  for (const answer of [JSON.stringify(failedEvent(null, fault)), 'garbage', '[]']) {
    const client = await clientOf(context, `${answer}\n`)
    await assert.rejects(client.infer(ASK).final(), ConnectionLostError)
    await assert.rejects(client.status(), ConnectionLostError)
  }
})

test('an id that is in flight is refused before anything is sent', async (context) => {
  const client = await clientOf(context, '')
  const first = client.infer(ASK)
  assert.throws(() => client.infer(ASK), RangeError)
  client.close()
  first.cancel()
})
