// A recorded exchange, told once more: the same events, and a difference where there is one.
import assert from 'node:assert/strict'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect, type FinalEvent } from '../../src/client/index.ts'
import { startDaemon } from '../../src/main.ts'
import { startSimulator } from '../../src/simulator/server.ts'
import { directory, typed } from './desk.ts'

const parse: (text: string) => Record<string, unknown> = JSON.parse
const DIALECTS = ['openai_responses', 'anthropic_messages', 'gemini', 'openai_chat'] as const

/** Asks every dialect once, with recording on; gives the answers and the recordings. */
async function recorded(
  place: string,
  model: string,
): Promise<{ finals: FinalEvent[]; files: string[] }> {
  const simulator = await startSimulator()
  const config = join(place, 'config.json')
  const version = {
    openai_responses: 'v1',
    anthropic_messages: 'v1',
    gemini: 'v1beta',
    openai_chat: 'v1',
  }
  const targets: Record<string, object> = {}
  for (const dialect of DIALECTS)
    targets[dialect] = {
      dialect,
      endpoint: `${simulator.url}/${version[dialect]}`,
      credential: 'none',
      any_model: true,
      default_model: model,
    }
  const logging = { level: 'silent' }
  const socket_path = 'gateway.sock'
  await writeFile(config, JSON.stringify({ socket_path, logging, targets }))
  const record = join(place, 'recordings')
  const daemon = await startDaemon({
    config,
    socket: undefined,
    record,
    env: {},
    version: '0',
    pretty: false,
  })
  const client = await connect(daemon.place)
  const finals: FinalEvent[] = []
  for (const target of DIALECTS)
    finals.push(await client.infer({ target, messages: [{ role: 'user', content: 'Hi' }] }).final())
  client.close()
  daemon.stop()
  await daemon.stopped
  await simulator.close()
  return { finals, files: (await readdir(record)).toSorted().map((name) => join(record, name)) }
}

/** What does not depend on when and where. */
const lasting = (final: Record<string, unknown>): Record<string, unknown> => {
  const { type, message, usage, finish_reason } = final
  return {
    type,
    message: JSON.stringify(message).replaceAll(/"fingerprint":"[^"]*"/g, ''),
    usage,
    finish_reason,
  }
}

test('each exchange is one file of its owner, and replays to the answer that was given live', async () => {
  await using here = await directory()
  const { finals, files } = await recorded(here.path, 'sim-reasoning')
  assert.equal(files.length, DIALECTS.length)
  for (const [at, file] of files.entries()) {
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const { status, out } = await typed(['replay', file])
    assert.equal(status, 0)
    const told = parse(out.trimEnd().split('\n').at(-1) ?? '')
    assert.deepEqual(lasting(told), lasting(parse(JSON.stringify(finals[at]))))
  }
})

test('a recording has the shape of an exchange: dialect, server, request body, response', async () => {
  await using here = await directory()
  const { files } = await recorded(here.path, 'sim-text')
  const recording = parse(await readFile(files[3] ?? '', 'utf8'))
  const { id, dialect, server, model, request, response } = recording
  assert.deepEqual([dialect, server, model], ['openai_chat', 'openai_chat', 'sim-text'])
  assert.equal(typeof id, 'string')
  assert.ok(typeof request === 'object' && request !== null && 'body' in request)
  assert.deepEqual(Object.keys(response ?? {}), ['status', 'headers', 'body_kind', 'body'])
})

test('--expect tells where the events differ, and ends with 1', async () => {
  await using here = await directory()
  const { files } = await recorded(here.path, 'sim-text')
  const expected = join(here.path, 'expected.ndjson')
  const { out } = await typed(['replay', ...files])
  await writeFile(expected, out)
  const same = await typed(['replay', ...files, '--expect', expected])
  assert.deepEqual(
    [same.status, same.out],
    [0, `${out.trimEnd().split('\n').length} events, all as expected\n`],
  )
  await writeFile(expected, out.replace('"finish_reason":"stop"', '"finish_reason":"length"'))
  const other = await typed(['replay', ...files, '--expect', expected])
  assert.equal(other.status, 1)
  assert.match(other.out, /^line \d+ \/finish_reason\n- "length"\n\+ "stop"\n$/)
})

test('calls that came without ids get the same ones in every replay', async () => {
  await using here = await directory()
  const file = join(here.path, 'call.json')
  const call = { type: 'function', function: { name: 'look', arguments: '{}' } }
  const choices = [{ message: { tool_calls: [call, call] }, finish_reason: 'tool_calls' }]
  const response = {
    status: 200,
    headers: {},
    body_kind: 'json',
    body: JSON.stringify({ choices }),
  }
  await writeFile(file, JSON.stringify({ dialect: 'openai_chat', response }))
  const first = await typed(['replay', file])
  assert.match(first.out, /"id":"call_own_1".*\n(?:.*\n)*.*"id":"call_own_2"/)
  assert.deepEqual(await typed(['replay', file]), first)
})

test('what is no recording is refused by name', async () => {
  await using here = await directory()
  const file = join(here.path, 'none.json')
  await writeFile(file, '{"dialect":"openai_chat"}')
  const { status, err } = await typed(['replay', file])
  assert.equal(status, 2)
  assert.match(err, /none\.json: no recording: it has no "response"/)
  assert.equal((await typed(['replay'])).status, 2)
  assert.equal((await typed(['replay', join(here.path, 'missing.json')])).status, 2)
})
