import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classify, readWords, wordsOf } from '../../../src/dialects/shared/error.ts'

const SHAPES: readonly [
  string,
  string,
  { code?: string; type?: string; message?: string | null },
][] = [
  [
    'an error object',
    '{"error":{"message":"no","type":"t","code":"c"}}',
    { message: 'no', type: 't', code: 'c' },
  ],
  [
    'a status for a code',
    '{"error":{"code":503,"message":"no","type":"t"}}',
    { message: 'no', type: 't' },
  ],
  [
    'a number that is no status',
    '{"object":"error","message":"no","type":"400","code":3051}',
    { message: 'no', code: '3051' },
  ],
  ['a text for an error', '{"code":"busy","error":"no"}', { message: 'no', code: 'busy' }],
  ['validation details', '{"detail":[{"msg":"a"},{"msg":"b"}]}', { message: 'a; b' }],
  [
    'a list',
    '[{"error":{"status":"INVALID_ARGUMENT","code":400,"message":"no"}}]',
    { message: 'no', type: 'INVALID_ARGUMENT' },
  ],
  [
    'the form of a stream',
    'data: {"error": {"message": "no", "type": "t", "code": "500"}}\n\ndata: [DONE]\n\n',
    { message: 'no', type: 't' },
  ],
  [
    'a list of errors',
    '{"errors":[{"message":"no","code":7003}]}',
    { message: 'no', code: '7003' },
  ],
  ['a list under error', '{"error":[{"message":"no","type":"t"}]}', { message: 'no', type: 't' }],
  ['an abbreviation', '{"code":500,"msg":"no","success":false}', { message: 'no' }],
  ['a capital letter', '{"Message":"no"}', { message: 'no' }],
  ['a detail that is an object', '{"detail":{"message":"no"}}', { message: 'no' }],
  ['an error under the detail', '{"detail":{"error":"no"}}', { message: 'no' }],
  ['details under the message', '{"message":{"detail":[{"msg":"no"}]}}', { message: 'no' }],
  [
    'what stands behind it, as text',
    '{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\\"error\\":{\\"message\\":\\"no\\",\\"code\\":\\"c\\"}}"}}}',
    { message: 'no', code: 'c' },
  ],
  [
    'what stands behind it, as an object',
    '{"error":{"message":"Provider returned error","type":"t","metadata":{"raw":{"message":"no"}}}}',
    { message: 'no', type: 't' },
  ],
  [
    'what stands behind it, in plain words',
    '{"error":{"message":"Provider returned error","metadata":{"raw":"no"}}}',
    { message: 'no' },
  ],
  ['plain text', 'upstream gone\n', { message: 'upstream gone' }],
  ['a page', '<html><title>502 Bad Gateway</title></html>', { message: '502 Bad Gateway' }],
  ['nothing', '', { message: null }],
]
for (const [name, body, said] of SHAPES)
  test(`the provider's words are found in ${name}`, () => {
    const { code, type, message } = readWords({}, body)
    assert.deepEqual({ code, type, message }, { code: null, type: null, ...said })
  })

test('the request id comes from the headers, and the body stays as it came', () => {
  const words = readWords({ 'x-request-id': 'r-1' }, '{"error":"no"}')
  assert.deepEqual([words.request_id, words.body], ['r-1', '{"error":"no"}'])
})

const kindOf = (status: number | null, error: unknown) => {
  const { kind, code } = classify(wordsOf({ error }), status)
  return code === null ? kind : `${kind}/${code}`
}

test('a status that nothing else explains has its kind', () => {
  const kinds = [
    301, 400, 401, 402, 403, 404, 408, 409, 413, 418, 422, 429, 498, 500, 501, 503, 504, 529,
  ]
  assert.deepEqual(
    kinds.map((status) => `${status} ${kindOf(status, 'no')}`),
    [
      '301 protocol_violation/unexpected_status',
      '400 invalid_request',
      '401 authentication',
      '402 quota_exceeded',
      '403 permission',
      '404 not_found',
      '408 timeout/provider',
      '409 provider_error',
      '413 invalid_request',
      '418 invalid_request',
      '422 invalid_request',
      '429 rate_limited',
      '498 overloaded',
      '500 provider_error',
      '501 invalid_request',
      '503 overloaded',
      '504 timeout/provider',
      '529 overloaded',
    ],
  )
})

const told = (status: number, error: unknown): string =>
  classify(wordsOf({ error }), status).message

test('an answer that mostly means a mistake in the configuration says where to look', () => {
  assert.deepEqual(
    [told(404, 'Not Found'), told(404, {}), told(301, {})],
    [
      "the provider failed the request with HTTP 404 (check the model's name and the target's endpoint): Not Found",
      "the provider answered with HTTP 404 and no message (check the model's name and the target's endpoint)",
      "the provider answered with HTTP 301 and no message (check the target's endpoint)",
    ],
  )
})

test('code and type go before message, and message before status', () => {
  assert.equal(kindOf(429, { code: 'insufficient_quota', message: 'rate' }), 'quota_exceeded')
  assert.equal(kindOf(429, { message: 'You exceeded your current quota' }), 'quota_exceeded')
  assert.equal(kindOf(429, { message: 'please check your billing details' }), 'quota_exceeded')
  assert.equal(kindOf(429, { message: 'too many tokens per minute' }), 'rate_limited')
  assert.equal(
    kindOf(413, { code: 'rate_limit_exceeded', message: 'too large' }),
    'invalid_request',
  )
  assert.equal(kindOf(403, { message: 'this method requires billing to be enabled' }), 'permission')
  assert.equal(kindOf(400, { message: 'maximum context length is 8192 tokens' }), 'context_length')
  assert.equal(kindOf(400, { type: 'exceed_context_size_error' }), 'context_length')
  assert.equal(kindOf(400, { message: 'API key not valid' }), 'authentication')
  assert.equal(kindOf(400, { code: 'model_not_found' }), 'not_found/model_not_found')
  assert.equal(kindOf(400, { code: 'tool_use_failed' }), 'provider_error/malformed_tool_call')
})

const IN_THEIR_WORDS: readonly [string, number, { code?: string | number; message?: string }][] = [
  ['context_length', 400, { message: 'is longer than the maximum model length of 2048.' }],
  ['context_length', 422, { message: '`inputs` tokens + `max_new_tokens` must be <= 2048.' }],
  ['context_length', 400, { message: 'Range of input length should be [1, 129024]' }],
  ['context_length', 400, { message: 'Your request exceeded model token limit: 8192' }],
  ['context_length', 413, { message: 'must be less than max_seq_len (8192).' }],
  ['context_length', 400, { message: 'Input is too long for requested model.' }],
  [
    'context_length',
    400,
    { message: 'Input length (9 tokens) exceeds the maximum allowed length' },
  ],
  ['context_length', 400, { message: 'prompt length (9) should not exceed max_num_tokens (8)' }],
  ['context_length', 400, { code: '1261', message: 'Prompt exceeds max length' }],
  ['context_length', 500, { message: 'Context size has been exceeded.' }],
  ['context_length', 500, { message: 'the request exceeds the available context size' }],
  ['context_length', 413, { code: 'tokens_limit_reached' }],
  ['rate_limited', 400, { message: 'Too many tokens, please wait before trying again.' }],
  ['rate_limited', 500, { message: 'Too many tokens, please wait before trying again.' }],
  ['rate_limited', 200, { message: 'too many tokens per minute' }],
  ['context_length', 400, { message: 'too many tokens per request' }],
  ['invalid_request', 400, { message: 'stop: input length (9) exceeds the maximum of 4' }],
  ['context_length', 400, { code: 'model_max_prompt_tokens_exceeded' }],
  ['quota_exceeded', 400, { code: 'Arrearage', message: 'Access denied' }],
  ['quota_exceeded', 400, { code: 'budget_exceeded' }],
  ['quota_exceeded', 403, { code: 'exceeded_current_quota_error' }],
  ['quota_exceeded', 403, { code: 'insufficient_user_quota', message: '用户额度不足' }],
  ['quota_exceeded', 429, { code: '1113', message: '余额不足或无可用资源包,请充值。' }],
  ['quota_exceeded', 429, { code: '1113', message: '您的账户已欠费，请充值后重试。' }],
  ['quota_exceeded', 429, { message: 'you have used up your daily free allocation' }],
  ['quota_exceeded', 429, { message: 'Rate limit exceeded: free-models-per-day.' }],
  ['rate_limited', 429, { message: 'Rate limit reached on tokens per day (TPD)' }],
  ['content_filtered', 400, { message: 'your prompt was flagged as potentially violating' }],
  ['content_filtered', 400, { message: 'Content Exists Risk' }],
  ['content_filtered', 400, { code: '1301', message: '生成内容可能包含不安全或敏感内容' }],
  ['content_filtered', 400, { code: 'data_inspection_failed' }],
  ['content_filtered', 400, { code: 'DataInspectionFailed' }],
  ['not_found/model_not_found', 400, { message: 'Model Not Exist' }],
  ['not_found/model_not_found', 400, { message: 'Model does not exist. Please check it.' }],
  ['not_found/model_not_found', 400, { message: "model 'm' not found" }],
  ['not_found/model_not_found', 400, { message: 'AiError: No such model @cf/m or task' }],
  ['not_found/model_not_found', 400, { code: 'model_decommissioned' }],
  ['not_found/model_not_found', 400, { code: 'model_not_supported' }],
  [
    'unsupported_capability/tools',
    400,
    { message: 'choice requires --tool-call-parser to be set' },
  ],
  ['unsupported_capability/vision', 400, { message: 'm is not a multimodal model' }],
  ['unsupported_capability/vision', 400, { message: 'Model does not support images.' }],
]
test('what a server says in words of its own goes before its status', () => {
  for (const [kind, status, error] of IN_THEIR_WORDS)
    assert.equal(kindOf(status, error), kind, JSON.stringify(error))
})

test('a bad request that names a tool of billing is no exhausted quota', () => {
  for (const name of ['get_billing', 'billing-lookup', '`billing`', "'billing'", '"billing"'])
    assert.equal(kindOf(400, { message: `Invalid schema for ${name}: x` }), 'invalid_request')
})

test('an error inside a 200 is judged by its own code, type and told status, else it is a provider error', () => {
  assert.equal(kindOf(200, 'something broke'), 'provider_error')
  assert.equal(kindOf(200, { type: 'server_error' }), 'provider_error')
  assert.equal(kindOf(200, { type: 'overloaded_error' }), 'overloaded')
  assert.equal(kindOf(200, { type: 'invalid_request_error' }), 'invalid_request')
  assert.equal(kindOf(200, { code: 429, message: 'slow' }), 'rate_limited')
  assert.equal(classify(wordsOf({ error: { code: 429 } }), 200).provider?.http_status, 200)
})

test('words that every object knows say nothing', () => {
  for (const word of ['constructor', 'toString', '__proto__'])
    assert.equal(kindOf(200, { type: word, code: word }), 'provider_error')
})

test("a dialect's own rules come first", () => {
  const rule = { when: () => true, kind: 'overloaded', code: 'mine' } as const
  assert.equal(classify(wordsOf('x'), 400, [rule]).code, 'mine')
})

test('what a provider says about a credential is not repeated', () => {
  const fault = classify(
    wordsOf({ error: { code: 'invalid_api_key', message: 'Incorrect API key: sk-abcd' } }),
    401,
  )
  assert.doesNotMatch(fault.message, /sk-/)
})
