// One output item while it comes in: what of it was told so far, and what its finished form adds. Knows nothing of other items.
import type { DialectEvent, JsonObject } from '../contract.ts'
import { argumentsText, asArray, asObject, asString, isObject } from '../shared/json.ts'
import { wrappedCalls, WRAPPER } from './arguments.ts'
import type { WrappedCall } from './arguments.ts'
import { CALL_ID } from './wire.ts'

type TextKind = 'text' | 'refusal' | 'reasoning'

/** Where a piece of text belongs: message content and the two kinds of reasoning are counted apart. */
export interface Place {
  readonly kind: TextKind
  readonly list: 'content' | 'summary'
  readonly index: number
}

interface Segment extends Place {
  text: string
  /** Told by themselves; the finished form's go before them. */
  readonly cited: unknown[]
}

/** Room for the parts of one item between the keys of two. */
export const MOST_PARTS = 1000

/** Gathers one item. Every method gives the events that follow from what it is told; none throws. */
export class OpenItem {
  readonly index: number
  readonly type: string
  /** The finished form came, or the answer ended without it. */
  done = false
  id: string | undefined
  readonly #segments: Segment[] = []
  #name = ''
  #call_id = ''
  /** The arguments so far, and how much of them was told. */
  #arguments = ''
  #told: number | null = null

  constructor(index: number, type: string) {
    this.index = index
    this.type = type
  }

  /** A text of this kind, not empty, was told. */
  said(kind: TextKind): boolean {
    return this.#segments.some((segment) => segment.kind === kind && segment.text !== '')
  }

  /** Names the item, as soon as that is known. */
  name(item: JsonObject): DialectEvent[] {
    this.id = asString(item['id']) ?? this.id
    this.#name ||= asString(item['name']) ?? ''
    this.#call_id ||= asString(item['call_id']) ?? ''
    return this.#tellArguments()
  }

  text(place: Place, delta: string): DialectEvent[] {
    if (this.done || delta === '') return []
    const segment = this.#segment(place)
    // Summary parts are one reasoning part here, so the blank line between them is told too.
    const gap = segment.text === '' && this.#follows(segment) ? '\n\n' : ''
    segment.text += delta
    return [{ type: segment.kind, key: this.#keyOf(segment), delta: gap + delta }]
  }

  /** Tells more of a text that has begun. */
  more(place: Place): (delta: string) => DialectEvent[] {
    const segment = this.#segment(place)
    const { kind: type } = segment
    const key = this.#keyOf(segment)
    return (delta) => {
      if (this.done) return []
      segment.text += delta
      return [{ type, key, delta }]
    }
  }

  /** The whole text of a place: tells what of it has not been told. A text that went another way stays as it was told. */
  wholeText(place: Place, text: string): DialectEvent[] {
    const { text: told } = this.#segment(place)
    const open = place.kind !== 'reasoning' || told === '' || this.#isLast(place)
    return open && text.startsWith(told) ? this.text(place, text.slice(told.length)) : []
  }

  /** What a text cites. */
  cite(place: Place, annotation: unknown): void {
    if (isObject(annotation)) this.#segment(place).cited.push(annotation)
  }

  /** A piece of a call's arguments. */
  piece(delta: string): DialectEvent[] {
    if (this.done) return []
    this.#arguments += delta
    return this.#tellArguments()
  }

  wholeArguments(text: string): DialectEvent[] {
    return text.startsWith(this.#arguments) ? this.piece(text.slice(this.#arguments.length)) : []
  }

  /**
   * Ends the item: `item` is its finished form; null: none came before the answer ended, and `whole` says whether that end was a good one.
   */
  finish(item: JsonObject | null, whole: boolean): DialectEvent[] {
    if (this.done) return []
    const events = item === null ? [] : this.name(item)
    switch (this.type) {
      case 'message':
        events.push(...this.#finishMessage(item))
        break
      case 'reasoning':
        events.push(...this.#finishReasoning(item))
        break
      case 'function_call':
        events.push(...this.#finishCall(item, whole))
        break
      default:
        if (item !== null && this.type !== '') events.push(opaque(this.#key, item))
    }
    this.done = true
    return events
  }

  /** What is held back until the item ends, told because it never will. */
  flush(): DialectEvent[] {
    return this.done || this.#name === '' ? [] : this.#tell()
  }

  get #key(): number {
    return this.index * MOST_PARTS
  }

  #keyOf({ kind, index }: Place): number {
    return kind === 'reasoning' ? this.#key : this.#key + index
  }

  #segment(place: Place): Segment {
    const known = this.#segments.find(
      ({ list, index }) => list === place.list && index === place.index,
    )
    if (known) return known
    const segment = { ...place, text: '', cited: [] }
    this.#segments.push(segment)
    return segment
  }

  #follows(segment: Segment): boolean {
    return segment.kind === 'reasoning' && this.#segments.some(({ text }) => text !== '')
  }

  #isLast({ list, index }: Place): boolean {
    const last = this.#segments.findLast(({ text }) => text !== '')
    return last?.list === list && last.index === index
  }

  #finishMessage(item: JsonObject | null): DialectEvent[] {
    const phase = asString(item?.['phase'])
    const parts = contentOf(item)
    const events = parts.flatMap((part, index) => {
      const kind = KIND_OF_PART.get(part['type'])
      if (kind === undefined) {
        const content = { type: 'message', role: 'assistant', content: [part] }
        // A key of its own, behind that of a text that was told for the same place.
        return [opaque(this.#key + index + 0.5, content)]
      }
      const place: Place = { kind, list: 'content', index }
      const said = asString(part[kind]) ?? ''
      const rest = this.wholeText(place, said)
      const empty = this.#segment(place).text === ''
      return empty ? [{ type: kind, key: this.#keyOf(place), delta: '' } as const] : rest
    })
    for (const place of this.#segments) {
      const state = place.kind === 'text' ? textState(place, parts[place.index], phase) : undefined
      events.push({ type: 'part_end', key: this.#keyOf(place), state })
    }
    return events
  }

  #finishReasoning(item: JsonObject | null): DialectEvent[] {
    const events = (['summary', 'content'] as const).flatMap((list) =>
      asArray(item?.[list]).flatMap((part, index) => {
        const text = asString(asObject(part)?.['text']) ?? ''
        return this.wholeText({ kind: 'reasoning', list, index }, text)
      }),
    )
    if (!this.said('reasoning')) {
      // Without its finished form an item that said nothing is nothing.
      if (item === null) return []
      events.push({ type: 'reasoning', key: this.#key, delta: '' })
    }
    // Only the finished form may go back: the ciphertext of an earlier one can be cut.
    return [
      ...events,
      { type: 'part_end', key: this.#key, state: item === null ? undefined : { item } },
    ]
  }

  #finishCall(item: JsonObject | null, whole: boolean): DialectEvent[] {
    const events = this.wholeArguments(argumentsText(item?.['arguments']))
    if (this.#name === '') return [{ type: 'warning', warning: NAMELESS }]
    const ended = item === null ? whole : item['status'] !== 'incomplete'
    const calls =
      ended && this.#told === null ? wrappedCalls(this.#name, this.#arguments, MOST_PARTS) : null
    if (calls !== null) return calls.flatMap((call, index) => this.#tellWrapped(call, index))
    events.push(...this.#tell())
    if (ended) events.push({ type: 'part_end', key: this.#key, state: this.#callState(item) })
    return events
  }

  #callState(item: JsonObject | null): JsonObject | undefined {
    const kept = Object.entries({ namespace: item?.['namespace'], caller: item?.['caller'] })
    const state = Object.fromEntries(
      kept.filter(([, value]) => value !== undefined && value !== null),
    )
    // State marks an id as the provider's own, so that it goes back although it is longer than the wire allows.
    return Object.keys(state).length > 0 || this.#call_id.length > CALL_ID.length
      ? state
      : undefined
  }

  #tellWrapped({ name, text }: WrappedCall, index: number): DialectEvent[] {
    const key = this.#key + index
    const id = this.#call_id === '' ? '' : `${this.#call_id}_${index}`
    return [
      { type: 'tool_call', key, id, name, delta: text },
      { type: 'part_end', key },
    ]
  }

  #tellArguments(): DialectEvent[] {
    return this.type !== 'function_call' || this.#name === '' || WRAPPER.test(this.#name)
      ? []
      : this.#tell()
  }

  #tell(): DialectEvent[] {
    const delta = this.#arguments.slice(this.#told ?? 0)
    if (this.type !== 'function_call' || (delta === '' && this.#told !== null)) return []
    this.#told = this.#arguments.length
    return [{ type: 'tool_call', key: this.#key, id: this.#call_id, name: this.#name, delta }]
  }
}

function opaque(key: number, item: JsonObject): DialectEvent {
  return { type: 'opaque', key, state: { item } }
}

/** What content parts say; servers of other wires' habits call a text `text`. */
const KIND_OF_PART = new Map<unknown, 'text' | 'refusal'>([
  ['output_text', 'text'],
  ['text', 'text'],
  ['refusal', 'refusal'],
])

/** The parts of a message; some servers give its only text as a string. */
function contentOf(item: JsonObject | null): JsonObject[] {
  const content = item?.['content']
  if (typeof content === 'string')
    return content === '' ? [] : [{ type: 'output_text', text: content }]
  return asArray(content).map((part) => asObject(part) ?? {})
}

/** What has to come back with a text beside the text; undefined where a bare message of it says it all. */
function textState(
  place: Segment,
  part: JsonObject | undefined,
  phase: string | undefined,
): JsonObject | undefined {
  const whole = asArray(part?.['annotations'])
  const annotations = whole.length > 0 ? whole : place.cited
  const logprobs = asArray(part?.['logprobs'])
  const state = {
    ...(phase === undefined ? {} : { phase }),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...(logprobs.length === 0 ? {} : { logprobs }),
  }
  const bare = place.index === 0 && place.text !== '' && Object.keys(state).length === 0
  return bare ? undefined : { content_index: place.index, ...state }
}

const NAMELESS = {
  code: 'nameless_call_left_out',
  message: 'the answer holds a tool call without a name; it is not in the message',
  pointer: null,
}
