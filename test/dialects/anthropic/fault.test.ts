import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFault } from '../../../src/dialects/anthropic/fault.ts'

const error = (type: string, message: string, more: object = {}): string =>
  JSON.stringify({ type: 'error', error: { type, message, ...more }, request_id: 'req_1' })

test('an HTTP error has the kind and code that its words mean, not only its status', () => {
  const bad = 'invalid_request_error'
  const cases: [number, string, string, string | null][] = [
    [400, error(bad, 'temperature: range: 0..1'), 'invalid_request', null],
    [400, error(bad, 'prompt is too long: 9 tokens > 8 maximum'), 'context_length', null],
    [400, '{"message":"Input is too long for requested model."}', 'context_length', null],
    [400, error(bad, 'Output blocked by content filtering policy'), 'content_filtered', null],
    [
      400,
      error(bad, 'input length and `max_tokens` exceed context limit: 9'),
      'context_length',
      null,
    ],
    [400, error(bad, 'Your credit balance is too low to access the API.'), 'quota_exceeded', null],
    [
      400,
      error(
        bad,
        'You have reached your specified API usage limits. You will regain access on 1 May.',
      ),
      'quota_exceeded',
      'spend_limit',
    ],
    [
      400,
      error(bad, 'messages.1.content.0: Invalid `signature` in `thinking` block'),
      'invalid_request',
      'unverifiable_reasoning',
    ],
    [
      400,
      error(
        bad,
        'messages.3.content.0: Invalid signature in thinking block. The block is bound to a different conversation.',
      ),
      'invalid_request',
      'unverifiable_reasoning',
    ],
    [
      400,
      error(bad, 'messages.1.content.0.thinking.signature: Field required'),
      'invalid_request',
      'unverifiable_reasoning',
    ],
    [
      400,
      error(
        bad,
        '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.',
      ),
      'invalid_request',
      'modified_reasoning',
    ],
    [401, error('authentication_error', 'invalid x-api-key'), 'authentication', null],
    [402, error('billing_error', 'x'), 'quota_exceeded', null],
    [403, error('permission_error', 'x'), 'permission', null],
    [404, error('not_found_error', 'model: x'), 'not_found', null],
    [409, error('conflict_error', 'x'), 'provider_error', null],
    [413, '<html>Request Entity Too Large</html>', 'invalid_request', null],
    [429, error('rate_limit_error', 'x'), 'rate_limited', null],
    [
      429,
      error('rate_limit_error', 'x', { details: { error_code: 'enforced_spend_limit_reached' } }),
      'quota_exceeded',
      'spend_limit',
    ],
    [500, error('api_error', 'x'), 'provider_error', null],
    [504, error('timeout_error', 'x'), 'timeout', 'provider'],
    [529, error('overloaded_error', 'Overloaded'), 'overloaded', null],
    [
      400,
      JSON.stringify({
        error: { code: 400, message: 'too big', type: 'exceed_context_size_error' },
      }),
      'context_length',
      null,
    ],
  ]
  for (const [status, body, kind, code] of cases) {
    const fault = readFault(status, {}, body)
    assert.deepEqual(
      [fault.kind, fault.code, fault.provider?.http_status],
      [kind, code, status],
      body,
    )
  }
})

test('the provider’s own words are kept, with the request id', () => {
  const body = error('overloaded_error', 'Overloaded')
  assert.deepEqual(readFault(529, {}, body).provider, {
    http_status: 529,
    code: null,
    type: 'overloaded_error',
    message: 'Overloaded',
    request_id: 'req_1',
    body,
  })
})
