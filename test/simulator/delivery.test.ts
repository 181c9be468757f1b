// How answers travel: the exact byte at which they are cut, how they end, and what is known of callers who leave.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Raw, Script } from '../../src/simulator/script.ts'
import { startSimulator, type Simulator } from '../../src/simulator/server.ts'
import { bodyOf, FORMATS, post } from './caller.ts'
import { fold } from './reader.ts'

let simulator: Simulator
before(async () => {
  simulator = await startSimulator()
})
after(async () => {
  await simulator.close()
})

const ask = (model: string, until?: string): ReturnType<typeof post> =>
  post(simulator.url, 'chat', model, bodyOf('chat', 'Hello'), { ...(until && { until }) })

const say = (text: string): Script => ({ steps: [{ type: 'text', text }] })

const fieldsOf = async (path: string, headers: Record<string, string> = {}): Promise<string[]> => {
  const page: unknown = await (await fetch(simulator.url + path, { headers })).json()
  return typeof page === 'object' && page !== null ? Object.keys(page) : []
}

const CHUNKS = ['data: {"a":1}\n\n', Buffer.from('data: Grüße\n\n'), 'data: [DONE]\n\n']
const WHOLE = Buffer.concat(CHUNKS.map((chunk) => Buffer.from(chunk)))

for (const framing of ['chunked', 'length', 'close'] as const)
  for (const ending of ['end', 'half', 'reset'] as const)
    test(`${framing}: a body that is cut for ${ending} ends after exactly the byte that was asked for`, async () => {
      for (let cut_at = 0; cut_at <= WHOLE.length; cut_at += 3) {
        const raw: Raw = { chunks: CHUNKS, framing, ending, cut_at }
        simulator.script('cut', { raw })
        const got = await ask('cut')
        const short = cut_at < WHOLE.length
        // Where the end of the connection is the end of the body, FIN is a proper end; so is it after all that was announced.
        const proper =
          ending === 'end' ||
          (ending === 'half' && (framing === 'close' || (framing === 'length' && !short)))
        const complete = proper || (ending === 'reset' && framing === 'length' && !short)
        assert.deepEqual(
          { text: got.text, ending: got.ending, cut_at },
          {
            text: WHOLE.subarray(0, cut_at).toString(),
            ending: complete ? 'end' : ending === 'reset' ? 'reset' : 'cut',
            cut_at,
          },
        )
      }
    })

test('a raw answer is sent with its own status, headers and bytes, whatever is asked', async () => {
  const headers = { 'content-type': 'text/plain', 'x-own': 'yes' }
  simulator.script('raw', { raw: { status: 418, headers, chunks: ['short'], framing: 'length' } })
  const got = await ask('raw')
  assert.deepEqual(
    [
      got.status,
      got.text,
      got.headers['content-type'],
      got.headers['x-own'],
      got.headers['content-length'],
    ],
    [418, 'short', 'text/plain', 'yes', '5'],
  )
})

test('an answer that is held open after its end, or falls silent, waits for its caller to leave and says so', async () => {
  for (const [model, until] of Object.entries({ 'sim-hold': '[DONE]', 'sim-stall': 'Hello' })) {
    const got = await ask(model, until)
    assert.ok(got.text.includes(until))
    await simulator.when(() => simulator.open() === 0)
    const { aborted, received_at, closed_at } = simulator.requests.at(-1) ?? {}
    assert.equal(aborted, true)
    assert.ok((closed_at ?? 0) >= (received_at ?? Infinity))
  }
})

test('a caller who leaves before the answer begins is seen at once', async () => {
  const count = simulator.requests.length
  const leaving = new AbortController()
  const body = JSON.stringify({ model: 'sim-delay-600000', messages: [] })
  const call = fetch(`${simulator.url}/v1/chat/completions`, {
    method: 'POST',
    body,
    signal: leaving.signal,
  }).catch(() => 'left')
  await simulator.when(() => simulator.requests.length > count)
  assert.equal(simulator.open(), 1)
  leaving.abort()
  assert.equal(await call, 'left')
  await simulator.when(() => simulator.open() === 0)
  assert.equal(simulator.requests.at(-1)?.aborted, true)
})

test('an answer that came to its intended end was not aborted, even where that end was a cut', async () => {
  for (const model of ['sim-text', 'sim-cut-50', 'sim-half-50', 'sim-error-500']) {
    await ask(model)
    await simulator.when(() => simulator.open() === 0)
    assert.equal(simulator.requests.at(-1)?.aborted, false, model)
  }
})

test('the first requests get the first scripts, and the last script stands for all that follow', async () => {
  simulator.script('turns', { error: { status: 503 } }, say('one'), ({ nth }) => say(`${nth}`))
  const got = []
  for (let turn = 0; turn < 4; turn += 1) {
    const { status, text } = await ask('turns')
    got.push(status === 200 ? fold('chat', text).text : status)
  }
  assert.deepEqual(got, [503, 'one', '3', '4'])
})

test('a prompt may spell a script too, and a name that spells none is no model', async () => {
  for (const format of FORMATS) {
    const spelled = await post(simulator.url, format, 'x', bodyOf(format, 'sim-words-3 please'))
    assert.equal(fold(format, spelled.text).text, 'word0 word1 word2 ')
    const unknown = await post(simulator.url, format, 'sim-nothing-such', bodyOf(format, 'Hi'))
    assert.equal(unknown.status, 404)
  }
})

test('the words of a name add up', async () => {
  const { text } = await ask('sim-reasoning+parallel-2+slow-0+crlf')
  const { calls, reasoning } = fold('chat', text)
  assert.deepEqual([calls.length, reasoning !== '', text.includes('\r\n')], [2, true, true])
})

test('each common server describes itself at its own path', async () => {
  const anthropic = { 'anthropic-version': '2023-06-01' }
  const fields = await Promise.all([
    fieldsOf('/v1/models'),
    fieldsOf('/v1/models', anthropic),
    fieldsOf('/v1/models/m', anthropic),
    fieldsOf('/v1beta/models/m'),
    fieldsOf('/api/version'),
    fieldsOf('/api/ps'),
    fieldsOf('/api/v1/models'),
    fieldsOf('/props'),
    fieldsOf('/health'),
  ])
  assert.deepEqual(fields, [
    ['object', 'data'],
    ['data', 'has_more', 'first_id', 'last_id'],
    ['type', 'id', 'display_name', 'created_at', 'max_input_tokens', 'max_tokens', 'capabilities'],
    [
      'name',
      'displayName',
      'version',
      'inputTokenLimit',
      'outputTokenLimit',
      'supportedGenerationMethods',
      'thinking',
    ],
    ['version'],
    ['models'],
    ['models'],
    ['default_generation_settings', 'total_slots', 'model_alias', 'modalities', 'build_info'],
    ['status'],
  ])
})
