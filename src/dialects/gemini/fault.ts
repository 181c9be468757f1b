// Gemini's errors, over HTTP or inside an answer. The quota's name and the delay stand in the body's details, not in headers.
import { Fault } from '../../protocol/fault.ts'
import type { ErrorKind } from '../../protocol/fault.ts'
import { faultReaders } from '../shared/error.ts'
import type { JsonObject } from '../contract.ts'
import type { ProviderWords, Rule } from '../shared/error.ts'
import { exhausted, googleDetails } from '../shared/google-error.ts'
import { asString, rowOf } from '../shared/json.ts'

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
  const details = googleDetails(words)
  const { told } = details
  const kind = rowOf(KIND_OF_STATUS, words.type ?? '')
  return [
    {
      when: () => details.reasons.includes('API_KEY_INVALID') || BAD_KEY.test(told),
      kind: 'authentication',
      code: null,
    },
    ...exhausted(words, details),
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
      details: { retry_after_ms: details.retry_after_ms },
    },
    ...(kind
      ? [{ when: (_: ProviderWords, status: number | null) => status === null, kind, code: null }]
      : []),
  ]
}

export const { readFault, faultInside } = faultReaders(rulesOf)
