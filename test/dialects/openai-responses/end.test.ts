import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { readFault } from '../../../src/dialects/openai-responses/fault.ts'
import { call, ended, message, piece, response, streamed, text, whole } from './answer.ts'

const ENDINGS: readonly [string, JsonObject, string][] = [
  ['completed', { output: [message([text('a')])] }, 'stop completed'],
  ['a refusal', { output: [message([{ type: 'refusal', refusal: 'no' }])] }, 'refusal completed'],
  [
    'a refusal beside a call',
    { output: [message([{ type: 'refusal', refusal: 'no' }]), call('{}')] },
    'tool_calls completed',
  ],
  [
    'a refusal beside a text',
    { output: [message([text('a'), { type: 'refusal', refusal: 'no' }])] },
    'stop completed',
  ],
  [
    'out of tokens',
    { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    'length max_output_tokens',
  ],
  [
    'filtered',
    { status: 'incomplete', incomplete_details: { reason: 'content_filter' } },
    'content_filter content_filter',
  ],
  ['incomplete without a reason', { status: 'incomplete' }, 'other incomplete'],
  ['cancelled', { status: 'cancelled' }, 'other cancelled'],
  [
    'failed',
    { status: 'failed', error: { code: 'server_error', message: 'oops' } },
    'provider_error/null',
  ],
  ['failed without a word', { status: 'failed' }, 'provider_error/null'],
]

test('a stream and a whole body end alike, by status, reason and what was said', () => {
  for (const [name, rest, end] of ENDINGS) {
    assert.deepEqual(streamed(ended(rest)).end, [end], name)
    assert.deepEqual(whole(response(rest)).end, [end], name)
  }
})

test('a stream may end with response.done, and as its status says', () => {
  for (const [name, rest, end] of ENDINGS) {
    const done = { ...ended(rest), type: 'response.done' }
    assert.deepEqual(streamed(done).end, [end], name)
  }
  assert.deepEqual(streamed({ type: 'response.done' }).end, ['stop completed'])
})

test('usage and what the response says of itself are told, also of a failed one', () => {
  const usage = {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 3 },
    total_tokens: 15,
  }
  const rest = {
    usage,
    service_tier: 'priority',
    tools: [{}],
    instructions: 'x',
    background: false,
  }
  for (const status of ['completed', 'failed']) {
    const answer = streamed(ended({ status, ...rest }))
    assert.deepEqual(answer.usage, {
      input_tokens: 10,
      cached_input_tokens: 4,
      cache_write_input_tokens: null,
      output_tokens: 5,
      reasoning_tokens: 3,
      total_tokens: 15,
      raw: usage,
    })
    assert.deepEqual(answer.metadata, {
      response_id: 'resp_1',
      model: 'm-1-served',
      service_tier: 'priority',
    })
    assert.deepEqual(answer.raw, { background: false })
  }
})

const quota = {
  code: 'insufficient_quota',
  type: 'insufficient_quota',
  message: 'You exceeded your current quota',
}
const failed = ended({ status: 'failed', error: { code: 'server_error', message: 'later' } })

test('an error inside the stream is one fault, whatever its shape and whatever follows', () => {
  const shapes = [
    { ...quota, type: 'error', sequence_number: 2 },
    { type: 'error', error: quota },
    { error: quota },
    ended({ status: 'failed', error: quota }),
    { type: 'response.failed', error: quota },
    { type: 'response.failed', response: response({ status: 'in_progress' }), error: quota },
  ]
  for (const shape of shapes) {
    const { end, faults, parts } = streamed(
      piece('output_text', 'so far', { output_index: 0 }),
      shape,
      failed,
      ended(),
    )
    assert.deepEqual(end, ['quota_exceeded/null'])
    assert.equal(faults[0]?.provider?.http_status, 200)
    assert.deepEqual(parts, [{ type: 'text', text: 'so far' }])
  }
  assert.deepEqual(streamed(ended(), { error: quota }).end, [
    'stop completed',
    'quota_exceeded/null',
  ])
})

test('a failure told in plain words keeps them', () => {
  for (const rest of [{ error: 'out of memory' }, { response: { error: 'out of memory' } }]) {
    const [fault] = streamed({ type: 'response.failed', ...rest }).faults
    assert.equal(fault?.provider?.message, 'out of memory')
  }
})

test('what is no answer of this wire says what it is', () => {
  assert.deepEqual(streamed('{"type":').end, ['protocol_violation/bad_event'])
  assert.deepEqual(streamed({ object: 'chat.completion.chunk', choices: [] }).end, [
    'protocol_violation/chat_answer',
  ])
  assert.deepEqual(whole({ choices: [{ message: {} }] }).end, ['protocol_violation/chat_answer'])
  for (const body of ['<html>', '[]', response({ status: 'queued' }), { detail: 'x' }])
    assert.deepEqual(whole(body).end, ['protocol_violation/bad_answer'])
  assert.deepEqual(whole({ error: quota }).end, ['quota_exceeded/null'])
  assert.deepEqual(streamed().end, ['transport/truncated'])
})

const AUTH = { error: { message: 'Incorrect API key provided: sk-abc', code: null } }
const REFUSALS: readonly [number, JsonObject, string][] = [
  [429, { error: quota }, 'quota_exceeded/null'],
  [
    429,
    { error: { code: 'credit_balance_exhausted', type: 'insufficient_quota' } },
    'quota_exceeded/null',
  ],
  [429, { error: { code: 'slow_down', message: 'ramp up' } }, 'rate_limited/null'],
  [400, { error: { code: 'context_length_exceeded', message: 'too long' } }, 'context_length/null'],
  [
    400,
    { error: { code: 400, type: 'exceed_context_size_error', n_ctx: 1 } },
    'context_length/null',
  ],
  [
    400,
    { error: { code: 'invalid_encrypted_content', message: 'x' } },
    'invalid_request/unverifiable_reasoning',
  ],
  [
    400,
    {
      error: {
        message:
          "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
      },
    },
    'invalid_request/unverifiable_reasoning',
  ],
  [
    400,
    {
      error: {
        code: 'invalid_value',
        message: 'Conflicting authenticated continuation identities',
        param: 'input',
      },
    },
    'invalid_request/unverifiable_reasoning',
  ],
  [
    400,
    { error: { code: 'invalid_prompt', message: 'flagged by our usage policy' } },
    'content_filtered/null',
  ],
  [400, { error: { code: 'invalid_prompt', message: 'bad shape' } }, 'invalid_request/null'],
  [400, { error: { code: 'model_not_found', message: 'x' } }, 'not_found/model_not_found'],
  [400, AUTH, 'authentication/null'],
  [401, AUTH, 'authentication/null'],
  [403, { error: { message: 'country' } }, 'permission/null'],
  [503, { error: { code: 'server_is_overloaded' } }, 'overloaded/null'],
  [500, { error: { type: 'server_error', message: 'oops' } }, 'provider_error/null'],
]

test('an HTTP error is what its code says, then its words, then its status; a key is never repeated', () => {
  for (const [status, body, kind] of REFUSALS) {
    const fault = readFault(status, { 'x-request-id': 'req_1' }, JSON.stringify(body))
    assert.equal(`${fault.kind}/${fault.code}`, kind, JSON.stringify(body))
    assert.deepEqual([fault.provider?.http_status, fault.provider?.request_id], [status, 'req_1'])
    assert.ok(!fault.message.includes('sk-'))
  }
})

const inside = (code: string) =>
  streamed(ended({ status: 'failed', error: { code, message: 'm' } })).end

test("inside an answer a bad image is the request's fault and a policy blocks the prompt", () => {
  assert.deepEqual(inside('invalid_image_url'), ['invalid_request/null'])
  assert.deepEqual(inside('bio_policy'), ['content_filtered/null'])
  assert.deepEqual(inside('rate_limit_exceeded'), ['rate_limited/null'])
})
