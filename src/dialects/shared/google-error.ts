// What Google says of an exhausted quota, on its own wire and on the OpenAI-compatible one: the quota's name and the delay stand in the body's
// details, not in headers.
import type { ProviderWords, Rule } from './error.ts'
import { asArray, asObject, asString, isObject, parseJson } from './json.ts'

const SPENT = /PerDay|spend(ing)?[ _]?(cap|limit)|prepa(id|yment)/i

export interface GoogleDetails {
  /** Reasons of `ErrorInfo` and names of the quotas that were exceeded. */
  readonly reasons: readonly string[]
  /** Message and reasons. */
  readonly told: string
  readonly retry_after_ms: number | null
}

export function googleDetails(words: ProviderWords): GoogleDetails {
  const value = parseJson(words.body)
  const root = asObject(Array.isArray(value) ? value[0] : value)
  const error = asObject(root?.['error']) ?? root
  const details = asArray(error?.['details']).filter(isObject)
  const violations = details.flatMap((detail) => asArray(detail['violations'])).filter(isObject)
  const reasons = [
    ...details.map((detail) => detail['reason']),
    ...violations.map((violation) => violation['quotaId']),
  ].filter((reason) => typeof reason === 'string')
  const message = words.message ?? ''
  const delays = details.map((detail) => asString(detail['retryDelay']) ?? '').map(delayIn)
  return {
    reasons,
    told: [message, ...reasons].join('\n'),
    retry_after_ms: delays.find((delay) => delay !== null) ?? delayIn(message),
  }
}

/** Milliseconds of a protobuf duration ("34.4s"), alone or in a sentence; null where there is none. */
function delayIn(text: string): number | null {
  const seconds = /(?:^|retry in )(\d+(?:\.\d+)?)s\b/i.exec(text)?.[1]
  return seconds === undefined
    ? null
    : Math.min(Math.ceil(Number(seconds) * 1000), Number.MAX_SAFE_INTEGER)
}

/** "Check your plan and billing" stands in every 429 of Google's, so the common words for quotas say nothing: these rules come before them. */
export function exhausted(words: ProviderWords, details: GoogleDetails): readonly Rule[] {
  const is = (status: number | null): boolean =>
    status === 429 || (status === null && words.type === 'RESOURCE_EXHAUSTED')
  const { told, retry_after_ms } = details
  return [
    { when: (_, status) => is(status) && SPENT.test(told), kind: 'quota_exceeded', code: null },
    {
      when: (_, status) => is(status),
      kind: 'rate_limited',
      code: null,
      details: { retry_after_ms },
    },
  ]
}
