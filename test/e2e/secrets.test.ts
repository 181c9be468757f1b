// A credential is nowhere but in the outgoing header: not in an event, a log, an error, a crash or a command line, whoever repeats it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { portOf } from '../laws/bench.ts'
import { openClient, startDaemon, until, type Client, type Daemon } from './daemon.ts'

/** One marker a kind of credential, so that a leak says which. */
const KEYS = {
  env: 'sk-ENVMARK-4f8a1c0b77',
  file: 'sk-FILEMARK-93be02d1aa',
  command: 'sk-COMMANDMARK-55c3e9',
  value: 'sk-VALUEMARK-e01f6bd2c4',
}
const SOURCES = Object.keys(KEYS)
const DIALECTS = ['openai_chat', 'openai_responses', 'anthropic_messages', 'gemini'] as const

let seen: string[] = []
const server = createServer((request, response) => void echo(request, response))
let daemon: Daemon
let client: Client

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const directory = mkdtempSync(join(tmpdir(), 'gateway-secrets-'))
  writeFileSync(join(directory, 'key'), `${KEYS.file}\n`, { mode: 0o600 })
  const credentials: Readonly<Record<string, object>> = {
    env: { env: 'MARKED_KEY' },
    file: { file: 'key' },
    command: { command: ['cat', join(directory, 'command-key')] },
    value: { value: KEYS.value },
  }
  writeFileSync(join(directory, 'command-key'), KEYS.command, { mode: 0o600 })
  const targets = Object.fromEntries(
    SOURCES.flatMap((source) =>
      DIALECTS.map((dialect) => [
        `${source}.${dialect}`,
        {
          dialect,
          endpoint: `http://127.0.0.1:${portOf(server)}/v1`,
          credential: credentials[source],
          default_model: 'm',
          any_model: true,
        },
      ]),
    ),
  )
  daemon = await startDaemon(
    {
      targets,
      logging: { level: 'trace' },
      reliability: { max_retries: 1, backoff_base_ms: 1, breaker: { minimum_requests: 1_000 } },
    },
    { env: { MARKED_KEY: KEYS.env }, directory },
  )
  client = await openClient(daemon.socket)
})
after(async () => {
  client.close()
  await daemon.close()
  server.close()
})

/** Repeats the key it was sent wherever an answer has room for it; the model's name says where. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const { authorization, 'x-api-key': one, 'x-goog-api-key': other } = request.headers
  const key = (authorization?.replace('Bearer ', '') ?? one ?? other ?? '').toString()
  seen.push(key)
  const [where = 'body'] = /echo-[a-z]+/.exec(body + request.url) ?? []
  const json = { 'content-type': 'application/json', 'x-request-id': key, 'request-id': key }
  const error = {
    message: `bad key ${key}, begins ${key.slice(0, 14)}`,
    type: key,
    code: key,
    status: key,
    param: key,
  }
  if (where === 'echo-body')
    response.writeHead(401, json).end(JSON.stringify({ type: 'error', error, request_id: key }))
  else if (where === 'echo-text')
    response.writeHead(500, { ...json, 'content-type': 'text/plain' }).end(`what is ${key}?`)
  else if (where === 'echo-redirect')
    response.writeHead(302, { ...json, location: `http://127.0.0.1:9/?key=${key}` }).end(key)
  else if (where === 'echo-type')
    response.writeHead(200, { 'content-type': `text/${key}` }).end(key)
  else {
    response.writeHead(200, { ...json, 'content-type': 'text/event-stream' })
    const chunk = {
      id: key,
      object: 'chat.completion.chunk',
      model: key,
      system_fingerprint: key,
      service_tier: key,
      leftover: { deep: [key] },
    }
    const say = (data: object): void => void response.write(`data: ${JSON.stringify(data)}\n\n`)
    say({ ...chunk, choices: [{ index: 0, delta: { content: 'Hi' } }] })
    if (where === 'echo-stream') say({ error })
    else if (where === 'echo-garbage') response.write(`data: {"${key}" no json\n\n`)
    else
      say({
        ...chunk,
        choices: [{ index: 0, delta: {}, finish_reason: 'stop', [key]: key }],
        usage: { prompt_tokens: 1, completion_tokens: 1, note: key },
      })
    response.end()
  }
}

test('no credential shows in any event or log line, also where the provider repeats it everywhere', async () => {
  for (const source of SOURCES)
    for (const dialect of DIALECTS)
      for (const where of ['body', 'text', 'redirect', 'type', 'stream', 'garbage', 'metadata']) {
        const request_id = `${source}.${dialect}.${where}`
        await client.infer({ request_id, target: `${source}.${dialect}`, model: `echo-${where}` })
      }
  await daemon.status()
  client.send({ type: 'status', request_id: 's' })
  await client.next(({ type }) => type === 'status')
  assert.deepEqual(new Set(seen), new Set(Object.values(KEYS)))
  const told = client.events.map((event) => JSON.stringify(event))
  assertClean(told)
  assertClean(daemon.log().split('\n'))
  seen = []
})

test('nor in a command line of the daemon or of what it runs', () => {
  const lines = readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : []
    } catch {
      return []
    }
  })
  assertClean(lines)
})

test('a crash says where, never what: one line, last words to clients, status 1', async () => {
  const preload = join(daemon.directory, 'crash.mjs')
  writeFileSync(preload, `process.on('SIGUSR2', () => { throw new Error('${KEYS.value}') })`)
  const config = {
    targets: {
      'value.openai_chat': {
        dialect: 'openai_chat',
        endpoint: `http://127.0.0.1:${portOf(server)}/v1`,
        credential: 'none',
        default_model: 'm',
      },
    },
  }
  const doomed = await startDaemon(config, { flags: ['--import', preload] })
  try {
    doomed.signal('SIGUSR2')
    assert.equal(await doomed.exited, 1)
    await until(() => doomed.log().includes('a bug'))
    const lines = doomed
      .log()
      .split('\n')
      .filter((line) => line.includes('"level":60'))
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /crash\.mjs:1/)
    assertClean(doomed.log().split('\n'))
  } finally {
    await doomed.close()
  }
})

/** Neither a whole key nor a run of eight characters of its secret part. */
function assertClean(texts: readonly string[]): void {
  for (const key of Object.values(KEYS)) {
    const found = texts.find((text) => text.includes(key) || text.includes(key.slice(-9)))
    assert.equal(found, undefined, `${key} shows`)
  }
}
