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
  #named = ''
  #logprobs: JsonObject = {}
  #citations: unknown[] = []

  /** What this chunk adds; null where it adds nothing. */
  take(chunk: JsonObject, candidate: JsonObject | undefined): MetadataPiece | null {
    const names = {
      response_id: asString(chunk['responseId']),
      model: asString(chunk['modelVersion']),
      service_tier: asString(asObject(chunk['usageMetadata'])?.['serviceTier']),
    }
    const known = Object.entries(names).filter(([, name]) => name !== undefined)
    const named = JSON.stringify(known)
    const raw = {
      ...leftover(chunk, READ_OF_CHUNK),
      ...leftover(candidate ?? {}, READ_OF_CANDIDATE),
    }
    this.#keep(raw)
    const fresh = named !== this.#named && known.length > 0
    if (!fresh && Object.keys(raw).length === 0) return null
    this.#named = named
    return { ...Object.fromEntries(known), ...(Object.keys(raw).length > 0 && { raw }) }
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

/** The fields that nothing else reads. Early chunks hold empty ones, which must not replace what is to come. */
function leftover(value: JsonObject, read: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([field, inner]) => !read.has(field) && !isEmpty(inner)),
  )
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return value === null || (isObject(value) && Object.keys(value).length === 0)
}
