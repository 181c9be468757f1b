// What Anthropic's errors mean, where they say more than the common rules know: spend limits under 400 and 429, filtered
// output, and reasoning that could not be verified. Judges words; never retries.
import { faultReaders } from '../shared/error.ts'
import type { ProviderWords, Rule } from '../shared/error.ts'

const says =
  (pattern: RegExp) =>
  (words: ProviderWords): boolean =>
    pattern.test(words.message ?? '')

const RULES: readonly Rule[] = [
  {
    // Thinking made for another conversation, account or model, or unsigned by a proxy that lost the signature: the same request without any
    // historic thinking is accepted.
    when: says(
      /invalid .?(signature|data).? in .?(redacted_)?thinking|thinking\.signature: field required|bound to a different conversation/i,
    ),
    kind: 'invalid_request',
    code: 'unverifiable_reasoning',
  },
  {
    // Leaving thinking out of the latest turn is a modification as well, so stripping it does not help here.
    when: says(/thinking.{0,80} cannot be modified|expected .?thinking.{0,60} but found/i),
    kind: 'invalid_request',
    code: 'modified_reasoning',
  },
  {
    // A monthly cap comes as 429 `rate_limit_error`; only a detail in the body tells it from one that passes.
    when: (words) => words.body.includes('enforced_spend_limit_reached'),
    kind: 'quota_exceeded',
    code: 'spend_limit',
  },
  {
    when: says(/usage limits?.{0,80}regain access/is),
    kind: 'quota_exceeded',
    code: 'spend_limit',
  },
  { when: says(/exceed(s)? (the )?context limit/i), kind: 'context_length', code: null },
  // Comes as `invalid_request_error`, over HTTP and inside streams, though the request is in order.
  { when: says(/blocked by content filter/i), kind: 'content_filtered', code: null },
  {
    when: (words, status) => words.type === 'timeout_error' && status === null,
    kind: 'timeout',
    code: 'provider',
  },
]

export const { readFault, faultInside: streamFault } = faultReaders(() => RULES)
