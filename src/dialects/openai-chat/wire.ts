// The chat/completions wire as servers really speak it: where each of them puts reasoning, content, usage and errors.
// Pure readings of one chunk; keeps no state and throws nothing.
import type { Usage } from '../../protocol/gateway-event.gen.ts'
import type { FinishCause, JsonObject } from '../contract.ts'
import { asArray, asObject, asString, isObject, rowOf } from '../shared/json.ts'
import type { Shape } from '../shared/twin.ts'
import { countOf, usageOf } from '../shared/usage.ts'
import { DETAILS } from './structured.ts'

/** A piece of readable output, in the order of the chunk. `field` says where reasoning stood. */
export type Piece =
  | { readonly kind: 'text' | 'refusal'; readonly text: string }
  | {
      readonly kind: 'reasoning'
      readonly text: string
      readonly field: string
      /** What a thinking part says beside its text; it must come back. */
      readonly extra?: JsonObject
    }

/** Servers name the field differently, and some send the same text in two: the first that is not empty counts. */
export const REASONING_FIELDS: readonly string[] = [
  'reasoning_content',
  'reasoning',
  'reasoning_text',
]

/** The field of a content part `{type: "thinking"}`, which Mistral uses instead. */
export const THINKING = 'thinking'

/** All text of a delta or message. */
export function piecesOf(delta: JsonObject): Piece[] {
  const pieces: Piece[] = []
  const field = reasoningField(delta)
  const text = field === undefined ? textOfDetails(delta) : asString(delta[field])
  if (text) pieces.push({ kind: 'reasoning', text, field: field ?? DETAILS })
  const { content, refusal } = delta
  if (typeof content === 'string') {
    if (content !== '') pieces.push({ kind: 'text', text: content })
  } else if (Array.isArray(content))
    pieces.push(...content.map(pieceOf).filter((piece) => piece.text !== ''))
  if (typeof refusal === 'string' && refusal !== '') pieces.push({ kind: 'refusal', text: refusal })
  return pieces
}

/** Nothing in the chunk is gathered with what other chunks have: ids, a role, nulls, and texts. */
export function isPlain(chunk: unknown): chunk is JsonObject {
  if (!isObject(chunk) || (chunk['logprobs'] ?? null) !== null) return false
  const [choice, second] = asArray(chunk['choices'])
  if (!isObject(choice) || second !== undefined || !isObject(choice['delta'])) return false
  for (const name in choice)
    if (name !== 'index' && name !== 'delta' && choice[name] !== null) return false
  const { delta } = choice
  for (const name in delta)
    if (delta[name] !== null && typeof delta[name] !== 'string') return false
  return true
}

/** A plain chunk. Some servers tell the time of each one, OpenAI pads them. */
export const PLAIN: Shape = {
  textOf({ choices }) {
    const [choice] = asArray(choices)
    return piecesOf(asObject(asObject(choice)?.['delta']) ?? {})[0]?.text
  },
  free: ['created', 'obfuscation'],
  freeIn: (chunk) => chunk,
}

function reasoningField(delta: JsonObject): string | undefined {
  for (const name of REASONING_FIELDS) if (asString(delta[name])) return name
  return undefined
}

function textOfDetails(delta: JsonObject): string {
  if (delta[DETAILS] === undefined) return ''
  const texts = asArray(delta[DETAILS]).map((entry) => {
    const detail = asObject(entry)
    return asString(detail?.['text']) ?? asString(detail?.['summary']) ?? ''
  })
  return texts.join('')
}

function pieceOf(part: unknown): Piece {
  if (!isObject(part)) return { kind: 'text', text: asString(part) ?? '' }
  const { type, thinking, refusal, text } = part
  if (type === 'thinking') {
    const inner = asArray(thinking).map((piece) => asString(asObject(piece)?.['text']) ?? '')
    const { type: _type, thinking: _thinking, ...extra } = part
    return { kind: 'reasoning', text: asString(thinking) ?? inner.join(''), field: THINKING, extra }
  }
  if (type === 'refusal') return { kind: 'refusal', text: asString(refusal) ?? '' }
  return { kind: 'text', text: asString(text) ?? '' }
}

const KNOWN_PARTS: ReadonlySet<unknown> = new Set([
  'text',
  'output_text',
  'thinking',
  'refusal',
  undefined,
])

/** Parts of the content that are no text of any kind, such as Mistral's references. */
export const strangePartsOf = (delta: JsonObject): JsonObject[] =>
  asArray(delta['content'])
    .filter(isObject)
    .filter(({ type }) => !KNOWN_PARTS.has(type))

/** The usage object of a chunk, wherever it stands: top level, Groq's extension, or Moonshot's choice. */
export function usageIn(chunk: JsonObject): JsonObject | undefined {
  const choice = asObject(asArray(chunk['choices'])[0])
  return (
    asObject(chunk['usage']) ??
    asObject(asObject(chunk['x_groq'])?.['usage']) ??
    asObject(choice?.['usage'])
  )
}

/** Canonical counts, from whichever of the servers' names is there; null where none is. */
export function readUsage(raw: JsonObject): Usage | null {
  const input = countOf(raw['prompt_tokens'])
  const said = countOf(raw['completion_tokens'])
  const reasoning = first(
    asObject(raw['completion_tokens_details'])?.['reasoning_tokens'],
    raw['reasoning_tokens'],
  )
  const sum = (input ?? 0) + (said ?? 0)
  const total = countOf(raw['total_tokens']) ?? (input === null && said === null ? null : sum)
  // xAI counts reasoning beside the completion; its total gives it away.
  const beside = reasoning !== null && said !== null && total === sum + reasoning ? reasoning : 0
  const known = {
    input_tokens: input,
    ...readCaches(raw),
    output_tokens: said === null ? null : said + beside,
    reasoning_tokens: reasoning,
    total_tokens: total,
  }
  return Object.values(known).every((count) => count === null) ? null : usageOf(known, raw)
}

function readCaches(
  raw: JsonObject,
): Pick<Usage, 'cached_input_tokens' | 'cache_write_input_tokens'> {
  const details = asObject(raw['prompt_tokens_details']) ?? asObject(raw['prompt_token_details'])
  return {
    cached_input_tokens: first(
      details?.['cached_tokens'],
      raw['prompt_cache_hit_tokens'],
      raw['num_cached_tokens'],
      raw['cached_tokens'],
      raw['cache_read_input_tokens'],
    ),
    cache_write_input_tokens: first(
      details?.['cache_write_tokens'],
      details?.['cache_creation_input_tokens'],
      raw['cache_creation_input_tokens'],
      raw['cache_write_tokens'],
    ),
  }
}

function first(...values: readonly unknown[]): number | null {
  return values.map(countOf).find((count) => count !== null) ?? null
}

const CAUSES: Readonly<Record<string, FinishCause>> = {
  stop: 'stop',
  end: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  end_turn: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  content_filter: 'content_filter',
  sensitive: 'content_filter',
  refusal: 'refusal',
  tool_calls: 'tool_calls',
  tool_call: 'tool_calls',
  tool_use: 'tool_calls',
  function_call: 'tool_calls',
}

/** A `finish_reason` that tells of a failure, DeepSeek's and Zhipu's among them. */
export const BROKEN_OFF: ReadonlySet<string> = new Set([
  'error',
  'insufficient_system_resource',
  'network_error',
])

/** What a `finish_reason` means; unknown ones, and a stream that ends with [DONE] alone, are `other`. */
export function causeOf(finish_reason: string | null): FinishCause {
  return rowOf(CAUSES, finish_reason ?? '') ?? 'other'
}

/** The chunk or body tells of an error: a truthy `error`, Groq's in its extension, or one of the flat forms, MiniMax's among them. */
export function isError(value: JsonObject): boolean {
  const { error, object, type, code, choices } = value
  if (error || asObject(value['x_groq'])?.['error']) return true
  if (!choices && asObject(value['base_resp'])?.['status_code']) return true
  return object === 'error' || type === 'error' || ((code ?? null) !== null && !choices)
}

/** Log probabilities come in pieces: their lists are laid end to end. */
export function joined(before: unknown, piece: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(piece))
    return [...(before as unknown[]), ...(piece as unknown[])]
  if (!isObject(before) || !isObject(piece)) return piece ?? before
  const keys = [...new Set([...Object.keys(before), ...Object.keys(piece)])]
  return Object.fromEntries(keys.map((key) => [key, joined(before[key], piece[key])]))
}
