// What the real APIs refuse in a replayed conversation, the simulator refuses; what they take, it takes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startSimulator, type Simulator } from '../../src/simulator/server.ts'
import { bodyOf, FORMATS, post, type Body, type Format } from './caller.ts'
import { at, fold, json, list, str } from './reader.ts'

let simulator: Simulator
before(async () => {
  simulator = await startSimulator()
})
after(async () => {
  await simulator.close()
})

const MODEL = 'sim-reasoning+parallel-2'
const HISTORY = { chat: 'messages', responses: 'input', messages: 'messages', gemini: 'contents' }

/** The second turn of a conversation in which two tools were called after some thought, as the vendor wants it. */
async function secondTurn(format: Format): Promise<Body> {
  const first = bodyOf(format, 'What is the weather?', true)
  const got = await post(simulator.url, format, MODEL, first, { stream: false })
  const history = HISTORY[format]
  return { ...first, [history]: [...list(first, history), ...REPLAY[format](json(got.text))] }
}

const REPLAY: Record<Format, (answer: unknown) => unknown[]> = {
  chat(answer) {
    const message = at(answer, 'choices', 0, 'message')
    const results = list(message, 'tool_calls').map((call, index) => ({
      role: 'tool',
      tool_call_id: str(call, 'id'),
      content: `sunny ${index}`,
    }))
    return [message, ...results]
  },
  responses(answer) {
    const output = list(answer, 'output')
    const calls = output.filter((item) => str(item, 'type') === 'function_call')
    return [
      ...output,
      ...calls.map((call, index) => ({
        type: 'function_call_output',
        call_id: str(call, 'call_id'),
        output: `sunny ${index}`,
      })),
    ]
  },
  messages(answer) {
    const content = list(answer, 'content')
    const calls = content.filter((block) => str(block, 'type') === 'tool_use')
    const results = calls.map((call, index) => ({
      type: 'tool_result',
      tool_use_id: str(call, 'id'),
      content: `sunny ${index}`,
    }))
    return [
      { role: 'assistant', content },
      { role: 'user', content: results },
    ]
  },
  gemini(answer) {
    const content = at(answer, 'candidates', 0, 'content')
    const calls = list(content, 'parts').map((part) => at(part, 'functionCall'))
    const parts = calls
      .filter((call) => call !== undefined)
      .map((call, index) => ({
        functionResponse: {
          id: str(call, 'id'),
          name: str(call, 'name'),
          response: { output: `sunny ${index}` },
        },
      }))
    return [content, { role: 'user', parts }]
  },
}

/** A copy in which what stands at a path is replaced, or (undefined) taken away. */
function change(body: Body, path: readonly (string | number)[], value: unknown): Body {
  const copy = structuredClone(body)
  const inner = at(copy, ...path.slice(0, -1))
  const last = path.at(-1) ?? ''
  if (Array.isArray(inner) && value === undefined) inner.splice(Number(last), 1)
  else if (typeof inner === 'object' && inner !== null)
    if (value === undefined) Reflect.deleteProperty(inner, last)
    else Reflect.set(inner, last, value)
  return copy
}

for (const format of FORMATS) {
  test(`${format}: its own turn, replayed as it was, is taken, and its results are quoted`, async () => {
    const { status, text } = await post(simulator.url, format, 'any', await secondTurn(format))
    assert.equal(status, 200, text)
    assert.equal(fold(format, text).text, 'The tools say: sunny 0 / sunny 1')
  })
}

type Change = [name: string, path: (string | number)[], value: unknown, message: RegExp]
const BREACHES: Record<Format, Change[]> = {
  chat: [
    ['a result less', ['messages', 3], undefined, /must be followed by tool messages/],
    ['a result for no call', ['messages', 2, 'tool_call_id'], 'other', /must be a response to/],
  ],
  responses: [
    ['a result less', ['input', 5], undefined, /No tool output found/],
    ['a result for no call', ['input', 4, 'call_id'], 'other', /No tool call found/],
    ['a call less', ['input', 2], undefined, /No tool call found/],
    ['changed reasoning', ['input', 1, 'encrypted_content'], 'AAAA', /could not be verified/],
    ['unsealed reasoning', ['input', 1, 'encrypted_content'], undefined, /could not be verified/],
    ['reasoning of another item', ['input', 1, 'id'], 'rs_other', /could not be verified/],
    [
      'reasoning alone',
      ['input', 2],
      { role: 'user', content: 'so?' },
      /without its required following item/,
    ],
  ],
  messages: [
    [
      'a result less',
      ['messages', 2, 'content', 1],
      undefined,
      /without `tool_result` blocks immediately after/,
    ],
    [
      'a result for no call',
      ['messages', 2, 'content', 0, 'tool_use_id'],
      'other',
      /unexpected `tool_use_id`/,
    ],
    [
      'text before the results',
      ['messages', 2, 'content', 0],
      { type: 'text', text: 'so' },
      /without `tool_result`/,
    ],
    [
      'text behind the calls',
      ['messages', 1, 'content', 3],
      { type: 'text', text: 'so' },
      /^messages\.1: .* without `tool_result`/,
    ],
    [
      'a changed thought',
      ['messages', 1, 'content', 0, 'thinking'],
      'other',
      /Invalid `signature`/,
    ],
    [
      'a forged thought',
      ['messages', 1, 'content', 0],
      { type: 'redacted_thinking', data: 'AAAA' },
      /Invalid `data`/,
    ],
    [
      'an unsigned thought',
      ['messages', 1, 'content', 0, 'signature'],
      undefined,
      /Invalid `signature`/,
    ],
    [
      'prefill',
      ['messages', 2],
      { role: 'assistant', content: 'So' },
      /without `tool_result`|prefill/,
    ],
    ['an unknown field', ['parallel_tool_calls'], true, /Extra inputs are not permitted/],
    ['no max_tokens', ['max_tokens'], undefined, /max_tokens: Field required/],
  ],
  gemini: [
    [
      'a response less',
      ['contents', 2, 'parts', 1],
      undefined,
      /number of function response parts/,
    ],
    [
      'another name',
      ['contents', 2, 'parts', 1, 'functionResponse', 'name'],
      'x',
      /number of function response/,
    ],
    [
      'another id',
      ['contents', 2, 'parts', 1, 'functionResponse', 'id'],
      'x',
      /number of function response/,
    ],
    [
      'no signature',
      ['contents', 1, 'parts', 1, 'thoughtSignature'],
      undefined,
      /missing a thought_signature/,
    ],
    [
      'a wrong signature',
      ['contents', 1, 'parts', 1, 'thoughtSignature'],
      'AAAA',
      /Corrupted thought signature/,
    ],
    [
      'a moved signature',
      ['contents', 1, 'parts', 1, 'functionCall', 'args'],
      { city: 'Rome' },
      /Corrupted/,
    ],
    [
      'text after responses',
      ['contents', 2, 'parts', 2],
      { text: 'so?' },
      /ending with a model turn/,
    ],
    ['a model turn at the end', ['contents', 2], undefined, /ending with a model turn/],
    ['an empty part', ['contents', 0, 'parts', 0], {}, /must have one initialized field/],
    ['an unknown field', ['max_tokens'], 5, /Unknown name "max_tokens"/],
  ],
}

for (const format of FORMATS)
  for (const [name, path, value, message] of BREACHES[format])
    test(`${format}: ${name} is refused, and taken where the script is not strict`, async () => {
      const body = change(await secondTurn(format), path, value)
      const refused = await post(simulator.url, format, 'any', body)
      assert.equal(refused.status, 400)
      assert.match(str(json(refused.text), 'error', 'message'), message)
      simulator.script('lenient', { strict: false })
      const taken = await post(simulator.url, format, 'lenient', body)
      assert.equal(taken.status, 200)
    })

test('messages: results spread over two messages are refused', async () => {
  const body = await secondTurn('messages')
  const [user, assistant, results] = list(body, 'messages')
  const [one, two] = list(results, 'content')
  const spread = [one, two].map((block) => ({ role: 'user', content: [block] }))
  const answer = await post(simulator.url, 'messages', 'any', {
    ...body,
    messages: [user, assistant, ...spread],
  })
  assert.equal(answer.status, 400)
})

test('messages: a thought may be missing everywhere, but not where it was asked for', async () => {
  const body = change(await secondTurn('messages'), ['messages', 1, 'content', 0], undefined)
  assert.equal((await post(simulator.url, 'messages', 'any', body)).status, 200)
  const thinking = { type: 'enabled', budget_tokens: 1024 }
  const answer = await post(simulator.url, 'messages', 'any', { ...body, thinking })
  assert.match(str(json(answer.text), 'error', 'message'), /cannot be modified/)
})

test('gemini: the documented sentinel stands for a signature, and past turns need none', async () => {
  const body = await secondTurn('gemini')
  const path = ['contents', 1, 'parts', 1, 'thoughtSignature']
  const skipped = change(body, path, 'skip_thought_signature_validator')
  assert.equal((await post(simulator.url, 'gemini', 'any', skipped)).status, 200)
  const later = [
    ...list(change(body, path, undefined), 'contents'),
    { role: 'model', parts: [{ text: 'Sunny.' }] },
    { role: 'user', parts: [{ text: 'Thanks.' }] },
  ]
  assert.equal((await post(simulator.url, 'gemini', 'any', { contents: later })).status, 200)
})
