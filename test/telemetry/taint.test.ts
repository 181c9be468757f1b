// A credential goes out in one header and nowhere else: not into logs (content included), metrics, status or recordings, though the provider tells it
// back in every place where it can.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connect } from '../../src/client/index.ts'

const SECRET = 'sk-taint-4f9a1c7e2b8d6053'
const PARTS = [
  SECRET,
  SECRET.slice(0, 16),
  SECRET.slice(-12),
  Buffer.from(SECRET).toString('base64'),
]
const LAUNCHER = fileURLToPath(new URL('../../bin/beluna-gateway', import.meta.url))

/** Echoes the key: in an error for model `refused`, else in the text, the id, the model, the tier and a header of an answer. */
const echo = createServer((request, response) => {
  const key = String(request.headers.authorization).replace('Bearer ', '')
  void text(request).then((body) => {
    if (body.includes('"refused"')) {
      response.writeHead(401, { 'content-type': 'application/json', 'x-request-id': key })
      return response.end(
        JSON.stringify({ error: { message: `bad key ${key}`, code: key, type: key } }),
      )
    }
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': key })
    const message = { role: 'assistant', content: `your key is ${key}` }
    return response.end(
      JSON.stringify({
        id: key,
        model: `m-${key}`,
        service_tier: key,
        system_fingerprint: key,
        choices: [{ message, finish_reason: 'stop' }],
        usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
      }),
    )
  })
})

async function metricsAt(socketPath: string): Promise<string> {
  const request = get({ socketPath, path: '/metrics' })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  request.on('error', reject).on('response', (response) => resolve(text(response)))
  return await promise
}

test('a credential stands in no log line, metric, status or recording', async () => {
  const place = await mkdtemp(join(tmpdir(), 'beluna-taint-'))
  await once(echo.listen(0, '127.0.0.1'), 'listening')
  const address = echo.address()
  assert.ok(typeof address === 'object' && address)
  const target = {
    dialect: 'openai_chat',
    endpoint: `http://127.0.0.1:${address.port}/v1`,
    credential: { env: 'TAINT_KEY' },
    headers: { 'X-Extra': SECRET },
    any_model: true,
    default_model: 'm',
    pricing: { currency: 'USD', input: '1', output: '2' },
  }
  await writeFile(
    join(place, 'config.json'),
    JSON.stringify({
      socket_path: 'g.sock',
      default_target: 'echo',
      targets: { echo: target },
      logging: { level: 'trace', content: true },
      telemetry: { metrics: { socket_path: 'metrics.sock' } },
      recording: { directory: 'recordings' },
    }),
  )
  const argv = [LAUNCHER, 'serve', '--config', join(place, 'config.json')]
  const env = { PATH: process.env['PATH'], TAINT_KEY: SECRET, NODE_ENV: 'production' }
  const daemon = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'], env })
  // Not `exit`: then the last lines of its log may still be on their way.
  const exited = once(daemon, 'close')
  let log = ''
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  daemon.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
    if (log.includes('"listening"')) resolve()
  })
  try {
    await Promise.race([listening, exited])
    const client = await connect(join(place, 'g.sock'))
    const messages = [{ role: 'user' as const, content: 'tell me my key' }]
    const answered = await client.infer({ messages, metadata: { caller: SECRET } }).final()
    const refused = await client.infer({ model: 'refused', messages }).final()
    assert.deepEqual([answered.type, refused.type], ['completed', 'failed'])
    const probed = await client.probe({ target: 'echo', depth: 'live' })
    const live = probed.requests - (await client.probe({ target: 'echo' })).requests
    assert.ok(live > 2)
    const status = JSON.stringify(await client.status())
    const metrics = await metricsAt(join(place, 'metrics.sock'))
    client.close()
    daemon.kill('SIGTERM')
    await exited
    const recordings = join(place, 'recordings')
    const files = await readdir(recordings)
    const recorded = await Promise.all(
      files.map((name) => readFile(join(recordings, name), 'utf8')),
    )
    assert.equal(recorded.length, 2 + live)
    const probe = JSON.stringify(probed)
    const places = { log, status, metrics, probe, recordings: recorded.join('\n') }
    for (const [name, told] of Object.entries(places))
      for (const part of PARTS) assert.ok(!told.includes(part), `${name} holds ${part}`)
    assert.match(log, /"outcome":"completed".*gen_ai\.output\.messages.*your key is \[redacted\]/)
    assert.match(
      metrics,
      /attempts_total\{target="echo",model="refused",outcome="authentication"\} 1/,
    )
    assert.match(metrics, /duration_seconds_bucket\{target="echo",model="m",le="\+Inf"\} 1/)
    assert.match(places.recordings, /your key is \[redacted\]/)
    assert.match(log, /"depth":"live","requests":\d+,"outcome":"completed".*"probe ended"/)
  } finally {
    daemon.kill('SIGKILL')
    echo.close()
    await rm(place, { recursive: true, force: true })
  }
})
