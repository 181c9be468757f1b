// Gemini's errors, over HTTP or inside an answer. The quota's name and the delay stand in the body's details, not in headers.
import { Fault } from '../../protocol/fault.ts'
import type { ErrorKind } from '../../protocol/fault.ts'
import { faultReaders } from '../shared/error.ts'
import type { JsonObject } from '../contract.ts'
import type { ProviderWords, Rule } from '../shared/error.ts'
import { asArray, asObject, asString, isObject, parseJson } from '../shared/json.ts'

/** The prompt was blocked before any answer. */
export function blockedPrompt(feedback: JsonObject): Fault {
  const reason = String(feedback['blockReason'])
  const message = asString(feedback['blockReasonMessage']) ?? null
  const text = `the provider blocked the prompt: ${message ?? reason}`
  return new Fault('content_filtered', 'prompt_blocked', text, {
    provider: { http_status: 200, code: reason, message },
  })
}

/** The model failed to call a tool; asking again usually works. */
export function brokenCall(reason: string, message: string | undefined): Fault {
  const text = `the model made a tool call that the provider could not read: ${message ?? reason}`
  return new Fault('provider_error', 'malformed_tool_call', text, {
    provider: { http_status: 200, code: reason, message: message ?? null },
  })
}

const BAD_KEY = /API key (not valid|expired)/i
const SPENT = /PerDay|spend(ing)?[ _]?(cap|limit)|prepa(id|yment)/i
const OVERLONG = /input token count .*exceeds/i
const UNVERIFIABLE = /thought[ _]?signature/i

/** What a google.rpc status means where no HTTP status or number goes with it. */
const KIND_OF_STATUS: Readonly<Record<string, ErrorKind>> = {
  INVALID_ARGUMENT: 'invalid_request',
  UNAUTHENTICATED: 'authentication',
  PERMISSION_DENIED: 'permission',
  NOT_FOUND: 'not_found',
  RESOURCE_EXHAUSTED: 'rate_limited',
  UNAVAILABLE: 'overloaded',
}

/** The rules for one error, with its own delay in them. */
function rulesOf(words: ProviderWords): readonly Rule[] {
  const details = detailsOf(words.body)
  const told = [words.message ?? '', ...details.reasons].join('\n')
  const details_of_wait = { retry_after_ms: details.retry_after_ms ?? delayIn(words.message ?? '') }
  const kind = KIND_OF_STATUS[words.type ?? '']
  return [
    {
      when: () => details.reasons.includes('API_KEY_INVALID') || BAD_KEY.test(told),
      kind: 'authentication',
      code: null,
    },
    {
      when: (_, status) => isExhausted(words, status) && SPENT.test(told),
      kind: 'quota_exceeded',
      code: null,
    },
    // "Check your plan and billing" stands in every 429 here, so the common words for quotas say nothing.
    {
      when: (_, status) => isExhausted(words, status),
      kind: 'rate_limited',
      code: null,
      details: details_of_wait,
    },
    { when: () => OVERLONG.test(told), kind: 'context_length', code: null },
    {
      when: (_, status) => (status ?? 400) === 400 && UNVERIFIABLE.test(told),
      kind: 'invalid_request',
      code: 'unverifiable_reasoning',
    },
    {
      when: () => words.type === 'FAILED_PRECONDITION',
      kind: 'invalid_request',
      code: 'failed_precondition',
    },
    {
      when: (_, status) => status === 503,
      kind: 'overloaded',
      code: null,
      details: details_of_wait,
    },
    ...(kind
      ? [{ when: (_: ProviderWords, status: number | null) => status === null, kind, code: null }]
      : []),
  ]
}

export const { readFault, faultInside } = faultReaders(rulesOf)

function isExhausted(words: ProviderWords, status: number | null): boolean {
  return status === 429 || (status === null && words.type === 'RESOURCE_EXHAUSTED')
}

interface Details {
  /** Reasons of `ErrorInfo` and names of the quotas that were exceeded. */
  readonly reasons: readonly string[]
  readonly retry_after_ms: number | null
}

function detailsOf(body: string): Details {
  const value = parseJson(body)
  const root = asObject(Array.isArray(value) ? value[0] : value)
  const error = asObject(root?.['error']) ?? root
  const details = asArray(error?.['details']).filter(isObject)
  const violations = details.flatMap((detail) => asArray(detail['violations'])).filter(isObject)
  const reasons = [
    ...details.map((detail) => detail['reason']),
    ...violations.map((violation) => violation['quotaId']),
  ]
  const delays = details.map((detail) => asString(detail['retryDelay']) ?? '').map(delayIn)
  return {
    reasons: reasons.filter((reason) => typeof reason === 'string'),
    retry_after_ms: delays.find((delay) => delay !== null) ?? null,
  }
}

/** Milliseconds of a protobuf duration ("34.4s"), alone or in a sentence; null where there is none. */
function delayIn(text: string): number | null {
  const seconds = /(?:^|retry in )(\d+(?:\.\d+)?)s\b/i.exec(text)?.[1]
  return seconds === undefined
    ? null
    : Math.min(Math.ceil(Number(seconds) * 1000), Number.MAX_SAFE_INTEGER)
}
