// What `status` shows: to a person at a terminal of any width, to programs, and to who scrapes.
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import * as fc from 'fast-check'
import { connect, type StatusEvent } from '../../src/client/index.ts'
import { styles } from '../../src/cli/io.ts'
import { run } from '../../src/cli/run.ts'
import { statusPage } from '../../src/cli/status-page.ts'
import { desk, typed } from './desk.ts'

const parse: (text: string) => StatusEvent = JSON.parse

async function asked(socket: string, ...models: string[]): Promise<StatusEvent> {
  const client = await connect(socket)
  for (const model of models)
    await client.infer({ model, messages: [{ role: 'user', content: 'Hi' }] }).final()
  const event = await client.status()
  client.close()
  return event
}

const pageOf = (event: StatusEvent, columns: number, isTTY = true): string[] =>
  statusPage(event, {
    columns,
    style: styles({ isTTY }, { TERM: 'xterm' }),
    capabilities: true,
    now: Date.now(),
    pace: [0, 3, 5],
  })

const plainPage = (event: StatusEvent, columns: number): string[] =>
  pageOf(event, columns).map(stripVTControlCharacters)

test('no line is wider than the terminal, whatever its width and whatever the models are called', async () => {
  await using here = await desk()
  const event = await asked(here.socket, 'sim-text', 'm'.repeat(90), 'sim-\u001B[2Jsteer')
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 240 }), (columns) => {
      for (const line of plainPage(event, columns)) assert.ok(line.length <= columns, line)
    }),
  )
})

test('a name that would steer the terminal does not', async () => {
  await using here = await desk()
  const page = pageOf(await asked(here.socket, 'sim-\u001B[2Jclear'), 100, false).join('\n')
  assert.ok(page.includes('sim- [2Jclear') && !page.includes('\u001B'))
})

test('with less room the columns of least worth go first', async () => {
  await using here = await desk()
  const event = await asked(here.socket, 'sim-text')
  const heads = (columns: number): string =>
    plainPage(event, columns).find((line) => line.startsWith('target and model')) ?? ''
  assert.match(
    heads(140),
    /done +failed +cancelled +first p50 +p99 +total p50 +p99 +in +out +cost$/,
  )
  assert.match(heads(64), /done +failed +first p50.*cost$/)
  assert.doesNotMatch(heads(64), /cancelled/)
})

test('where there is no terminal the page is whole and has no escape codes', async () => {
  await using here = await desk()
  await asked(here.socket, 'sim-text', 'sim-no-such')
  const { status, out } = await typed(['status', '--socket', here.socket])
  assert.equal(status, 0)
  assert.ok(!out.includes('\u001B') && !out.includes('…'))
  assert.match(out, /1 done, 1 failed, 0 cancelled/)
  assert.match(out, /● sim-text +1 +0 +0 /)
  assert.match(out, /streaming tools parallel_tools/)
  assert.match(out, /not_found.* ago: /)
})

test('--json is the event, and --metrics the same numbers for Prometheus', async () => {
  await using here = await desk()
  const event = await asked(here.socket, 'sim-text')
  const json = await typed(['status', '--json', '--socket', here.socket])
  assert.deepEqual(parse(json.out).targets, event.targets)
  const { status, out } = await typed(['status', '--metrics', '--socket', here.socket])
  assert.equal(status, 0)
  const series = '{target="simulated",model="sim-text",outcome="completed"}'
  assert.ok(out.includes(`\nbeluna_gateway_requests_total${series} 1\n`))
  const { input_tokens } = event.targets[0]?.models[0]?.tokens ?? { input_tokens: 0 }
  assert.ok(input_tokens > 0)
  assert.ok(out.includes(`type="input"} ${input_tokens}\n`))
  for (const line of out.trimEnd().split('\n'))
    assert.match(line, /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{(?:\w+="[^"]*",?)+\})? -?[0-9.e+]+)$/)
})

test('--watch keeps the page on the other screen until q, and leaves the terminal as it was', async () => {
  await using here = await desk()
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 12 })
  const modes: boolean[] = []
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => modes.push(on),
  })
  let out = ''
  stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    if (out.includes('q leaves')) stdin.write('q')
  })
  const io = { stdin, stdout, stderr: new PassThrough(), env: {} }
  assert.equal(await run(['status', '--watch', '--socket', here.socket], io), 0)
  assert.ok(out.startsWith('\u001B[?1049h') && out.endsWith('\u001B[?1049l'))
  assert.match(out, /beluna-gateway 0/)
  assert.deepEqual(modes, [true, false])
})

test('--watch without a terminal is refused, and so is --metrics with another manner', async () => {
  for (const argv of [['--watch'], ['--metrics', '--json']])
    assert.equal((await typed(['status', ...argv])).status, 2)
})
