// Token counts in canonical form. Never guesses: what was not reported is null, not 0.
import type { Usage } from '../../protocol/gateway-event.gen.ts'
import type { JsonObject } from '../contract.ts'

/** A token count as reported: a whole number of tokens, else null. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}

/** Canonical usage of the counts that are known; the rest is null. `raw` is the provider's own object. */
export function usageOf(counts: Partial<Omit<Usage, 'raw'>>, raw: JsonObject): Usage {
  return {
    input_tokens: counts.input_tokens ?? null,
    cached_input_tokens: counts.cached_input_tokens ?? null,
    cache_write_input_tokens: counts.cache_write_input_tokens ?? null,
    output_tokens: counts.output_tokens ?? null,
    reasoning_tokens: counts.reasoning_tokens ?? null,
    total_tokens: counts.total_tokens ?? null,
    raw,
  }
}
