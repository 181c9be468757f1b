// `ask` against a real daemon: the answer on stdout, everything else on stderr, and an exit status that says how it went.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { desk, typed, type Desk, type Written } from './desk.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/beluna-gateway', import.meta.url))
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let place: Desk
before(async () => (place = await desk()))
after(() => place[Symbol.asyncDispose]())

const ask = (args: readonly string[], input?: string): Promise<Written> =>
  typed(['ask', '--socket', place.socket, ...args], input === undefined ? {} : { input })

function events(out: string): { type: string; [key: string]: unknown }[] {
  const parse: (line: string) => { type: string } = JSON.parse
  return out.trimEnd().split('\n').map(parse)
}

test('an answer goes to stdout as it is, with a line of its own, and its summary to stderr', async () => {
  const { status, out, err } = await ask(['Say hi'])
  assert.deepEqual([status, out], [0, 'A simulated answer to “Say hi”.\n'])
  assert.match(err, /^stop · simulated\/sim-text · 31 in, 6 out · \d+\.\d s\n$/)
})

test('what is piped in is the question, also where a dash stands for it', async () => {
  const expected = [0, 'A simulated answer to “from a pipe”.\n']
  for (const args of [[], ['-']]) {
    const { status, out } = await ask(args, 'from a pipe')
    assert.deepEqual([status, out], expected)
  }
})

test('--json gives the raw events and no summary, started first and one terminal event last', async () => {
  const { status, out, err } = await ask(['--json', '--target', 'simulated', 'Say hi'])
  const told = events(out)
  assert.deepEqual([status, err], [0, ''])
  assert.deepEqual(
    [told[0]?.type, told.at(-1)?.type, told.at(-1)?.['finish_reason']],
    ['started', 'completed', 'stop'],
  )
})

test('--system and --image are sent with the question', async () => {
  const file = join(place.directory, 'pixel.png')
  await writeFile(file, PIXEL)
  const { status, err } = await ask(['--system', 'Be brief.', '--image', file, 'What is this?'])
  assert.deepEqual([status, err.slice(0, 4)], [0, 'stop'])
})

test('an image that is none, or that is not there, is a mistake in the call', async () => {
  const cases = [
    ['notes.txt', '--image notes.txt: not a .png, .jpg, .gif or .webp file'],
    ['gone.png', '--image gone.png: the file cannot be read'],
  ] as const
  for (const [file, complaint] of cases) {
    const { status, out, err } = await ask(['--image', file, 'What is this?'])
    assert.deepEqual(
      [status, out, err],
      [2, '', `beluna-gateway: ${complaint}; see: beluna-gateway help ask\n`],
    )
  }
})

test('reasoning is left out where stdout is no terminal, and a tool call is shown as what it says', async () => {
  const reasoned = await ask(['--model', 'sim-reasoning', 'Say hi'])
  assert.deepEqual([reasoned.status, reasoned.out], [0, 'A simulated answer to “Say hi”.\n'])
  const called = await ask(['--model', 'sim-tools', 'Oslo'])
  assert.deepEqual([called.status, called.out], [0, 'lookup({})\n'])
})

test('a failure has exit status 1, keeps what had come, and names its kind', async () => {
  const refused = await ask(['--model', 'sim-error-401', 'Say hi'])
  assert.deepEqual([refused.status, refused.out], [1, ''])
  assert.match(refused.err, /^failed: .+ \(authentication/)
  const cut = await ask(['--model', 'sim-words-9+cut-1500', 'Say hi'])
  assert.deepEqual([cut.status, cut.out.startsWith('word0 ')], [1, true])
  assert.match(cut.err, /\(transport\/truncated\)/)
})

test('a retry is told while it is waited for', async () => {
  const { status, err } = await ask(['--model', 'sim-error-503', 'Say hi'])
  assert.equal(status, 1)
  assert.match(err, /^beluna-gateway: .+; trying again in \d+ ms\n/)
})

test('an unknown target is refused by the daemon, which names those there are', async () => {
  const { status, err } = await ask(['--target', 'nobody', 'Say hi'])
  assert.deepEqual([status, /there are: simulated/.test(err)], [1, true])
})

test('wrong usage has exit status 2: unknown options, too many words, nothing to ask', async () => {
  const cases = [
    [['--temprature', '1', 'Hi'], /Unknown option '--temprature'/],
    [['one', 'two'], /unexpected argument "two"/],
    [[], /nothing to ask: give a text, or pipe one in/],
  ] as const
  for (const [args, complaint] of cases) {
    const { status, out, err } = await ask(args)
    assert.deepEqual([status, out], [2, ''])
    assert.match(err, complaint)
  }
})

test('where no daemon listens it says so, starts none, and ends with 69', async () => {
  const socket = join(place.directory, 'nobody.sock')
  assert.deepEqual(await typed(['ask', '--socket', socket, 'Hi']), {
    status: 69,
    out: '',
    err: `beluna-gateway: no daemon listens at ${socket}; start one with: beluna-gateway serve\n`,
  })
})

test('a configuration that cannot be read for its socket is told with its line, and ends with 78', async () => {
  const config = join(place.directory, 'broken.json')
  await writeFile(config, '{\n  "targets": {},,\n}')
  const { status, err } = await typed(['ask', '--config', config, 'Hi'])
  assert.equal(status, 78)
  assert.match(err, /broken\.json:2:/)
})

test('the socket is found in --config, and in the environment', async () => {
  const byConfig = await typed(['ask', '--config', place.config, 'Hi'])
  const byEnv = await typed(['ask', 'Hi'], { env: { BELUNA_GATEWAY_SOCKET: place.socket } })
  assert.deepEqual([byConfig.status, byEnv.status], [0, 0])
})

test('an interrupt cancels the request upstream and ends with 130', async () => {
  const args = ['ask', '--socket', place.socket, '--json', '--model', 'sim-words-3+stall', 'Hi']
  const child = spawn(process.execPath, [LAUNCHER, ...args])
  let out = ''
  const status = new Promise((resolve) => child.once('close', resolve))
  const err = text(child.stderr)
  child.stdout.setEncoding('utf8')
  for await (const chunk of child.stdout) {
    const soFar = out
    out += String(chunk)
    // Once: a second interrupt would not wait for the end.
    if (out.includes('_text_delta') && !soFar.includes('_text_delta')) child.kill('SIGINT')
  }
  assert.deepEqual([await status, await err], [130, ''])
  assert.equal(events(out).at(-1)?.type, 'cancelled')
})
