// What an answer says beside its content: who answered, grounding, citations, safety, log probabilities. Kept as it came, told once it changes.
import type { JsonObject, MetadataPiece } from '../contract.ts'
import { asArray, asObject, asString, isObject } from '../shared/json.ts'

const READ_OF_CHUNK = new Set([
  'candidates',
  'usageMetadata',
  'modelVersion',
  'responseId',
  'error',
])
const READ_OF_CANDIDATE = new Set(['content', 'index', 'finishReason'])

/** Gathers one answer's metadata over its chunks. */
export class AnswerNotes {
  #named: readonly (string | undefined)[] = []
  #logprobs: JsonObject = {}
  #citations: unknown[] = []

  /** What this chunk adds; null where it adds nothing. */
  take(chunk: JsonObject, candidate: JsonObject | undefined): MetadataPiece | null {
    const response_id = asString(chunk['responseId'])
    const model = asString(chunk['modelVersion'])
    const service_tier = asString(asObject(chunk['usageMetadata'])?.['serviceTier'])
    const raw = leftover(chunk, READ_OF_CHUNK, null)
    const rest = candidate ? leftover(candidate, READ_OF_CANDIDATE, raw) : raw
    const names = [response_id, model, service_tier]
    const fresh = names.some((name, at) => name !== undefined && name !== this.#named[at])
    if (!fresh && rest === null) return null
    this.#named = names
    if (rest) this.#keep(rest)
    return { response_id, model, service_tier, ...(rest && { raw: rest }) }
  }

  /** The citations since the last call, for the text that they stand under. */
  takeCitations(): unknown[] {
    return this.#citations.splice(0)
  }

  /** Log probabilities are told for each chunk's own tokens, so they add up; the rest is told whole each time. */
  #keep(raw: JsonObject): void {
    const cited = asObject(raw['citationMetadata'])
    this.#citations.push(...asArray(cited?.['citationSources'] ?? cited?.['citations']))
    const logprobs = asObject(raw['logprobsResult'])
    if (!logprobs) return
    for (const [field, value] of Object.entries(logprobs)) {
      const standing = this.#logprobs[field]
      const sum = Array.isArray(value) ? [...asArray(standing), ...asArray(value)] : value
      this.#logprobs = { ...this.#logprobs, [field]: sum }
    }
    raw['logprobsResult'] = this.#logprobs
  }
}

/** `found` with the fields that nothing else reads. Early chunks hold empty ones, which must not replace what is to come. */
function leftover(
  value: JsonObject,
  read: ReadonlySet<string>,
  found: JsonObject | null,
): JsonObject | null {
  let rest = found
  for (const field in value)
    if (!read.has(field) && !isEmpty(value[field])) (rest ??= {})[field] = value[field]
  return rest
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return value === null || (isObject(value) && Object.keys(value).length === 0)
}
