// `ask` against a real daemon: the answer on stdout, everything else on stderr, and an exit status that says how it went.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { run } from '../../src/cli/run.ts'
import { readAttachment } from '../../src/cli/attachment.ts'
import { desk, typed, type Desk, type Written } from './desk.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/beluna-gateway', import.meta.url))
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let place: Desk
before(async () => (place = await desk()))
after(() => place[Symbol.asyncDispose]())

const ask = (args: readonly string[], input?: string | Buffer): Promise<Written> =>
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

test('--system and files are sent with the question, whatever the files are called', async () => {
  const image = join(place.directory, 'pixel.jpeg.txt')
  const pdf = join(place.directory, 'paper')
  await writeFile(image, PIXEL)
  await writeFile(pdf, '%PDF-1.7\n')
  const args = ['--system', 'Be brief.', '--image', image, '--file', pdf, 'What is this?']
  const { status, err } = await ask(args)
  assert.deepEqual([status, err.slice(0, 4)], [0, 'stop'])
})

test('what a file is, is told by its first bytes', async () => {
  const kinds = [
    [PIXEL, 'image', 'image/png'],
    [Buffer.from('FFD8FFE0', 'hex'), 'image', 'image/jpeg'],
    [Buffer.from('GIF89a and so on'), 'image', 'image/gif'],
    [Buffer.from('RIFF\u0001\u0002\u0003\u0004WEBPVP8 '), 'image', 'image/webp'],
    [Buffer.from('%PDF-1.4'), 'document', 'application/pdf'],
  ] as const
  const path = join(place.directory, 'thing.bin')
  for (const [bytes, type, media_type] of kinds) {
    await writeFile(path, bytes)
    const source = { media_type, data: bytes.toString('base64') }
    const named = type === 'document' ? { filename: 'thing.bin' } : {}
    assert.deepEqual(await readAttachment(path), { type, source, ...named })
  }
})

test('a file that is nothing to show, or that is not there, is a mistake in the call', async () => {
  const notes = join(place.directory, 'notes.png')
  const empty = join(place.directory, 'empty.pdf')
  await writeFile(notes, 'GIF9 notes')
  await writeFile(empty, '')
  const none = 'it is no PNG, JPEG, GIF, WebP or PDF; text can be piped in'
  const cases = [
    [notes, none],
    [empty, none],
    ['gone.png', 'there is no such file'],
    [place.directory, 'it is a directory'],
    ['/dev/zero', 'it is larger than 64 MiB'],
  ] as const
  for (const [file, complaint] of cases) {
    const { status, out, err } = await ask(['--file', file, 'What is this?'])
    assert.deepEqual(
      [status, out, err],
      [2, '', `beluna-gateway: --file ${file}: ${complaint}; see: beluna-gateway help ask\n`],
    )
  }
})

test('reasoning is left out where stdout is no terminal, and a tool call is shown as what it says', async () => {
  const reasoned = await ask(['--model', 'sim-reasoning', 'Say hi'])
  assert.deepEqual([reasoned.status, reasoned.out], [0, 'A simulated answer to “Say hi”.\n'])
  const called = await ask(['--model', 'sim-tools', 'Oslo'])
  assert.deepEqual([called.status, called.out], [0, 'lookup({})\n'])
  assert.match(called.err, /waits for the results of its calls, which --chat asks you for\n$/)
})

test('on a terminal reasoning is dimmed and apart, and no answer can steer it', async () => {
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  const out = text(stdout)
  const io = { stdin: Readable.from([]), stdout, stderr: new PassThrough(), env: {} }
  const typedIn = [
    'ask',
    '--socket',
    place.socket,
    '--model',
    'sim-reasoning+echo',
    'a\u001B[2Jb\u0007',
  ]
  assert.equal(await run(typedIn, io), 0)
  stdout.end()
  const shown = (await out).replaceAll('\u001B[0m\u001B[2m', '')
  assert.match(shown, /^.\[2m[^\n]+\n\na\[2Jb\n$/su)
})

test('a failure has exit status 1, keeps what had come, and names its kind', async () => {
  const refused = await ask(['--model', 'sim-error-401', 'Say hi'])
  assert.deepEqual([refused.status, refused.out], [1, ''])
  assert.match(refused.err, /^failed: .+ \(authentication/)
  const cut = await ask(['--model', 'sim-words-9+half-1500', 'Say hi'])
  assert.deepEqual([cut.status, cut.out.startsWith('word0 ')], [1, true])
  assert.match(cut.err, /\(transport\/truncated\)/)
})

test('a retry is told while it is waited for', async () => {
  const { status, err } = await ask(['--model', 'sim-error-503', 'Say hi'])
  assert.equal(status, 1)
  assert.match(err, /^beluna-gateway: .+; trying again in 0\.0 s\n/)
})

test('where a route goes on it is told who failed, why, and who is asked instead', async () => {
  const { status, out, err } = await ask(['--target', 'safe', 'Say hi'])
  assert.deepEqual([status, out], [0, 'A simulated answer to “Say hi”.\n'])
  assert.match(
    err,
    /^beluna-gateway: simulated\/sim-error-401: .+ 401; .+; going on with simulated\/sim-text\n/,
  )
})

test('an unknown target is refused by the daemon, which names those there are', async () => {
  const { status, err } = await ask(['--target', 'nobody', 'Say hi'])
  assert.deepEqual([status, /there are: simulated/.test(err)], [1, true])
})

test('wrong usage has exit status 2: unknown options, too many words, nothing to ask, or no text', async () => {
  const cases = [
    [['--temprature', '1', 'Hi'], /Unknown option '--temprature'/],
    [['one', 'two'], /unexpected argument "two"/],
    [[], /nothing to ask: give a text, pipe one in, or say --chat/],
    [[], /nothing to ask: give a text/, ' \n'],
    [[], /what is piped in is not UTF-8 text; --file shows files/, Buffer.from([0x61, 0xff])],
    [['--file', '\u001B[31mred', 'Hi'], /--file \[31mred: there is no such file/],
  ] as const
  for (const [args, complaint, input] of cases) {
    const { status, out, err } = await ask(args, input)
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

test('a reader that has had enough ends the command without a word, and cancels what it asked', async () => {
  const args = ['ask', '--socket', place.socket, '--model', 'sim-words-3+stall', 'Hi']
  const child = spawn(process.execPath, [LAUNCHER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const status = new Promise((resolve) => child.once('close', resolve))
  const err = text(child.stderr)
  child.stdout.destroy()
  assert.deepEqual([await status, await err], [130, ''])
})
