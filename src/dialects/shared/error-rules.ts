// The rules that hold for every provider: which words and which status mean which kind of fault. Data, no state.
import type { ErrorKind } from '../../protocol/fault.ts'
import type { ProviderWords, Rule } from './error.ts'

const CONTEXT =
  /context.length|context window|maximum context|(prompt|input) is too long|prompt too long|maximum prompt length|reduce the length|available context size|input token count (.* exceeds|is \d+ but)|too many (input |prompt )?tokens|total length of all messages|longer than the maximum model length|`inputs` (tokens \+ `max_new_tokens` must be|must have less than)|range of input length|exceeded model token limit|must be less than max_seq_len|input length \(\d+ tokens\) exceeds the maximum|should not exceed max_num_tokens|prompt exceeds max length|context size has been exceeded/i
/** Limits by time are limits of tokens as well: Bedrock's words for a rate. */
const THROTTLED = /please wait before trying again|too many tokens per (minute|hour|day)/i
/** A bad request may name a tool or a function that has to do with billing. */
const QUOTA =
  /exceeded your current quota|credit balance|insufficient (balance|credits|funds)|out of credits|(?<![-\w'"`])billing(?![-\w'"`])|spend(ing)? limit|requires more credits|(weekly|monthly) usage limit|daily free allocation|free-models-per-day|api calls \/ month|余额不足|欠费/i
const BAD_KEY =
  /incorrect api key|invalid api key|api key not valid|api_key_invalid|api key (is )?invalid|login fail: please carry the api secret/i
const NO_MODEL =
  /model[ _]not[ _]found|not a valid model id|model .{1,200} does not exist|invalid model( name)?\b|supported api model names|unknown model|model (does )?not exist|no such model|model (['"`]).{1,200}?\3 (is )?not (found|supported by any provider)/i
/** Local servers on what the model or their own start leaves out: for good, whatever status they give it (llama.cpp: 500). */
const LACKS = {
  vision:
    /image input is not supported|missing data required for image input|is not a multimodal model|at most 0 image\(s\)|model does not support images/i,
  audio: /audio input is not supported/i,
  tools:
    /tools param requires --jinja|does not support tools|requires (--enable-auto-tool-choice|--tool-call-parser)/i,
  reasoning: /does not support thinking/i,
}
const MODERATION = /moderation|flagged|violates (the )?(usage|content)/i
/** Blocked prompts under a bad request's status. */
const BLOCKED =
  /prompt was flagged|content management policy|ContentPolicyViolation|content exists risk|new_sensitive|不安全或敏感内容/i

type Field = 'code' | 'type'

const said = (words: ProviderWords, names: readonly string[]): boolean =>
  (['code', 'type'] as readonly Field[]).some((field) => names.includes(words[field] ?? ''))

/** Statuses under which a text is taken at its word: bad requests, and errors inside a 200. */
const plain = (status: number | null): boolean =>
  status === null || [400, 413, 422].includes(status)

/** Local servers, llama.cpp and its kin among them, say so under a 500 as well. */
const plainOr500 = (status: number | null): boolean => plain(status) || status === 500

const names = (kind: ErrorKind, code: string | null, ...list: readonly string[]): Rule => ({
  when: (words) => said(words, list),
  kind,
  code,
})

const text = (
  kind: ErrorKind,
  code: string | null,
  pattern: RegExp,
  under: (status: number | null) => boolean,
): Rule => ({
  when: (words, status) => under(status) && pattern.test(words.message ?? ''),
  kind,
  code,
})

/** Codes and telling types first, then messages. Types that say no more than the status are in {@link KIND_OF_TYPE}. */
export const COMMON_RULES: readonly Rule[] = [
  names(
    'context_length',
    null,
    'context_length_exceeded',
    'exceed_context_size_error',
    'too_many_prompt_tokens',
    'model_max_prompt_tokens_exceeded',
    'tokens_limit_reached',
  ),
  names(
    'quota_exceeded',
    null,
    'insufficient_quota',
    'credit_balance_exhausted',
    'billing_hard_limit_reached',
    'billing_error',
    'enforced_spend_limit',
    'exceeded_current_quota_error',
    'budget_exceeded',
    'Arrearage',
    'AllocationQuota.FreeTierOnly',
    'AccountOverdueError',
    'insufficient_user_quota',
  ),
  names('authentication', null, 'invalid_api_key', 'authentication_error', 'API_KEY_INVALID'),
  names(
    'content_filtered',
    null,
    'content_filter',
    'content_policy_violation',
    'moderation_blocked',
    'ResponsibleAIPolicyViolation',
    'data_inspection_failed',
    'DataInspectionFailed',
    'SensitiveContentDetected',
    'InputTextSensitiveContentDetected',
  ),
  names(
    'not_found',
    'model_not_found',
    'model_not_found',
    'invalid_model',
    'model_not_available',
    'model_not_supported',
    'model_decommissioned',
  ),
  // Under 413 the request is larger than the limit is: it never fits.
  {
    when: (words, status) =>
      status !== 413 &&
      said(words, ['rate_limit_exceeded', 'rate_limit_error', 'rate_limited', 'slow_down']),
    kind: 'rate_limited',
    code: null,
  },
  names(
    'overloaded',
    null,
    'overloaded_error',
    'server_is_overloaded',
    'capacity_exceeded',
    'insufficient_system_resource',
    'unavailable_error',
  ),
  names('provider_error', 'malformed_tool_call', 'tool_use_failed'),
  // Google cancels calls of its own accord, under 499: the same call usually succeeds when it is made again.
  names('provider_error', null, 'CANCELLED'),
  ...Object.entries(LACKS).map(([capability, words]) =>
    text('unsupported_capability', capability, words, plainOr500),
  ),
  text('rate_limited', null, THROTTLED, plainOr500),
  text('context_length', null, CONTEXT, plainOr500),
  text('quota_exceeded', null, QUOTA, (status) => plain(status) || status === 429),
  text('authentication', null, BAD_KEY, plain),
  text('not_found', 'model_not_found', NO_MODEL, plain),
  text('content_filtered', null, BLOCKED, plain),
  text('content_filtered', null, MODERATION, (status) => status === 403),
]

/** What a type (or code) alone says, asked only where there is no HTTP status to go by. */
export const KIND_OF_TYPE: Readonly<Record<string, ErrorKind>> = {
  invalid_request_error: 'invalid_request',
  BadRequestError: 'invalid_request',
  permission_error: 'permission',
  not_found_error: 'not_found',
  NotFoundError: 'not_found',
  request_too_large: 'invalid_request',
  timeout_error: 'timeout',
  service_unavailable_error: 'overloaded',
  'The service is currently unavailable': 'overloaded',
}

const KIND_OF_STATUS: Readonly<Record<number, readonly [ErrorKind, string | null]>> = {
  401: ['authentication', null],
  402: ['quota_exceeded', null],
  403: ['permission', null],
  404: ['not_found', null],
  408: ['timeout', 'provider'],
  409: ['provider_error', null],
  424: ['provider_error', null],
  425: ['provider_error', null],
  429: ['rate_limited', null],
  498: ['overloaded', null],
  501: ['invalid_request', null],
  503: ['overloaded', null],
  504: ['timeout', 'provider'],
  505: ['invalid_request', null],
  529: ['overloaded', null],
}

/** Kind and code of an HTTP status that nothing else explains. */
export function kindOfStatus(status: number): readonly [ErrorKind, string | null] {
  const row = KIND_OF_STATUS[status]
  if (row) return row
  if (status >= 500) return ['provider_error', null]
  return status >= 400 ? ['invalid_request', null] : ['protocol_violation', 'unexpected_status']
}
