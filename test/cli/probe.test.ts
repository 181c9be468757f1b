// `probe` as a person runs it: a table for people, raw events for programs, costs said before they arise.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desk, typed, type Desk, type Written } from './desk.ts'

let place: Desk
before(async () => (place = await desk()))
after(() => place[Symbol.asyncDispose]())

const probe = (...args: readonly string[]): Promise<Written> =>
  typed(['probe', '--socket', place.socket, ...args])

test('without a target all are probed, and configured, declared and observed stand side by side', async () => {
  const { status, out, err } = await probe()
  assert.deepEqual([status, err], [0, ''])
  const lines = out.split('\n').map((line) => line.trimEnd().replace(/ {2,}/g, ' | '))
  assert.equal(lines[0], 'simulated/sim-text openai_chat')
  assert.match(
    lines[1] ?? '',
    /^ollama 0\.13\.3 · reachable: yes · authenticated: yes · model present: yes · /,
  )
  assert.ok(lines.includes('tools | yes | yes | - | as /api/show says'), out)
  assert.ok(out.includes('\n    quirks: ollama\n'), out)
})

test('--json gives the event; a live probe says first what it will send', async () => {
  const { status, out, err } = await probe('simulated', '--model', 'small', '--live', '--json')
  const read: (text: string) => Record<string, unknown> = JSON.parse
  const { type, model, depth } = read(out)
  assert.deepEqual([status, type, model, depth], [0, 'probed', 'small', 'live'])
  assert.equal(
    err,
    'beluna-gateway: simulated: sending up to 12 tiny requests, each of at most 512 output tokens (one: 2048)\n',
  )
})

test('a target that is none, and a model without a target, are said plainly', async () => {
  const none = await probe('nobody')
  assert.deepEqual([none.status, none.out], [1, ''])
  assert.match(
    none.err,
    /^beluna-gateway: nobody: no target or route "nobody"; there are: simulated, safe\n$/,
  )
  const bare = await probe('--model', 'm')
  assert.deepEqual([bare.status, bare.out], [2, ''])
  assert.match(bare.err, /^beluna-gateway: --model needs a target; see: /)
})
