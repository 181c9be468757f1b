import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { gemini } from '../../../src/dialects/gemini/index.ts'
import { streamed } from './answer.ts'

const info = (reason: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason })
const quota = (quotaId: string) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaId }],
})
const retry = (retryDelay: string) => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
})

const error = (code: number, status: string, message: string, ...details: JsonObject[]) => ({
  error: { code, status, message, details },
})

/** Status, body, kind/code and the delay in ms. */
const ROWS: readonly [number, unknown, string, number | null][] = [
  [
    400,
    error(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass one.', info('API_KEY_INVALID')),
    'authentication/null',
    null,
  ],
  [
    400,
    error(400, 'INVALID_ARGUMENT', 'API key expired. Please renew it.'),
    'authentication/null',
    null,
  ],
  [
    400,
    error(400, 'INVALID_ARGUMENT', 'Unknown name "x" at \'y\': Cannot find field.'),
    'invalid_request/null',
    null,
  ],
  [
    400,
    error(
      400,
      'INVALID_ARGUMENT',
      'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).',
    ),
    'context_length/null',
    null,
  ],
  [
    400,
    error(400, 'INVALID_ARGUMENT', 'Thought signature is not valid'),
    'invalid_request/unverifiable_reasoning',
    null,
  ],
  [
    400,
    error(400, 'INVALID_ARGUMENT', 'Corrupted thought signature.'),
    'invalid_request/unverifiable_reasoning',
    null,
  ],
  [
    400,
    error(
      400,
      'INVALID_ARGUMENT',
      'Function call is missing a thought_signature in functionCall parts.',
    ),
    'invalid_request/unverifiable_reasoning',
    null,
  ],
  [
    400,
    error(400, 'FAILED_PRECONDITION', 'User location is not supported; enable billing.'),
    'invalid_request/failed_precondition',
    null,
  ],
  [401, error(401, 'UNAUTHENTICATED', 'no'), 'authentication/null', null],
  [
    402,
    error(402, 'RESOURCE_EXHAUSTED', 'Prepaid credits are used up.', retry('1s')),
    'quota_exceeded/null',
    null,
  ],
  [
    403,
    error(403, 'PERMISSION_DENIED', 'The key was reported as leaked.'),
    'permission/null',
    null,
  ],
  [404, error(404, 'NOT_FOUND', 'models/x is not found'), 'not_found/null', null],
  [413, '<html><title>413</title></html>', 'invalid_request/null', null],
  [
    429,
    error(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details.',
      quota('RequestsPerMinute-FreeTier'),
      retry('34.4s'),
    ),
    'rate_limited/null',
    34_400,
  ],
  [
    429,
    error(429, 'RESOURCE_EXHAUSTED', 'Slow down. Please retry in 45.837906927s.'),
    'rate_limited/null',
    45_838,
  ],
  [429, error(429, 'RESOURCE_EXHAUSTED', 'Resource exhausted.'), 'rate_limited/null', null],
  [
    429,
    error(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota.',
      quota('GenerateRequestsPerDayPerModel'),
      retry('39s'),
    ),
    'quota_exceeded/null',
    null,
  ],
  [499, error(499, 'CANCELLED', 'The operation was cancelled.'), 'provider_error/null', null],
  [500, error(500, 'INTERNAL', 'An internal error has occurred.'), 'provider_error/null', null],
  [
    503,
    error(503, 'UNAVAILABLE', 'The model is overloaded.', retry('2s')),
    'overloaded/null',
    2000,
  ],
  [503, '<html>no</html>', 'overloaded/null', null],
  [504, error(504, 'DEADLINE_EXCEEDED', 'late'), 'timeout/provider', null],
]

test('an error answer is classified by its reason, then its words, then its status, with the delay it asks for', () => {
  for (const [status, body, expected, delay] of ROWS) {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const fault = gemini.readFault(status, {}, text)
    assert.deepEqual([`${fault.kind}/${fault.code}`, fault.retry_after_ms], [expected, delay], text)
    assert.equal(fault.provider?.http_status, status)
  }
})

test('an error wrapped in a list, or told inside an answer, means the same', () => {
  for (const [status, body, expected, delay] of ROWS) {
    if (typeof body === 'string') continue
    const wrapped = gemini.readFault(status, {}, JSON.stringify([body]))
    const { fault: inside } = streamed(body)
    for (const fault of [wrapped, inside])
      assert.deepEqual([`${fault?.kind}/${fault?.code}`, fault?.retry_after_ms], [expected, delay])
    assert.equal(inside?.provider?.http_status, 200)
  }
})

test('a status without a number is enough inside an answer', () => {
  const kinds = [
    'UNAVAILABLE',
    'RESOURCE_EXHAUSTED',
    'PERMISSION_DENIED',
    'INVALID_ARGUMENT',
    'INTERNAL',
  ].map((status) => streamed({ error: { status, message: 'm' } }).end.join())
  assert.deepEqual(kinds, [
    'overloaded/null',
    'rate_limited/null',
    'permission/null',
    'invalid_request/null',
    'provider_error/null',
  ])
})

test('a refused key is never quoted', () => {
  const body = JSON.stringify(error(400, 'INVALID_ARGUMENT', 'API key not valid: AIza-secret'))
  assert.doesNotMatch(gemini.readFault(400, {}, body).message, /AIza/)
})
