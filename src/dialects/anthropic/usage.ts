// Token counts as Anthropic tells them: cumulative, in pieces, input without its cached part. Never adds two reports of one count.
import type { Usage } from '../../protocol/gateway-event.gen.ts'
import type { JsonObject } from '../contract.ts'
import { asArray, asObject, isObject } from '../shared/json.ts'
import { countOf, usageOf } from '../shared/usage.ts'

const INPUT = new Set(['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'])

/**
 * Both reports as one: of each field the last that is not null, because later reports are totals and may leave fields out. Servers that write
 * every field write 0 for input they have told before; a 0 is one only where `iterations` say that compaction had the input.
 */
export function mergeUsage(before: JsonObject, later: JsonObject): JsonObject {
  const whole = Array.isArray(later['iterations'])
  const merged = { ...before }
  for (const [key, value] of Object.entries(later)) {
    const repeats = value === null || (value === 0 && INPUT.has(key) && !whole)
    if (!repeats || !before[key]) merged[key] = value ?? before[key] ?? null
  }
  return merged
}

/** Canonical counts; null where nothing was reported. Compaction passes, which the top level leaves out, are summed in. */
export function canonicalUsage(raw: JsonObject): Usage | null {
  const passes = asArray(raw['iterations'])
    .filter(isObject)
    .filter((pass) => pass['type'] === 'compaction')
  const total = (field: string): number | null => {
    const own = countOf(raw[field])
    if (own === null) return null
    return passes.reduce((sum, pass) => sum + (countOf(pass[field]) ?? 0), own)
  }
  const uncached = total('input_tokens')
  const read = total('cache_read_input_tokens')
  const written = total('cache_creation_input_tokens')
  const output = total('output_tokens')
  const reasoning = countOf(asObject(raw['output_tokens_details'])?.['thinking_tokens'])
  if ([uncached, read, written, output, reasoning].every((count) => count === null)) return null
  const input = uncached === null ? null : uncached + (read ?? 0) + (written ?? 0)
  return usageOf(
    {
      input_tokens: input,
      cached_input_tokens: read,
      cache_write_input_tokens: written,
      output_tokens: output,
      reasoning_tokens: reasoning,
      total_tokens: input === null || output === null ? null : input + output,
    },
    raw,
  )
}
