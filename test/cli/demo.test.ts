// The demo and the simulator's command, run as a person runs them.
import assert from 'node:assert/strict'
import { spawn, type ChildProcessWithoutNullStreams as Child } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const LAUNCHER = fileURLToPath(new URL('../../bin/beluna-gateway', import.meta.url))

function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  flags: readonly string[] = [],
): Child {
  const argv = [...flags, LAUNCHER, ...args]
  return spawn(process.execPath, argv, { env: { ...process.env, ...env } })
}

function ended(child: Child): Promise<number> {
  return new Promise((resolve) => {
    child.once('close', (status) => {
      resolve(status ?? -1)
    })
  })
}

const field = (line: string, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : null),
    JSON.parse(line.slice(2)),
  )

test('the demo shows whole lines both ways, says that the model is simulated, and leaves nothing behind', async () => {
  const TMPDIR = await mkdtemp(join(tmpdir(), 'demo-test-'))
  const child = run(['demo'], { TMPDIR })
  const [out, err, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended(child),
  ])
  assert.deepEqual([status, err], [0, ''])
  assert.match(out, /^The model is simulated/)
  assert.match(out, /For a real model/)
  assert.ok(!out.includes('\u001B'))
  const lines = out.split('\n')
  const sent = lines.filter((line) => line.startsWith('> '))
  const came = lines.filter((line) => line.startsWith('< '))
  assert.deepEqual(
    sent.map((line) => [field(line, 'type'), field(line, 'target')]),
    [undefined, 'openai', 'openai', 'local', 'anthropic', 'gemini', 'local'].map((target) => [
      'infer',
      target,
    ]),
  )
  assert.deepEqual(
    came
      .filter((line) => ['completed', 'failed'].includes(String(field(line, 'type'))))
      .map((line) => field(line, 'finish_reason') ?? field(line, 'error', 'code')),
    ['stop', 'tool_calls', 'stop', 'truncated', 'tool_calls', 'stop', 'stop'],
  )
  assert.deepEqual(await readdir(TMPDIR), [])
  await rm(TMPDIR, { recursive: true })
})

test('a demo that is interrupted leaves nothing behind either', async () => {
  const TMPDIR = await mkdtemp(join(tmpdir(), 'demo-test-'))
  // It interrupts itself at its first line: one from here might come after its last.
  const preload = `const { stdout } = process, { write } = stdout
    stdout.write = (line) => {
      if (line.startsWith('> ')) {
        stdout.write = write
        process.kill(process.pid, 'SIGINT')
      }
      return write.call(stdout, line)
    }`
  const child = run(['demo'], { TMPDIR }, [
    '--import',
    `data:text/javascript,${encodeURIComponent(preload)}`,
  ])
  const [out, status] = await Promise.all([text(child.stdout), ended(child)])
  assert.deepEqual([status, out.includes('That was it')], [130, false])
  assert.deepEqual(await readdir(TMPDIR), [])
  await rm(TMPDIR, { recursive: true })
})

test('simulate says where it listens and what it knows, lists requests without credentials, and stops when told to', async () => {
  const child = run(['simulate', '--port', '0'])
  const out: string[] = []
  let url: string | undefined
  const err = text(child.stderr)
  for await (const line of createInterface({ input: child.stdout })) {
    out.push(line)
    url ??= /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
    if (line.startsWith('Ctrl-C')) break
  }
  assert.match(out.join('\n'), /sim-reasoning\+tools[^]*error +-STATUS/)
  const answer = await fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: 'Bearer not-a-real-key' },
    body: JSON.stringify({ model: 'sim-text', input: 'Hi' }),
  })
  await answer.text()
  const status = ended(child)
  child.kill('SIGINT')
  assert.equal(await status, 0)
  assert.equal(await err, 'POST /v1/responses "sim-text" 200\n')
})

test('simulate refuses a port that is none', async () => {
  const child = run(['simulate', '--port', '99999'])
  const [err, status] = await Promise.all([text(child.stderr), ended(child)])
  assert.equal(status, 2)
  assert.match(err, /--port 99999: not a port; see: beluna-gateway help simulate/)
})
