// The simulator is judged by readers of its own streams written here, from the vendors' descriptions alone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Script } from '../../src/simulator/script.ts'
import { prebuilt, startSimulator, type Simulator } from '../../src/simulator/server.ts'
import { bodyOf, FORMATS, post, type Format } from './caller.ts'
import { callIds, fold, foldWhole, json } from './reader.ts'

let simulator: Simulator
before(async () => {
  simulator = await startSimulator()
})
after(async () => {
  await simulator.close()
})

const SCRIPT: Script = {
  steps: [
    { type: 'reasoning', text: ['Let me ', 'think.'] },
    { type: 'text', text: ['Grüße ', '🌍 aus ', 'Oslo'] },
    { type: 'tool', name: 'first', arguments: { city: 'Oslo', n: 1 }, chars: 3 },
    { type: 'tool', name: 'second', arguments: '{}' },
  ],
  usage: { input: 100, cached: 40, output: 30, reasoning: 10 },
}

const SAID = {
  text: 'Grüße 🌍 aus Oslo',
  reasoning: 'Let me think.',
  refusal: '',
  calls: [
    { name: 'first', arguments: { city: 'Oslo', n: 1 } },
    { name: 'second', arguments: {} },
  ],
  usage: { input: 100, cached: 40, output: 30, reasoning: 10 },
}
const TOOL_FINISH: Record<Format, string> = {
  chat: 'tool_calls',
  responses: 'completed',
  messages: 'tool_use',
  gemini: 'STOP',
}

for (const format of FORMATS) {
  test(`${format}: a stream, and the same answer whole, read back as what was scripted`, async () => {
    simulator.script('m', SCRIPT)
    const expected = { ...SAID, finish: TOOL_FINISH[format] }
    const streamed = await post(simulator.url, format, 'm', bodyOf(format, 'Hello'))
    assert.deepEqual(fold(format, streamed.text), expected)
    const whole = await post(simulator.url, format, 'm', bodyOf(format, 'Hello'), { stream: false })
    assert.deepEqual(foldWhole(format, json(whole.text)), expected)
    assert.equal(new Set(callIds(format, streamed.text)).size, 2)
  })

  test(`${format}: comments, CRLF, odd bytes per write and any framing change nothing of what is read`, async () => {
    for (const framing of ['chunked', 'length', 'close'] as const) {
      const steps: Script['steps'] = [
        { type: 'bytes', bytes: ': ping\r\n\r\n' },
        ...(SCRIPT.steps ?? []),
      ]
      simulator.script('m', {
        ...SCRIPT,
        steps,
        crlf: true,
        framing,
        drip: { bytes: 61, every_ms: 0 },
      })
      const { text, headers } = await post(simulator.url, format, 'm', bodyOf(format, 'Hello'))
      assert.deepEqual(fold(format, text), { ...SAID, finish: TOOL_FINISH[format] })
      assert.match(text, /\r\n\r\n/)
      assert.deepEqual(
        [headers['transfer-encoding'], headers['content-length'], headers.connection],
        {
          chunked: ['chunked', undefined, 'keep-alive'],
          length: [undefined, `${Buffer.byteLength(text)}`, 'keep-alive'],
          close: [undefined, undefined, 'close'],
        }[framing],
      )
    }
  })

  test(`${format}: refusals, limits and filters end as the vendor ends them`, async () => {
    const ends = await Promise.all(
      ['sim-refusal', 'sim-length', 'sim-filter'].map(async (model) => {
        const { text } = await post(simulator.url, format, model, bodyOf(format, 'Hello'))
        return fold(format, text).finish
      }),
    )
    assert.deepEqual(
      ends,
      {
        chat: ['stop', 'length', 'content_filter'],
        responses: ['completed', 'max_output_tokens', 'content_filter'],
        messages: ['refusal', 'max_tokens', 'refusal'],
        gemini: ['SAFETY', 'MAX_TOKENS', 'SAFETY'],
      }[format],
    )
  })

  test(`${format}: an error inside the stream ends it without its terminal marker`, async () => {
    const { text, status } = await post(simulator.url, format, 'sim-late', bodyOf(format, 'Hello'))
    assert.equal(status, 200)
    assert.match(text, /Simulated failure inside the stream\./)
    assert.doesNotMatch(text, /\[DONE\]|message_stop|finishReason|response\.completed/)
  })

  test(`${format}: errors come in the vendor's own shape, with the time to wait`, async () => {
    const { status, text, headers } = await post(
      simulator.url,
      format,
      'sim-error-429-2',
      bodyOf(format, 'Hello'),
    )
    const message = 'Simulated failure (HTTP 429).'
    const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' }
    const openai = { message, type: 'requests', param: null, code: 'rate_limit_exceeded' }
    assert.equal(status, 429)
    assert.equal(headers['retry-after'], '2')
    assert.deepEqual(
      json(text),
      {
        chat: { error: openai },
        responses: { error: openai },
        messages: {
          type: 'error',
          error: { type: 'rate_limit_error', message },
          request_id: 'req_simulated',
        },
        gemini: {
          error: { code: 429, message, status: 'RESOURCE_EXHAUSTED', details: [retry] },
        },
      }[format],
    )
  })

  test(`${format}: the small model calls the tool that the prompt mentions`, async () => {
    const question = bodyOf(format, 'What is the weather in Oslo?', true)
    const first = await post(simulator.url, format, 'any', question)
    const told = fold(format, first.text)
    assert.deepEqual(told.calls, [{ name: 'get_weather', arguments: { city: 'Oslo' } }])
    const unrelated = await post(simulator.url, format, 'any', bodyOf(format, 'Say hi.', true))
    assert.deepEqual(fold(format, unrelated.text).calls, [])
  })

  test(`${format}: a token is asked for only where one is set, and refused in the vendor's shape`, async () => {
    const guarded = await startSimulator({ token: 'not-a-real-key' })
    const statuses = []
    for (const key of [undefined, 'wrong', 'not-a-real-key']) {
      const answer = await post(guarded.url, format, 'm', bodyOf(format, 'Hi'), {
        ...(key !== undefined && { key }),
      })
      statuses.push(answer.status)
      assert.ok(!answer.text.includes('wrong'))
    }
    await guarded.close()
    const refused = format === 'gemini' ? 400 : 401
    assert.deepEqual(statuses, [refused, refused, 200])
  })

  test(`${format}: a prebuilt stream is sent as it was built`, async () => {
    const steps = [{ type: 'text', text: Array.from({ length: 50 }, (_, n) => `w${n} `) }] as const
    const chunks = prebuilt(format, steps)
    simulator.script('m', { raw: { chunks, every_ms: 0 } })
    const { text } = await post(simulator.url, format, 'm', bodyOf(format, 'Hello'))
    assert.equal(text, Buffer.concat(chunks).toString())
    assert.equal(fold(format, text).text, steps[0].text.join(''))
  })
}
