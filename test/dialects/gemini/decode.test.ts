import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunk, eventsOf, fold, ORIGIN, STOP, streamed, whole } from './answer.ts'

test('thoughts, text, calls and a late signature come as parts in their order, each with its own state', () => {
  const events = eventsOf([
    chunk([{ text: 'Hm', thought: true }]),
    chunk([{ text: '.', thought: true }, { text: 'Oslo ' }]),
    chunk([
      { text: 'is' },
      { functionCall: { id: 'fc-1', name: 'f', args: { a: 1 } }, thoughtSignature: 'S1' },
    ]),
    chunk([{ functionCall: { name: 'g' } }, { text: '', thoughtSignature: 'S2' }], STOP),
  ])
  assert.deepEqual(events, [
    { type: 'reasoning', key: 0, delta: 'Hm' },
    { type: 'reasoning', key: 0, delta: '.' },
    { type: 'part_end', key: 0, state: {} },
    { type: 'text', key: 1, delta: 'Oslo ' },
    { type: 'text', key: 1, delta: 'is' },
    { type: 'part_end', key: 1 },
    { type: 'tool_call', key: 2, id: 'fc-1', name: 'f', delta: '{"a":1}' },
    { type: 'part_end', key: 2, state: { id: 'fc-1', thoughtSignature: 'S1' } },
    { type: 'tool_call', key: 3, id: '', name: 'g', delta: '{}' },
    { type: 'part_end', key: 3, state: {} },
    { type: 'text', key: 4, delta: '' },
    { type: 'part_end', key: 4, state: { thoughtSignature: 'S2' } },
    { type: 'marker' },
    { type: 'finish', cause: 'stop', raw: 'STOP' },
  ])
})

test('signed text is never merged with its unsigned neighbours', () => {
  const { content } = streamed(
    chunk(
      [{ text: 'a' }, { text: 'b', thoughtSignature: 'S1' }, { text: 'c' }, { text: 'd' }],
      STOP,
    ),
  )
  assert.deepEqual(content, [
    { type: 'text', text: 'a' },
    { type: 'text', text: 'b', state: { ...ORIGIN, thoughtSignature: 'S1' } },
    { type: 'text', text: 'cd' },
  ])
})

test('a part of a signature alone is kept as empty text', () => {
  const { content } = streamed(chunk([{ thoughtSignature: 'S' }, {}, { text: '' }], STOP))
  const state = { ...ORIGIN, thoughtSignature: 'S' }
  assert.deepEqual(content, [{ type: 'text', text: '', state }])
  const nulls = { text: null, thought: null, functionCall: null, inlineData: null }
  const full = streamed(chunk([{ ...nulls, thoughtSignature: 'S' }, nulls], STOP))
  assert.deepEqual(full.content, content)
})

test('items without a canonical form stay whole and in their place, known or not', () => {
  const items = [
    { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'S' },
    { codeExecutionResult: { outcome: 'OUTCOME_OK' } },
    { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
    { toolCall: { id: 't' }, thoughtSignature: 'T' },
    { somethingNew: true },
  ]
  const { content } = streamed(chunk([{ text: 'a' }, ...items, { text: 'b' }], STOP))
  assert.deepEqual(content, [
    { type: 'text', text: 'a' },
    ...items.map((part) => ({ type: 'opaque', state: { ...ORIGIN, part } })),
    { type: 'text', text: 'b' },
  ])
})

test('numbers that a double cannot hold keep their digits in the arguments', () => {
  const { content } = streamed(
    '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"n":12345678901234567890}}}]},"finishReason":"STOP"}]}',
  )
  const [call] = content
  assert.equal(call?.type === 'tool_call' && call.arguments_json, '{"n":12345678901234567890}')
})

test('arguments that are no object are told as they came, not as none', () => {
  const calls = [{ args: '{"a":1}' }, { args: '{"a' }, { args: [1] }, { args: null }, {}]
  const { content } = streamed(
    chunk(
      calls.map((call) => ({ functionCall: { name: 'f', ...call } })),
      STOP,
    ),
  )
  const told = content.map((part) => (part.type === 'tool_call' ? part.arguments_json : null))
  assert.deepEqual(told, ['{"a":1}', '{"a', '[1]', '{}', '{}'])
})

const piece = (jsonPath: string, value: object) =>
  chunk([{ functionCall: { partialArgs: [{ jsonPath, ...value }], willContinue: true } }])

test('arguments that come in pieces are put together, and without their end the call stays partial, with what came', () => {
  const begin = chunk([
    { functionCall: { id: 'x', name: 'f', willContinue: true }, thoughtSignature: 'S' },
  ])
  const pieces = [
    begin,
    piece('$.city', { stringValue: 'Os', willContinue: true }),
    piece('$.city', { stringValue: 'lo' }),
    piece("$.days[0]['max temp']", { numberValue: 3 }),
    piece('$.days[1].wet', { boolValue: false }),
    piece('$.days[9]', { numberValue: 1 }),
    piece('$.__proto__.polluted', { nullValue: null }),
  ]
  const state = { ...ORIGIN, id: 'x', thoughtSignature: 'S' }
  const call = { type: 'tool_call', id: 'x', name: 'f' } as const
  assert.deepEqual(streamed(...pieces, chunk([{ functionCall: {} }], STOP)).content, [
    {
      ...call,
      arguments_json:
        '{"city":"Oslo","days":[{"max temp":3},{"wet":false}],"__proto__":{"polluted":null}}',
      status: 'ready',
      state,
    },
  ])
  assert.equal('polluted' in {}, false)
  const error = { error: { code: 503, message: 'busy' } }
  for (const cut of [[], [error], ['{"a'], [chunk([], { finishReason: 'MAX_TOKENS' })]]) {
    const arguments_json = '{"city":"Os"}'
    const { content, end } = streamed(...pieces.slice(0, 2), ...cut)
    assert.deepEqual(content, [{ ...call, arguments_json, status: 'partial' }])
    assert.equal(end.length, 1)
    assert.deepEqual(streamed(begin, ...cut).content, [
      { ...call, arguments_json: '', status: 'partial' },
    ])
  }
})

test('a call with arguments and without a name fails the answer; without arguments it is only the end of a call', () => {
  const called = [{ args: { a: 1 } }, { args: '{"a' }, { args: [1] }, { name: '', args: { a: 1 } }]
  const pieces = { partialArgs: [{ jsonPath: '$.a', numberValue: 1 }], willContinue: true }
  for (const functionCall of [...called, pieces]) {
    const events = eventsOf([chunk([{ text: 'a' }, { functionCall }, { text: 'b' }], STOP)])
    assert.deepEqual(fold(events).content, [{ type: 'text', text: 'a' }])
    const last = events.at(-1)
    assert.ok(last?.type === 'fault')
    assert.deepEqual(
      [last.fault.kind, last.fault.code, last.fault.retryable],
      ['provider_error', 'malformed_tool_call', true],
    )
    assert.deepEqual(whole(chunk([{ functionCall }], STOP)).end, [
      'provider_error/malformed_tool_call',
    ])
  }
  for (const functionCall of [{}, { args: {} }, { args: null }, { partialArgs: [] }])
    assert.deepEqual(streamed(chunk([{ text: 'a' }, { functionCall }], STOP)).end, ['stop STOP'])
})

test('other candidates, empty candidates and what is not known are passed over', () => {
  const { content, end } = streamed(
    '',
    '[DONE]',
    7,
    { candidates: null },
    { candidates: [], novelty: { a: 1 } },
    { candidates: [{ index: 1, content: { parts: [{ text: 'no' }] }, finishReason: 'STOP' }] },
    { candidates: [{ content: {} }] },
    {
      candidates: [
        { content: { parts: [null, 3, { text: 'yes', novelty: 1 }] }, finishReason: null },
      ],
    },
    { candidates: [{ finishReason: 'STOP', novelty: [] }] },
  )
  assert.deepEqual(
    { content, end },
    { content: [{ type: 'text', text: 'yes' }], end: ['stop STOP'] },
  )
})

const CAUSES: readonly [unknown, string][] = [
  ['STOP', 'stop STOP'],
  ['MAX_TOKENS', 'length MAX_TOKENS'],
  ['CONTINUATION', 'length CONTINUATION'],
  ['SAFETY', 'content_filter SAFETY'],
  ['RECITATION', 'content_filter RECITATION'],
  ['IMAGE_PROHIBITED_CONTENT', 'content_filter IMAGE_PROHIBITED_CONTENT'],
  ['NO_IMAGE', 'other NO_IMAGE'],
  ['WHATEVER_COMES', 'other WHATEVER_COMES'],
  [1, 'stop 1'],
  ['2', 'length 2'],
  [8, 'other 8'],
  ['MALFORMED_FUNCTION_CALL', 'provider_error/malformed_tool_call'],
  ['UNEXPECTED_TOOL_CALL', 'provider_error/malformed_tool_call'],
  ['TOO_MANY_TOOL_CALLS', 'provider_error/malformed_tool_call'],
  [null, 'transport/truncated'],
  ['', 'transport/truncated'],
]
test('a finish reason ends an answer, streamed or whole, and a failed tool call fails it', () => {
  for (const [finishReason, expected] of CAUSES) {
    assert.deepEqual(streamed(chunk([{ text: 'a' }], { finishReason })).end, [expected])
    if (finishReason)
      assert.deepEqual(whole(chunk([{ text: 'a' }], { finishReason })).end, [expected])
  }
})

test('the enum’s zero ends no answer, as a number or by its name', () => {
  for (const finishReason of [0, '0', 'FINISH_REASON_UNSPECIFIED']) {
    const unsaid = chunk([{ text: 'a' }], { finishReason })
    assert.deepEqual(streamed(unsaid).end, ['transport/truncated'])
    assert.deepEqual(streamed(unsaid, chunk([], STOP)).end, ['stop STOP'])
    assert.deepEqual(whole(unsaid).end, ['other null'])
  }
})

test('a reason that every object has as a name is as unknown as any other', () => {
  for (const finishReason of [...Object.getOwnPropertyNames(Object.prototype), 'prototype']) {
    const answer = chunk([{ text: 'a', [finishReason]: 'x' }], { finishReason })
    assert.deepEqual(streamed(answer).end, [`other ${finishReason}`])
    assert.deepEqual(whole(answer).end, [`other ${finishReason}`])
  }
})

test('reading goes on after the finish reason: later parts and usage count, a later error fails', () => {
  const first = chunk([{ text: 'a' }], STOP)
  const more = streamed(first, chunk([{ text: '', thoughtSignature: 'S' }]), {
    usageMetadata: { promptTokenCount: 2 },
  })
  assert.deepEqual([more.content.length, more.end, more.usage?.input_tokens], [2, ['stop STOP'], 2])
  assert.deepEqual(streamed(first, { error: { code: 503, status: 'UNAVAILABLE' } }).end, [
    'overloaded/null',
  ])
})

test('nothing is told after a fault, and what cannot be parsed is one', () => {
  assert.deepEqual(streamed('{"a', chunk([{ text: 'a' }], STOP)).end, [
    'protocol_violation/bad_event',
  ])
  assert.deepEqual(streamed({ error: 'down' }, chunk([{ text: 'a' }], STOP)).content, [])
  assert.deepEqual(whole('<html>').end, ['protocol_violation/bad_body'])
})

test('usage of a failed call is told before its fault', () => {
  const { usage, fault } = streamed(
    chunk(
      [{ functionCall: { name: 'f' } }],
      { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'Malformed: f(' },
      {
        usageMetadata: { promptTokenCount: 3 },
      },
    ),
  )
  assert.equal(usage?.input_tokens, 3)
  assert.match(fault?.message ?? '', /Malformed: f\(/)
  assert.deepEqual([fault?.retryable, fault?.provider?.code], [true, 'MALFORMED_FUNCTION_CALL'])
})

test('a blocked prompt is a fault with the reason, feedback alone is not', () => {
  const { fault, end } = streamed({
    promptFeedback: { blockReason: 'SAFETY', blockReasonMessage: 'not this' },
  })
  assert.deepEqual(end, ['content_filtered/prompt_blocked'])
  assert.deepEqual(
    [fault?.provider?.http_status, fault?.provider?.code, fault?.provider?.message],
    [200, 'SAFETY', 'not this'],
  )
  assert.deepEqual(streamed({ promptFeedback: { safetyRatings: [] } }).end, ['transport/truncated'])
  const answered = chunk([{ text: 'a' }], STOP, { promptFeedback: { blockReason: 'OTHER' } })
  assert.deepEqual(streamed(answered).end, ['stop STOP'])
})

test('a whole answer is one object or the list of a stream; only the object may lack a finish reason', () => {
  const parts = [chunk([{ text: 'a' }]), chunk([{ text: 'b' }])]
  const said = [{ type: 'text', text: 'ab' }]
  const list = whole([...parts, chunk([], STOP)])
  assert.deepEqual([list.content, list.end], [said, ['stop STOP']])
  const cut = whole(parts)
  assert.deepEqual([cut.content, cut.end], [said, ['transport/truncated']])
  assert.deepEqual(whole(parts[0]).end, ['other null'])
  assert.deepEqual(whole({ usageMetadata: {} }).end, ['transport/truncated'])
  assert.deepEqual(whole([{ error: { code: 503, message: 'busy' } }]).end, ['overloaded/null'])
  assert.deepEqual(whole({ error: { code: 400, message: 'no' } }).end, ['invalid_request/null'])
})
