// Gemini's words and what they mean here: finish reasons, token counts, the sentinel for unsigned calls. Literals and plain readings only.
import type { Usage } from '../../protocol/gateway-event.gen.ts'
import type { FinishCause, JsonObject } from '../contract.ts'
import { rowOf } from '../shared/json.ts'
import { countOf, usageOf } from '../shared/usage.ts'

/** Stands in for the signature of a call that the model did not make itself (Gemini docs, "Thought signatures"). */
export const SKIP_SIGNATURE = 'skip_thought_signature_validator'

const CAUSES: Readonly<Record<string, FinishCause>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  MODEL_ARMOR: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
}

// Enum numbers, as some proxies write them. From 6 on the Gemini API and Vertex number differently, so those are nobody's.
const NUMBERED = ['', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER']

/** What a finish reason means; a reason that is not known is `other`. */
export function causeOf(reason: string | null): FinishCause {
  if (reason === null) return 'other'
  const name = /^\d+$/.test(reason) ? (NUMBERED[Number(reason)] ?? '') : reason
  return rowOf(CAUSES, name) ?? 'other'
}

/** The answer is not over: the enum's zero, as a number or by its name, says nothing. */
export const NO_REASONS: ReadonlySet<string> = new Set(['', '0', 'FINISH_REASON_UNSPECIFIED'])

/** The model tried to call a tool and failed. The reason stands even beside a call that looks whole. */
export const BROKEN_CALLS: ReadonlySet<string> = new Set([
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
])

/**
 * Canonical counts of a `usageMetadata`; null where it holds none (early chunks of Vertex tell the traffic type alone).
 * Zeros are left out on this wire, so an absent count is 0; thoughts and tool prompts are counted beside the rest.
 */
export function readUsage(raw: JsonObject): Usage | null {
  const prompt = countOf(raw['promptTokenCount'])
  const answer = countOf(raw['candidatesTokenCount'])
  const thoughts = countOf(raw['thoughtsTokenCount'])
  const total = countOf(raw['totalTokenCount'])
  if (prompt === null && answer === null && thoughts === null && total === null) return null
  const input = (prompt ?? 0) + (countOf(raw['toolUsePromptTokenCount']) ?? 0)
  const output = (answer ?? 0) + (thoughts ?? 0)
  return usageOf(
    {
      input_tokens: input,
      cached_input_tokens: countOf(raw['cachedContentTokenCount']) ?? 0,
      output_tokens: output,
      reasoning_tokens: thoughts ?? 0,
      total_tokens: total ?? input + output,
    },
    raw,
  )
}
