// What a person sees while nothing comes: a line on the terminal's stderr, and nothing of it left behind.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { connect, type GatewayEvent } from '../../src/client/index.ts'
import { watchProgress, type Progress } from '../../src/cli/progress.ts'
import { daemonOf, line } from '../client/scripted.ts'

const ERASE = '\r\u001B[K'
const fault = {
  kind: 'overloaded',
  code: 'busy',
  message: 'no',
  retryable: true,
  retry_after_ms: null,
  pointer: null,
  target: 't',
  model: 'm',
  provider: null,
} as const
const started: GatewayEvent = {
  type: 'started',
  request_id: 'r',
  target: 't',
  model: 'a-model-of-日本語',
  dialect: 'gemini',
  warnings: [],
}
const retrying: GatewayEvent = {
  type: 'retrying',
  request_id: 'r',
  attempt: 2,
  target: 't',
  model: 'm',
  delay_ms: 60_000,
  error: fault,
}
const delta: GatewayEvent = { type: 'output_text_delta', request_id: 'r', part: 0, delta: 'x' }

interface Watched {
  readonly progress: Progress
  /** Everything that was written. */
  said(): string
  /** Resolves when this has been written. */
  until(pattern: RegExp): Promise<void>
}

interface Manner {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly env?: Record<string, string>
}

/** Watchers in several manners at once, before a daemon at whose target three requests wait. */
async function watched(context: TestContext, ...manners: Manner[]): Promise<Watched[]> {
  const targets = [{ name: 't', in_flight: 4, queued: 3 }]
  const daemon = await daemonOf(context, ({ request_id }) =>
    line({ type: 'status', request_id, targets }),
  )
  const client = await connect(daemon.path)
  context.after(() => client.close())
  return manners.map(({ isTTY = true, columns = 200, env = {} }) => {
    const stderr = Object.assign(new PassThrough(), { isTTY, columns })
    let said = ''
    stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const io = { stdin: Readable.from([]), stdout: new PassThrough(), stderr, env }
    const progress = watchProgress(client, io)
    context.after(() => progress.stop())
    const until = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(said)) await once(stderr, 'data')
    }
    return { progress, said: () => said, until }
  })
}

test('the line says what is waited for and how busy the target is, fits, and is gone when output begins', async (context) => {
  const [wide, narrow] = await watched(context, {}, { columns: 20 })
  assert.ok(wide && narrow)
  for (const { progress } of [wide, narrow]) progress.tell(started)
  await wide.until(/queued: 3, running: 4/)
  await narrow.until(/t\//)
  for (const { progress } of [wide, narrow]) progress.tell(delta)
  const facts = 't/a-model-of-日本語 · waiting for the first token · queued: 3, running: 4 · '
  assert.ok(wide.said().includes(`${ERASE}\u001B[2m${facts}`))
  assert.ok(narrow.said().startsWith(`${ERASE}\u001B[2mt/a-model-of-日本…\u001B[0m`))
  for (const each of [wide, narrow]) {
    assert.ok(each.said().endsWith(ERASE))
    const before = each.said()
    each.progress.tell(delta)
    each.progress.stop()
    assert.equal(each.said(), before)
  }
})

test('between tries it counts down and says after what, without colours where none are wanted', async (context) => {
  const [plain] = await watched(context, { env: { NO_COLOR: '1' } })
  plain?.progress.tell(started)
  plain?.progress.tell(retrying)
  await plain?.until(/t\/m · attempt 2 in (60|[1-5]?\d) s, after overloaded\/busy · /)
  assert.ok(!plain?.said().includes('\u001B[2m'))
})

test('where stderr is no terminal, or one that knows no codes, there is no line', async (context) => {
  const dumb = { env: { TERM: 'dumb' } }
  const unsized = { columns: 0 }
  const [terminal, pipe, old] = await watched(context, unsized, { isTTY: false }, dumb)
  for (const each of [terminal, pipe, old]) each?.progress.tell(started)
  await terminal?.until(/waiting/)
  assert.deepEqual([pipe?.said(), old?.said()], ['', ''])
})
