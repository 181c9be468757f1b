// One content block of an answer, from its start over its deltas to its end, told as events. Knows nothing of the stream around it.
import type { DialectEvent, JsonObject } from '../contract.ts'
import { asArray, asObject, asString, isObject, parseLossless } from '../shared/json.ts'
import type { Block } from './wire.ts'

/** A block that is being told. */
export interface OpenBlock {
  readonly key: number
  /** As it came, with what its deltas added; text and arguments leave as events and are not gathered. */
  readonly block: Block
  /** The `input_json_delta` pieces so far. */
  pieces: string
  /** Output of it has been told. */
  told: boolean
}

type Delta = Extract<DialectEvent, { delta: string }>

const CANONICAL = new Set<unknown>(['text', 'thinking', 'tool_use'])

export function openBlock(key: number, block: Block): { open: OpenBlock; events: DialectEvent[] } {
  const open: OpenBlock = { key, block: { ...block }, pieces: '', told: false }
  switch (block['type']) {
    case 'text':
      return { open, events: tell(open, 'text', block['text']) }
    case 'thinking':
      return { open, events: tell(open, 'reasoning', block['thinking']) }
    case 'tool_use':
      return { open, events: [callPiece(open, '')] }
    default:
      return { open, events: [] }
  }
}

/** What a delta adds; unknown blocks take every text they get. Null: it is none of this block's. */
export function growBlock(open: OpenBlock, delta: JsonObject): DialectEvent[] | null {
  const { block } = open
  // Nearly all deltas are these, and a joined name would be made for each.
  if (delta['type'] === 'text_delta' && block['type'] === 'text')
    return tell(open, 'text', delta['text'])
  switch (`${String(block['type'])} ${String(delta['type'])}`) {
    case 'text citations_delta':
      block['citations'] = [...asArray(block['citations']), delta['citation']]
      return []
    case 'thinking thinking_delta':
      return tell(open, 'reasoning', delta['thinking'])
    case 'thinking signature_delta':
      block['signature'] = delta['signature']
      return []
    case 'tool_use input_json_delta': {
      const piece = asString(delta['partial_json']) ?? ''
      open.pieces += piece
      return piece === '' ? [] : [callPiece(open, piece)]
    }
    default:
      if (CANONICAL.has(block['type'])) return null
      gather(open, delta)
      return []
  }
}

/**
 * The block is whole. Of a canonical part, `state.block` is what has to come back besides its canonical fields: signature, citations,
 * caller … Text and thinking without a word and without state were nothing.
 */
export function closeBlock(open: OpenBlock): DialectEvent[] {
  const { key, block } = open
  switch (block['type']) {
    case 'text': {
      const rest = leftover(block, ['type', 'text'])
      return open.told || rest ? [...begun(open, 'text'), partEnd(key, rest)] : []
    }
    case 'thinking': {
      if (!open.told && !block['signature']) return []
      return [
        ...begun(open, 'reasoning'),
        partEnd(key, leftover(block, ['type', 'thinking']) ?? {}),
      ]
    }
    case 'redacted_thinking':
      return [...begun(open, 'reasoning'), partEnd(key, block)]
    case 'tool_use':
      return [...prefilled(open), partEnd(key, leftover(block, ['type', 'id', 'name', 'input']))]
    default:
      // The block goes back as it is, and the wire takes no other input than an object: one that was cut off is none.
      if (open.pieces !== '') block['input'] = asObject(parseLossless(open.pieces)) ?? {}
      return [{ type: 'opaque', key, state: { block } }]
  }
}

function partEnd(key: number, block: Block | undefined): DialectEvent {
  return { type: 'part_end', key, state: block && { block } }
}

/** Arguments that came with the block's start count only where no pieces followed: some servers send both. */
export function prefilled(open: OpenBlock): DialectEvent[] {
  const { input } = open.block
  const empty = isObject(input) && Object.keys(input).length === 0
  if (open.pieces !== '' || empty || input === undefined || input === null) return []
  return [callPiece(open, asString(input) ?? JSON.stringify(input))]
}

function tell(open: OpenBlock, type: 'text' | 'reasoning', piece: unknown): Delta[] {
  const delta = asString(piece) ?? ''
  if (delta === '') return []
  open.told = true
  return [{ type, key: open.key, delta }]
}

/** A part with state but no text still has to begin. */
function begun(open: OpenBlock, type: 'text' | 'reasoning'): Delta[] {
  return open.told ? [] : [{ type, key: open.key, delta: '' }]
}

function callPiece({ key, block }: OpenBlock, delta: string): Delta {
  const id = asString(block['id']) ?? ''
  return { type: 'tool_call', key, id, name: asString(block['name']) ?? '', delta }
}

/** What an object holds besides its known fields, verbatim and without nulls and empty lists; undefined where there is nothing. */
export function leftover(object: JsonObject, known: readonly string[]): JsonObject | undefined {
  const kept = Object.entries(object).filter(
    ([key, value]) =>
      !known.includes(key) && value !== null && !(Array.isArray(value) && value.length === 0),
  )
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

function gather(open: OpenBlock, delta: JsonObject): void {
  if (delta['type'] === 'input_json_delta') {
    open.pieces += asString(delta['partial_json']) ?? ''
    return
  }
  for (const [key, value] of Object.entries(delta)) {
    if (key === 'type' || typeof value !== 'string') continue
    open.block[key] = (asString(open.block[key]) ?? '') + value
  }
}
