import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decoder } from '../../../src/dialects/openai-chat/decode.ts'
import { openaiChat } from '../../../src/dialects/openai-chat/index.ts'
import { brief, chunk, DONE, eventsOf, STOP, streamed, whole } from './answer.ts'

test('every spelling of a finish reason has its cause, and unknown ones are other', () => {
  const causes = (
    [
      'stop',
      'eos',
      'end_turn',
      'length',
      'max_tokens',
      'model_length',
      'content_filter',
      'sensitive',
      'tool_calls',
      'function_call',
      'abort',
      'constructor',
    ] as const
  ).map((raw) => streamed(chunk({ content: 'a' }, raw)).end[0])
  assert.deepEqual(causes, [
    'stop stop',
    'stop eos',
    'stop end_turn',
    'length length',
    'length max_tokens',
    'length model_length',
    'content_filter content_filter',
    'content_filter sensitive',
    'tool_calls tool_calls',
    'tool_calls function_call',
    'other abort',
    'other constructor',
  ])
})

const ended = (...reasons: string[]) =>
  streamed(...reasons.map((reason) => chunk({ content: 'a' }, reason))).end
test('a stop on every chunk gives way to a later reason, and no other reason does', () => {
  assert.deepEqual(ended('stop', 'stop', 'length'), ['length length'])
  assert.deepEqual(ended('stop', 'tool_calls'), ['tool_calls tool_calls'])
  assert.deepEqual(ended('length', 'stop'), ['length length'])
})

test('an answer of nothing but a refusal ends as one', () => {
  assert.deepEqual(streamed(chunk({ refusal: 'no' }), STOP).end, ['refusal stop'])
  assert.deepEqual(streamed(chunk({ content: 'a' }), chunk({ refusal: 'no' }), STOP).end, [
    'stop stop',
  ])
})

const typesOf = (...chunks: unknown[]) => eventsOf(chunks).map(({ type }) => type)

test('a finish_reason marks the end, which is told at [DONE] or at the end of the body', () => {
  assert.deepEqual(typesOf(chunk({ content: 'a' }), STOP, DONE), [
    'text',
    'marker',
    'part_end',
    'finish',
  ])
  assert.deepEqual(typesOf(chunk({ content: 'a' }), STOP), ['text', 'marker', 'part_end', 'finish'])
})

const ENDS: readonly [string, unknown[], string][] = [
  ['[DONE] alone is an end without a reason', [chunk({ content: 'a' }), DONE], 'other null'],
  ['no marker is a truncated answer', [chunk({ content: 'a' })], 'transport/truncated'],
  [
    'one empty chunk and nothing more is a truncated answer',
    [chunk({ role: 'assistant', content: '' })],
    'transport/truncated',
  ],
  ['nothing at all is a truncated answer', [], 'transport/truncated'],
  [
    'an error object fails the answer',
    [chunk({ content: 'a' }), { error: { message: 'no', code: 500 } }],
    'provider_error/null',
  ],
  [
    'an error with empty choices fails the answer',
    [{ error: { message: 'no' }, choices: [] }],
    'provider_error/null',
  ],
  [
    'an error of text fails the answer',
    [{ error: 'the model exceeds the available context size' }],
    'context_length/null',
  ],
  [
    'a flat error fails the answer',
    [{ code: 'The service is currently unavailable', error: 'try later' }],
    'overloaded/null',
  ],
  [
    'a flat error object fails the answer',
    [{ object: 'error', message: 'no', type: 'BadRequestError' }],
    'invalid_request/null',
  ],
  [
    'an error of the choice fails the answer',
    [{ choices: [{ index: 0, delta: {}, error: { code: 502 }, finish_reason: 'stop' }] }],
    'provider_error/null',
  ],
  [
    'an error of the choice may be a text',
    [{ choices: [{ index: 0, delta: {}, error: 'rate limit', finish_reason: 'stop' }] }],
    'provider_error/null',
  ],
  ['a list of errors is one', [[{ error: { code: 503, message: 'no' } }]], 'overloaded/null'],
  [
    "MiniMax's status fails the answer",
    [{ choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient balance' } }],
    'quota_exceeded/null',
  ],
  [
    'and its status 0 does not',
    [{ choices: [{ delta: {}, finish_reason: 'stop' }], base_resp: { status_code: 0 } }],
    'stop stop',
  ],
  [
    'the finish reason error fails the answer',
    [chunk({ content: 'a' }, 'error')],
    'provider_error/null',
  ],
  [
    "Zhipu's finish reason network_error fails the answer",
    [chunk({ content: 'a' }, 'network_error')],
    'provider_error/null',
  ],
  [
    "DeepSeek's finish reason of a lack of resources fails the answer",
    [chunk({ content: 'a' }, 'insufficient_system_resource')],
    'overloaded/null',
  ],
  [
    "Groq's reason for stopping a stream early fails the answer",
    [chunk({ content: 'a' }), chunk({}, 'stop', { x_groq: { id: 'r', error: 'over' } }), DONE],
    'provider_error/null',
  ],
  [
    "Groq's failed call fails the answer as malformed",
    [{ error: { code: 'tool_use_failed', type: 'invalid_request_error' } }],
    'provider_error/malformed_tool_call',
  ],
  [
    'an error behind the finish reason still fails the answer',
    [STOP, { error: 'no' }, DONE],
    'provider_error/null',
  ],
  [
    'what is no JSON fails the answer',
    [chunk({ content: 'a' }), '{"choices":['],
    'protocol_violation/bad_event',
  ],
]
for (const [law, chunks, end] of ENDS)
  test(law, () => assert.deepEqual(streamed(...chunks).end, [end]))

test('an event named error is an error, whatever it looks like', () => {
  for (const data of ['{"message":"no"}', '"no"', 'no']) {
    const [event] = decoder().push({ event: 'error', data })
    assert.equal(event?.type === 'fault' && event.fault.provider?.message, 'no')
  }
})

test("what came before a fault is told, and the fault keeps the provider's words", () => {
  const answer = streamed(
    chunk({ content: 'a' }),
    { error: { message: 'no', type: 'server_error', code: 'x1' } },
    chunk({ content: 'b' }),
    DONE,
  )
  assert.deepEqual(brief(answer), ['text "a"'])
  assert.deepEqual(
    answer.faults.map(({ provider }) => provider),
    [
      {
        http_status: 200,
        code: 'x1',
        type: 'server_error',
        message: 'no',
        request_id: null,
        body: '{"error":{"message":"no","type":"server_error","code":"x1"}}',
      },
    ],
  )
})

const BODIES: readonly [string, unknown, string[], string][] = [
  [
    'a completion',
    { choices: [{ message: { content: 'a', reasoning: 'r' }, finish_reason: 'stop' }] },
    ['reasoning "r"', 'text "a"'],
    'stop stop',
  ],
  [
    'a completion behind blank lines',
    '\n\n\n{"choices":[{"message":{"content":"a"},"finish_reason":"length"}]}',
    ['text "a"'],
    'length length',
  ],
  [
    'message and delta: the message counts',
    { choices: [{ message: { content: 'all' }, delta: { content: 'x' }, finish_reason: 'stop' }] },
    ['text "all"'],
    'stop stop',
  ],
  [
    'a completion without a reason',
    { choices: [{ message: { content: 'a' } }] },
    ['text "a"'],
    'other null',
  ],
  ['an error', { error: { message: 'no', type: 'overloaded_error' } }, [], 'overloaded/null'],
  ['a list with an error', [{ error: { message: 'no' } }], [], 'provider_error/null'],
  ['something else', { models: [] }, [], 'protocol_violation/bad_answer'],
  ['a page', '<html></html>', [], 'protocol_violation/bad_answer'],
  ['half a completion', '{"choices":[{"message', [], 'transport/truncated'],
  ['nothing', '', [], 'transport/truncated'],
]
for (const [name, body, expected, end] of BODIES)
  test(`a body: ${name}`, () => {
    const answer = whole(body)
    assert.deepEqual([brief(answer), answer.end], [expected, [end]])
  })

const fault = (status: number, body: object) => {
  const { kind, code, provider } = openaiChat.readFault(
    status,
    { 'x-request-id': 'r-1' },
    JSON.stringify(body),
  )
  assert.deepEqual([provider?.http_status, provider?.request_id], [status, 'r-1'])
  return `${kind}/${code}`
}

test('an HTTP error is classified by its words, then by its status', () => {
  assert.equal(
    fault(500, { error: { code: 500, message: 'Failed to parse tool call arguments as JSON' } }),
    'invalid_request/tool_call_arguments',
  )
  const lacks = (status: number, message: string): string =>
    fault(status, { error: { code: status, message, type: 'server_error' } })
  const hint = ' - hint: if this is unexpected, you may need to provide the mmproj'
  assert.deepEqual(
    [
      lacks(500, `image input is not supported${hint}`),
      lacks(500, `audio input is not supported${hint}`),
      lacks(500, 'tools param requires --jinja flag'),
      lacks(400, '"gemma3:1b" does not support tools'),
      lacks(400, '"qwen2.5:3b" does not support thinking'),
      lacks(500, 'image decoder crashed'),
    ],
    [
      'unsupported_capability/vision',
      'unsupported_capability/audio',
      'unsupported_capability/tools',
      'unsupported_capability/tools',
      'unsupported_capability/reasoning',
      'provider_error/null',
    ],
  )
  assert.equal(
    fault(400, { error: { code: 'tool_use_failed' } }),
    'provider_error/malformed_tool_call',
  )
  assert.equal(
    fault(400, { error: { code: 400, type: 'exceed_context_size_error' } }),
    'context_length/null',
  )
  assert.equal(fault(503, { error: { code: 503, message: 'Loading model' } }), 'overloaded/null')
  assert.equal(fault(401, { error: 'Unauthorized' }), 'authentication/null')
})

const exhausted = (quotaId: string): string =>
  JSON.stringify([
    {
      error: {
        code: 429,
        status: 'RESOURCE_EXHAUSTED',
        message: 'You exceeded your current quota, please check your plan and billing details.',
        details: [{ violations: [{ quotaId }] }, { retryDelay: '45s' }],
      },
    },
  ])

test("Google's exhausted quotas are told apart on this wire, too, with their delays", () => {
  const [minute, day] = ['RequestsPerMinute', 'RequestsPerDay'].map((quotaId) =>
    openaiChat.readFault(429, {}, exhausted(quotaId)),
  )
  assert.deepEqual(
    [minute?.kind, minute?.retry_after_ms, day?.kind],
    ['rate_limited', 45_000, 'quota_exceeded'],
  )
})
