// What people do by hand, with the real programs: when they get their answer, and when they wait for ever.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { daemon, run, type Running } from '../server/process.ts'
import { privateDirectory } from '../server/stand.ts'

const isThere = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const openbsd = spawnSync('nc', ['-h'], { encoding: 'utf8' }).stderr?.includes('OpenBSD') ?? false
const needs = (program: string): { skip: string | false } => {
  const there = program === 'nc' ? openbsd : isThere(program)
  return { skip: there ? false : `${program} is not installed` }
}

/** `socat` without `-t` is gone half a second after its input has ended. */
const SOON_MS = 0
const LATE_MS = 1_000

const request = (target: string): string =>
  JSON.stringify({
    type: 'infer',
    request_id: 'r',
    target,
    messages: [{ role: 'user', content: 'hi' }],
  })
const soon = `${request(`in_${SOON_MS}`)}\n`
const late = `${request(`in_${LATE_MS}`)}\n`
const ANSWER = ['started r', 'output_text_delta r', 'completed r']

// One daemon for all: it has nothing to remember between them.
const path = join(privateDirectory({ after }), 's')
const server = daemon({ after }, path)
before(async () => assert.equal(await server.next(), 'ready'))

/** The type and the id of an event. */
const briefly = (line: string): string =>
  line.replace(/^\{"type":"(\w+)","request_id":"?(\w+).*/, '$1 $2')

async function output(caller: Running): Promise<string[]> {
  const events: string[] = []
  for (let line = await caller.next(); line !== null; line = await caller.next()) {
    events.push(briefly(line))
  }
  return events
}

const FULL: Record<string, { command: string[]; stdin: string }> = {
  'nc -N': { command: ['nc', '-N', '-U'], stdin: late },
  'socat -t 60 with a slow answer': {
    command: ['socat', '-t', '60', '-', 'UNIX-CONNECT:'],
    stdin: late,
  },
  'printf without a newline': {
    command: ['socat', '-t', '60', '-', 'UNIX-CONNECT:'],
    stdin: soon.trimEnd(),
  },
  'a text file from Windows': {
    command: ['socat', '-t', '60', '-', 'UNIX-CONNECT:'],
    stdin: `\u{feff}\r\n${soon.trimEnd()}\r\n\r\n`,
  },
}

/** The socket's path becomes the last argument, or the end of it. */
function call(t: TestContext, command: readonly string[], stdin: string | null): Running {
  const [program = '', ...args] = command
  const last = args.at(-1) ?? ''
  const whole = last.endsWith(':') ? [...args.slice(0, -1), last + path] : [...args, path]
  return run(t, program, whole, { stdin })
}

for (const [what, { command, stdin }] of Object.entries(FULL)) {
  test(`${what} gets the whole answer and ends by itself`, needs(command[0] ?? ''), async (t) => {
    const caller = call(t, command, stdin)
    assert.deepEqual(await output(caller), ANSWER)
    assert.equal(await caller.exited, 0)
  })
}

const ENDLESS: Record<string, string[]> = {
  'nc -U': ['nc', '-U'],
  'socat with ignoreeof': ['socat', '-,ignoreeof', 'UNIX-CONNECT:'],
}

for (const [what, command] of Object.entries(ENDLESS)) {
  test(
    `${what} gets the whole answer, and keeps its connection until it is killed`,
    needs(command[0] ?? ''),
    async (t) => {
      const caller = call(t, command, soon)
      const events = [await caller.next(), await caller.next(), await caller.next()]
      assert.deepEqual(
        events.map((line) => briefly(line ?? '')),
        ANSWER,
      )
      assert.equal(caller.child.exitCode, null)
    },
  )
}

test(
  'socat without -t is gone before a slow answer, and its request is aborted',
  needs('socat'),
  async (t) => {
    const caller = call(t, ['socat', '-', 'UNIX-CONNECT:'], null)
    caller.child.stdin?.write(`${request('in_60000')}\n`)
    assert.equal(briefly((await caller.next()) ?? ''), 'started r')
    caller.child.stdin?.end()
    assert.deepEqual(await output(caller), [])
    assert.equal(await server.next(), 'aborted r client_gone')
  },
)

test('a caller that is killed while it waits leaves no request behind', needs('nc'), async (t) => {
  const caller = call(t, ['nc', '-N', '-U'], `${request('in_60000')}\n`)
  assert.equal(briefly((await caller.next()) ?? ''), 'started r')
  caller.child.kill('SIGKILL')
  assert.equal(await server.next(), 'aborted r client_gone')
})

test('a conversation typed by hand goes on after a mistake', needs('socat'), async (t) => {
  const caller = call(t, ['socat', '-', 'UNIX-CONNECT:'], null)
  caller.child.stdin?.write('hello?\n')
  assert.equal(briefly((await caller.next()) ?? ''), 'failed null')
  caller.child.stdin?.write(`\n${soon}`)
  const events = [await caller.next(), await caller.next(), await caller.next()]
  assert.deepEqual(
    events.map((line) => briefly(line ?? '')),
    ANSWER,
  )
})
