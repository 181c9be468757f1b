// The end of a Responses answer: why it ended, what it cost, and what else it said. Reads the final response object only.
import type { DialectEvent, FinishCause, JsonObject } from '../contract.ts'
import { asObject, asString } from '../shared/json.ts'
import { countOf, usageOf } from '../shared/usage.ts'

/** Why the provider ended, and its own word for it. Calls do not count here; `refused`: the answer is a refusal and nothing else. */
export function causeOf(
  response: JsonObject,
  status: string,
  seen: { readonly refused: boolean; readonly waiting: readonly JsonObject[] },
): readonly [FinishCause, string] {
  if (status === 'incomplete') {
    const reason = asString(asObject(response['incomplete_details'])?.['reason']) ?? status
    if (reason === 'max_output_tokens') return ['length', reason]
    return [reason === 'content_filter' ? 'content_filter' : 'other', reason]
  }
  if (status !== 'completed' || seen.waiting.length > 0) return ['other', status]
  return [seen.refused ? 'refusal' : 'stop', status]
}

/** What a failed response says of its failure; some servers say it beside the response. Null: it has not failed. */
export function errorOf(
  response: JsonObject,
  event: JsonObject,
  failed: boolean,
): JsonObject | null {
  const own = asObject(response['error'])
  if (own || !failed) return own ?? null
  const message = asString(response['error']) ?? asString(event['error']) ?? 'the response failed'
  return asObject(event['error']) ?? { message }
}

/** Usage as far as this response object tells it. */
export function usageIn(response: JsonObject): DialectEvent[] {
  const raw = asObject(response['usage'])
  if (!raw) return []
  const input = countOf(raw['input_tokens'])
  const output = countOf(raw['output_tokens'])
  const inputs = asObject(raw['input_tokens_details'])
  const sum = input === null || output === null ? (input ?? output) : input + output
  const counts = {
    input_tokens: input,
    cached_input_tokens: countOf(inputs?.['cached_tokens']),
    cache_write_input_tokens: countOf(inputs?.['cache_write_tokens']),
    output_tokens: output,
    reasoning_tokens: countOf(asObject(raw['output_tokens_details'])?.['reasoning_tokens']),
    total_tokens: countOf(raw['total_tokens']) ?? sum,
  }
  return [{ type: 'usage', usage: usageOf(counts, raw) }]
}

// Told elsewhere in the answer, or the request's own words given back.
const TOLD = new Set([
  'id',
  'object',
  'type',
  'sequence_number',
  'response',
  'status',
  'model',
  'output',
  'usage',
  'service_tier',
  'instructions',
  'tools',
  'tool_choice',
  'text',
])

/** What the response says of itself; with `event`, the one that ended it, also all that is left over there. */
export function metadataOf(response: JsonObject, event?: JsonObject): DialectEvent[] {
  const rest = event ? Object.entries({ ...event, ...response }) : []
  const raw = rest.filter(([key, value]) => !TOLD.has(key) && value !== null)
  const metadata = {
    response_id: asString(response['id']),
    model: asString(response['model']),
    service_tier: asString(response['service_tier']),
    ...(raw.length === 0 ? {} : { raw: Object.fromEntries(raw) }),
  }
  return [{ type: 'metadata', metadata }]
}
