// A conversation: what is sent back, what is forgotten, and how a person and a pipe hold it.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { run } from '../../src/cli/run.ts'
import type { Message } from '../../src/client/index.ts'
import { daemonOf, line, type Daemon, type Heard } from '../client/scripted.ts'
import { desk, directory, typed } from './desk.ts'

type Content = readonly object[]

/** A daemon whose answers are these, one a request: the content of a message and why it ended, or null for a failure. */
function answering(
  context: TestContext,
  ...answers: readonly ([Content, string] | null)[]
): Promise<Daemon> {
  let count = 0
  const rest = {
    target: 't',
    model: 'm',
    usage: null,
    cost: null,
    timing: { queued_ms: 0, first_event_ms: 0, total_ms: 0 },
    attempts: [],
    warnings: [],
    provider_metadata: null,
    metadata: {},
  }
  return daemonOf(context, ({ type, request_id }) => {
    const answer = answers[count]
    if (type !== 'infer' || answer === undefined) return ''
    count += 1
    if (answer === null)
      return line({
        type: 'failed',
        request_id,
        error: { kind: 'overloaded', code: null, message: 'busy' },
        message: null,
        ...rest,
      })
    const [content, finish_reason] = answer
    const message = { role: 'assistant', content }
    return line({ type: 'completed', request_id, finish_reason, message, ...rest })
  })
}

const sent = ({ heard }: Daemon): (readonly Message[])[] =>
  heard.flatMap(({ type, messages }: Heard) => (type === 'infer' && messages ? [messages] : []))

const state = { dialect: 'gemini', target: 't', model: 'm', signature: 'c2VhbGVk', odd: [1, null] }
const said = (text: string): object => ({ type: 'text', text, state })
const user = (text: string): object => ({ role: 'user', content: [{ type: 'text', text }] })
const model = (...content: object[]): object => ({ role: 'assistant', content })
const call = (id: string, status: string): object => ({
  type: 'tool_call',
  id,
  name: 'look',
  arguments_json: '{"at":"it"}',
  status,
  state,
})

const tool = (tool_call_id: string, content: string): object => ({
  role: 'tool',
  tool_call_id,
  tool_name: 'look',
  content,
})
const refused = (id: string, why: string): object => ({ ...tool(id, why), is_error: true })

const chat = (daemon: Daemon, input: string, ...args: string[]) =>
  typed(['ask', '--chat', '--socket', daemon.path, ...args], { input })

test('what the model said goes back as it came, with every state in it, turn after turn', async (context) => {
  const [one, two] = [
    [{ type: 'reasoning', state }, said('one')],
    [said('two'), { type: 'opaque', state }],
  ]
  const daemon = await answering(context, [one, 'stop'], [two, 'length'], [[], 'stop'])
  const { status } = await chat(daemon, 'a\n\n  \nb\nc\n/exit\nnever\n', '--system', 'Be brief.')
  const system = { role: 'system', content: 'Be brief.' }
  const begin = [system, user('a')]
  const then = [...begin, model(...one), user('b')]
  assert.equal(status, 0)
  assert.deepEqual(sent(daemon), [begin, then, [...then, model(...two), user('c')]])
})

test('a turn that failed is forgotten whole, also after its calls were answered', async (context) => {
  const daemon = await answering(context, [[call('c', 'ready')], 'tool_calls'], null, [[], 'stop'])
  const { status, err } = await chat(daemon, 'a\nseen\nb\n')
  assert.equal(status, 1)
  assert.match(err, /failed: busy \(overloaded\).*\nThat turn is forgotten\.\n/)
  assert.deepEqual(sent(daemon).at(-1), [user('b')])
})

test('every call gets its answer: a line for a ready one, an error for one that is not to be executed', async (context) => {
  const calls = [call('1', 'ready'), call('2', 'malformed'), call('3', 'ready')]
  const cut = [call('4', 'ready'), call('5', 'partial')]
  const daemon = await answering(
    context,
    [calls, 'tool_calls'],
    [cut, 'length'],
    [[], 'pause'],
    [[], 'stop'],
  )
  const { status } = await chat(daemon, 'a\nfirst\n\nb\n')
  const answered = [
    user('a'),
    model(...calls),
    tool('1', 'first'),
    refused('2', 'the arguments are no JSON object'),
    refused('3', 'there is no result'),
  ]
  const begun = [
    ...answered,
    model(...cut),
    refused('4', 'not executed: the answer ended with length'),
    user('b'),
  ]
  assert.equal(status, 0)
  assert.deepEqual(sent(daemon), [[user('a')], answered, begun, [...begun, model()]])
})

test('lines that end under a call leave it without a result, and the turn forgotten', async (context) => {
  const daemon = await answering(context, [[call('c', 'ready')], 'tool_calls'])
  const { status, err } = await chat(daemon, 'a\n')
  assert.deepEqual([status, err.endsWith('That turn is forgotten.\n')], [1, true])
})

test('a daemon that goes is told of; where a pipe talks that is the end', async (context) => {
  const daemon = await daemonOf(context, () => {
    daemon.sockets.at(-1)?.destroy()
    return ''
  })
  const { status, err } = await chat(daemon, 'a\nb\n')
  assert.deepEqual([status, daemon.heard.length], [69, 1])
  assert.match(err, /the connection to the daemon is gone: .*\nThat turn is forgotten\.\n$/)
})

test('tools come from a file and are always offered; a file is shown with the first turn only', async (context) => {
  await using here = await directory()
  const [tools, pdf] = [join(here.path, 'tools.yaml'), join(here.path, 'a.pdf')]
  await writeFile(tools, '- { name: look, input_schema: { type: object } }\n')
  await writeFile(pdf, '%PDF-1.7\n')
  const daemon = await answering(context, [[], 'stop'], [[], 'stop'])
  assert.equal((await chat(daemon, 'b\n', '--tools', tools, '--file', pdf, 'a')).status, 0)
  const source = { media_type: 'application/pdf', data: 'JVBERi0xLjcK' }
  const shown = { type: 'document', source, filename: 'a.pdf' }
  const first = { role: 'user', content: [shown, { type: 'text', text: 'a' }] }
  assert.deepEqual(sent(daemon), [[first], [first, model(), user('b')]])
  const offered = [{ name: 'look', input_schema: { type: 'object' } }]
  assert.deepEqual(
    daemon.heard.map((message) => message.tools),
    [offered, offered],
  )
})

test('tools that are none are a mistake in the call', async () => {
  await using here = await directory()
  const file = join(here.path, 'tools.json')
  for (const text of ['{}', '[{"name": "x"}]', '[', '["x"]']) {
    await writeFile(file, text)
    const { status, err } = await typed(['ask', '--tools', file, 'x'])
    assert.deepEqual([status, err.startsWith('beluna-gateway: --tools')], [2, true], text)
  }
})

/** A person who types the next of `keys` whenever a line is asked for; `Ctrl-C` is pressed under an answer. */
async function person(socket: string, args: readonly string[], keys: readonly string[]) {
  const modes: boolean[] = []
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => modes.push(on),
  })
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  let [told, out, next, from] = ['', '', 0, 0]
  stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    if (out.includes('word3') && keys[next] === 'Ctrl-C') {
      next += 1
      process.emit('SIGINT')
    }
  })
  stderr.on('data', (chunk: Buffer) => {
    told += stripVTControlCharacters(chunk.toString())
    if (!/(^|\n|\r)(> |result of \w+: )$/.test(told.slice(from))) return
    from = told.length
    const key = keys[next++]
    if (key !== undefined) setImmediate(() => stdin.write(key))
  })
  const io = { stdin, stdout, stderr, env: { TERM: 'xterm' } }
  const status = await run(['ask', '--chat', '--socket', socket, ...args], io)
  return { status, out: stripVTControlCharacters(out), told, raw: modes.at(-1) }
}

test('a person’s Ctrl-C stops the answer alone, and its turn is forgotten; Ctrl-D ends', async () => {
  await using here = await desk()
  const args = ['--model', 'sim-words-500+slow-5']
  const { status, out, told, raw } = await person(here.socket, args, [
    'a story\r',
    'Ctrl-C',
    '\u0004',
  ])
  assert.deepEqual([status, raw], [0, false])
  assert.match(out, /^word0 word1 word2 word3/)
  assert.match(told, /cancelled · .*\nThat turn is forgotten\.\n\n> /)
})

test('a person’s Ctrl-C at the prompt gives up the line, and only twice in a row with nothing typed the talk', async () => {
  await using here = await desk()
  const keys = [
    'given up\u0003',
    'twice\u0003',
    'Say hi\r',
    '\u0003',
    'And again\r',
    '\u0003',
    '\u0003',
  ]
  const { status, out } = await person(here.socket, [], keys)
  assert.deepEqual(
    [status, out],
    [130, 'A simulated answer to “Say hi”.\nA simulated answer to “And again”.\n'],
  )
})
