// Dialect events → gateway events and the canonical assistant message. Owns part numbers, call ids and call statuses; knows no wire.
import { randomUUID } from 'node:crypto'
import type { DialectEvent, FinishCause, JsonObject } from '../dialects/contract.ts'
import { isObject, parseJson } from '../dialects/shared/json.ts'
import { Fault } from '../protocol/fault.ts'
import type {
  AssistantMessage,
  AssistantPart,
  CompletedEvent,
  State,
} from '../protocol/gateway-event.gen.ts'
import type { OutputEvent } from './contract.ts'
import { answerTooLarge } from './format.ts'

export type FinishReason = CompletedEvent['finish_reason']

/** What every `state` carries beside the provider's own: it is foreign elsewhere. */
export interface Origin {
  readonly dialect: State['dialect']
  readonly target: string
  readonly model: string
  readonly fingerprint: string
}

/** A text's pieces; joined only for the message, because `JSON.stringify` goes a way of its own, 4 µs longer, round texts made with `+=`. */
type Pieces = string[]

interface OpenText {
  readonly kind: 'text' | 'reasoning' | 'refusal'
  readonly part: number
  readonly pieces: Pieces
  half: string
  state: JsonObject | undefined
}

interface OpenCall {
  readonly kind: 'tool_call'
  readonly part: number
  readonly id: string
  readonly name: string
  pieces: Pieces
  half: string
  state: JsonObject | undefined
  ended: boolean
  status: 'partial' | 'ready' | 'malformed'
}

interface Opaque {
  readonly kind: 'opaque'
  readonly part: number
  readonly state: JsonObject
}

type Part = OpenText | OpenCall | Opaque

const DELTA_TYPE = {
  text: 'output_text_delta',
  reasoning: 'reasoning_delta',
  refusal: 'refusal_delta',
} as const

/** One answer in the making. */
export class Assembler {
  readonly #requestId: string
  readonly #origin: Origin
  readonly #maxBytes: number
  readonly #parts = new Map<number, Part>()
  readonly #ids = new Set<string>()
  #output = false
  #units = 0
  #exactBytes: number | null = null

  constructor(requestId: string, origin: Origin, maxMessageBytes: number) {
    this.#requestId = requestId
    this.#origin = origin
    this.#maxBytes = maxMessageBytes
  }

  /** Some output has come (text, reasoning, refusal, a call, an opaque item); a part that only began is none. */
  get begun(): boolean {
    return this.#output
  }

  /** Takes one content event; appends what the client is to be told. Throws `answer_too_large`, and takes nothing of what is too much. */
  take(event: DialectEvent, told: OutputEvent[]): void {
    switch (event.type) {
      case 'text':
      case 'reasoning':
      case 'refusal':
        return this.#text(event, told)
      case 'tool_call':
        return this.#call(event, told)
      case 'part_end':
        return this.#end(event)
      case 'opaque':
        this.#charge(JSON.stringify(event.state))
        this.#output = true
        return this.#begin(
          event.key,
          { kind: 'opaque', part: this.#parts.size, state: event.state },
          told,
        )
      default:
        return undefined
    }
  }

  #text(
    event: Extract<DialectEvent, { delta: string; type: OpenText['kind'] }>,
    told: OutputEvent[],
  ): void {
    let part = this.#parts.get(event.key)
    if (!part) {
      part = { kind: event.type, part: this.#parts.size, pieces: [], half: '', state: undefined }
      this.#begin(event.key, part, told)
    }
    if (part.kind !== event.type) return
    const delta = textOf(part, event.delta)
    if (delta === '') return
    this.#charge(delta)
    this.#output = true
    part.pieces.push(delta)
    told.push({
      type: DELTA_TYPE[event.type],
      request_id: this.#requestId,
      part: part.part,
      delta,
    })
  }

  #call(event: Extract<DialectEvent, { type: 'tool_call' }>, told: OutputEvent[]): void {
    let call = this.#parts.get(event.key)
    if (call && event.delta === '') return
    this.#charge(event.delta)
    if (!call) {
      call = this.#openCall(event.id, event.name)
      this.#begin(event.key, call, told)
    }
    if (call.kind === 'tool_call') this.#argue(call, event.delta, told)
  }

  #openCall(issued: string, name: string): OpenCall {
    if (name === '')
      throw new Fault('provider_error', 'malformed_tool_call', 'a tool was called without its name')
    const own = issued === '' || this.#ids.has(issued)
    const id = own ? `call_${randomUUID().replaceAll('-', '')}` : issued
    this.#ids.add(id)
    return {
      kind: 'tool_call',
      part: this.#parts.size,
      id,
      name,
      pieces: [],
      half: '',
      state: own ? { own_id: true } : undefined,
      ended: false,
      status: 'partial',
    }
  }

  #argue(call: OpenCall, piece: string, told: OutputEvent[]): void {
    const delta = textOf(call, piece)
    this.#output = true
    if (delta !== '') call.pieces.push(delta)
    told.push({
      type: 'tool_call_delta',
      request_id: this.#requestId,
      part: call.part,
      call_id: call.id,
      name: call.name,
      arguments_delta: delta,
    })
  }

  #end(event: Extract<DialectEvent, { type: 'part_end' }>): void {
    const part = this.#parts.get(event.key)
    if (!part || part.kind === 'opaque') return
    if (event.state) {
      this.#charge(JSON.stringify(event.state))
      part.state = { ...part.state, ...event.state }
    }
    if (part.kind === 'tool_call') part.ended = true
  }

  /** A new part begins: calls that have ended before it are whole, and are told. */
  #begin(key: number, part: Part, told: OutputEvent[]): void {
    this.#announce(told, null)
    this.#parts.set(key, part)
  }

  #announce(told: OutputEvent[], except: Part | null): void {
    for (const call of this.#parts.values()) {
      if (call.kind !== 'tool_call' || !call.ended || call.status !== 'partial' || call === except)
        continue
      settle(call)
      if (call.status !== 'partial') told.push(readyEvent(this.#requestId, call, call.status))
    }
  }

  /** The provider has ended: the calls still held back are told, and the canonical reason is found. */
  finish(cause: FinishCause, told: OutputEvent[]): FinishReason {
    const last = [...this.#parts.values()].at(-1) ?? null
    this.#announce(told, cause === 'length' ? last : null)
    if (
      cause === 'length' ||
      cause === 'content_filter' ||
      cause === 'refusal' ||
      cause === 'pause'
    )
      return cause
    for (const part of this.#parts.values())
      if (part.kind === 'tool_call' && part.status === 'ready') return 'tool_calls'
    return cause === 'tool_calls' ? 'other' : cause
  }

  /** The message as far as it came, in the provider's order; null where nothing has. */
  message(): AssistantMessage | null {
    const parts = [...this.#parts]
    if (parts.length > 1) parts.sort(([one], [other]) => one - other)
    const content: AssistantPart[] = []
    for (const [, part] of parts) content.push(...this.#canonical(part))
    return content.length === 0 ? null : { role: 'assistant', content }
  }

  #canonical(part: Part): AssistantPart[] {
    if (part.kind === 'opaque') return [{ type: 'opaque', state: this.#state(part.state) }]
    const text = part.pieces.join('')
    if (part.kind === 'refusal') return text === '' ? [] : [{ type: 'refusal', text }]
    const state = part.state && { state: this.#state(part.state) }
    if (part.kind === 'tool_call') {
      const { id, name, status } = part
      return [{ type: 'tool_call', id, name, arguments_json: text, status, ...state }]
    }
    if (text === '' && !state) return []
    if (part.kind === 'text') return [{ type: 'text', text, ...state }]
    return [{ type: 'reasoning', ...(text !== '' && { text }), ...state }]
  }

  #state(own: JsonObject): State {
    const { dialect, target, model, fingerprint } = this.#origin
    return { dialect, target, model, fingerprint, ...own }
  }

  /** Counts what the message is to hold; exactly (bytes as JSON) only once a cheap bound says that it may matter. */
  #charge(piece: string): void {
    if (
      this.#exactBytes === null &&
      (this.#units += piece.length) * MOST_BYTES_PER_UNIT > this.#maxBytes
    )
      this.#exactBytes = jsonBytes(this.message())
    if (this.#exactBytes === null) return
    this.#exactBytes += jsonBytes(piece)
    if (this.#exactBytes <= this.#maxBytes) return
    throw answerTooLarge(this.#maxBytes)
  }
}

/**
 * What of a piece is text. Servers that cut by UTF-16 units halve characters, and half of one can neither be told nor sent back: the first half
 * is kept in `part.half` until the second comes, or never is text.
 */
function textOf(part: { half: string }, piece: string): string {
  if (part.half === '' && piece.isWellFormed()) return piece
  const text = part.half + piece
  part.half = /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : ''
  return text.slice(0, text.length - part.half.length).toWellFormed()
}

/** A control character is one UTF-16 unit and six bytes of JSON. */
const MOST_BYTES_PER_UNIT = 6
const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** Arguments that are absent, empty or null are none; what is no object stays as it came. */
function settle(call: OpenCall): void {
  const whole = call.pieces.join('')
  const text = whole.trim()
  const none = text === '' || text === 'null'
  call.pieces = [none ? '{}' : whole]
  if (none) call.status = 'ready'
  else call.status = isObject(parseJson(text)) ? 'ready' : 'malformed'
}

function readyEvent(
  request_id: string,
  call: OpenCall,
  status: 'ready' | 'malformed',
): OutputEvent {
  const { id, name, pieces } = call
  const arguments_json = pieces.join('')
  return { type: 'tool_call_ready', request_id, call: { id, name, arguments_json, status } }
}
