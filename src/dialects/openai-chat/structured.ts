// Reasoning in structured form, which must come back as it was: OpenRouter's details and LiteLLM's blocks. Streams bring both in pieces.
import type { JsonObject } from '../contract.ts'
import { asArray, asString, isObject } from '../shared/json.ts'

/** OpenRouter's field. */
export const DETAILS = 'reasoning_details'
/** LiteLLM's field: what Anthropic's models thought, with their signatures. */
export const BLOCKS = 'thinking_blocks'
export const FIELDS: readonly string[] = [DETAILS, BLOCKS]

/** What one answer brings of it. */
export class Structured {
  readonly #details: JsonObject[] = []
  readonly #blocks: JsonObject[] = []

  /** Takes what a delta or, not `streamed`, a whole message has. */
  take(from: JsonObject, streamed: boolean): void {
    if (streamed) {
      mergeDetails(this.#details, from[DETAILS])
      mergeBlocks(this.#blocks, from[BLOCKS])
    } else {
      this.#details.push(...asArray(from[DETAILS]).filter(isObject))
      this.#blocks.push(...asArray(from[BLOCKS]).filter(isObject))
    }
  }

  get begun(): boolean {
    return this.#details.length + this.#blocks.length > 0
  }

  /** What has to come back, as state of the reasoning part. */
  state(): JsonObject | undefined {
    const blocks = this.#blocks.filter(isWhole)
    if (this.#details.length + blocks.length === 0) return undefined
    return {
      ...(this.#details.length > 0 && { details: this.#details }),
      ...(blocks.length > 0 && { blocks }),
    }
  }
}

/** Pieces laid together: those of one type, index and id are one detail. */
function mergeDetails(details: JsonObject[], pieces: unknown): void {
  for (const piece of asArray(pieces)) {
    if (!isObject(piece)) continue
    const { type, index, id } = piece
    const same = details.findLast(
      (detail) =>
        detail['type'] === type &&
        detail['index'] === index &&
        (id ?? detail['id'] ?? null) === (detail['id'] ?? id ?? null),
    )
    if (same) mergeDetail(same, piece)
    else details.push({ ...piece })
  }
}

const GROWING = new Set(['text', 'summary', 'data'])

function mergeDetail(detail: JsonObject, piece: JsonObject): void {
  for (const [key, value] of Object.entries(piece)) {
    const before = detail[key]
    if (GROWING.has(key) && typeof before === 'string' && typeof value === 'string') {
      detail[key] = before + value
    } else if (value !== null) detail[key] = value
  }
}

/** A signature ends its block. It comes alone, or with all of the text once more. */
function mergeBlocks(blocks: JsonObject[], pieces: unknown): void {
  for (const piece of asArray(pieces)) {
    if (!isObject(piece)) continue
    const open = blocks.at(-1)
    if (piece['type'] !== 'thinking' || !open || isWhole(open)) {
      blocks.push({ ...piece })
      continue
    }
    const before = asString(open['thinking']) ?? ''
    const text = asString(piece['thinking']) ?? ''
    const again = isWhole(piece) && before !== '' && text.startsWith(before)
    Object.assign(open, piece, { thinking: again ? text : before + text })
  }
}

/** Anthropic takes no thinking without its signature back. */
const isWhole = ({ type, signature }: JsonObject): boolean =>
  type !== 'thinking' || (asString(signature) ?? '') !== ''
