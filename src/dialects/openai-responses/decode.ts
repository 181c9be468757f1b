// A Responses answer, streamed or whole, as dialect events. Items are found by place, then id, then type, because servers leave out
// or rotate either; an answer has ended only where its terminal event or status says so. Never throws.
import { Fault } from '../../protocol/fault.ts'
import type { Decoder, DialectEvent, JsonObject, SseMessage } from '../contract.ts'
import {
  argumentsText,
  asArray,
  asObject,
  asString,
  isObject,
  parseJson,
  parseLossless,
} from '../shared/json.ts'
import { alone, Twin, type Shape } from '../shared/twin.ts'
import { causeOf, errorOf, metadataOf, usageIn } from './answer.ts'
import { faultIn } from './fault.ts'
import { MOST_PARTS, OpenItem } from './item.ts'
import type { Place } from './item.ts'
import { waitingItems } from './wire.ts'

const ENDED = /^(completed|incomplete|failed|cancelled)$/
const STEP =
  /^response\.(output_item|content_part|output_text|output_text\.annotation|refusal|reasoning_summary_text|reasoning_text|function_call_arguments)\.(added|delta|done)$/

/** A piece of text. OpenAI numbers and pads all its events. */
const PIECE: Shape = {
  textOf: ({ delta }) => delta,
  free: ['sequence_number', 'obfuscation'],
  freeIn: (event) => event,
}

/** A fresh decoder of one attempt's answer. */
export const decoder = (): Decoder => new ResponsesDecoder()

class ResponsesDecoder implements Decoder {
  readonly #items: OpenItem[] = []
  readonly #at = new Map<number, OpenItem>()
  /** The provider's items that have no canonical form. */
  readonly #opaque: JsonObject[] = []
  /** The first place after all items so far. */
  #next = 0
  #phase: 'open' | 'finished' | 'failed' = 'open'
  readonly #twin = new Twin(PIECE)
  /** Tells more of the text that the latest event told of; null: it told of none. */
  #grown: ((delta: string) => DialectEvent[]) | null = null

  push({ event, data }: SseMessage): DialectEvent[] {
    const text = data.trim()
    if (this.#phase === 'failed' || text === '' || text === '[DONE]') return []
    const again = this.#twin.match(text, event)
    if (again) return again
    this.#twin.forget()
    const value = parseEvent(text)
    if (value === undefined)
      return this.#fail(violation('bad_event', 'an event of the stream is not JSON'))
    this.#grown = null
    if (!isObject(value)) return []
    const events = this.#read(value, event)
    if (this.#grown) this.#twin.learn(text, value, alone(events), this.#grown)
    return events
  }

  body(text: string): DialectEvent[] {
    const value = parseLossless(text)
    if (!isObject(value)) return this.#fail(badAnswer())
    const implied = Array.isArray(value['output']) ? 'completed' : ''
    if (!ENDED.test(asString(value['status']) ?? implied))
      return this.#readForeign(value) ?? this.#fail(badAnswer())
    return this.#close(value, value)
  }

  end(): DialectEvent[] {
    if (this.#phase !== 'open') return []
    const text = 'the stream ended before its terminal event; what came is in the message'
    return this.#fail(new Fault('transport', 'truncated', text))
  }

  #read(value: JsonObject, event: string): DialectEvent[] {
    const type = asString(value['type']) ?? ''
    if (type === 'error' || event === 'error') return this.#fail(faultIn(value))
    if (type === '') return this.#readForeign(value) ?? []
    if (this.#phase === 'finished') return []
    const [, subject, step] = STEP.exec(type) ?? []
    if (subject === 'output_item') return this.#readItem(value, step === 'done')
    if (subject !== undefined) return this.#readPiece(value, subject, step === 'done')
    const response = asObject(value['response'])
    // Some servers end every answer with `response.done`, and the response's status says how.
    const stage = type.replace(/^response\./, '').replace(/^done$/, 'completed')
    if (ENDED.test(stage)) return this.#close(response ?? {}, value, stage)
    return response ? [...usageIn(response), ...metadataOf(response)] : []
  }

  /** An object that is no event of this wire: an error, or a sign that the server speaks another. Null: neither. */
  #readForeign(value: JsonObject): DialectEvent[] | null {
    if (value['error'] !== undefined && value['error'] !== null) return this.#fail(faultIn(value))
    if (!Array.isArray(value['choices'])) return null
    const text =
      'the endpoint answered /responses with a chat completion; set the dialect of this target to openai_chat'
    return this.#fail(violation('chat_answer', text))
  }

  #readItem(event: JsonObject, done: boolean): DialectEvent[] {
    const item = asObject(event['item']) ?? {}
    const type = typeOf(item)
    if (!done) return this.#begun(event, item, type).name(item)
    return this.#finish(this.#find({ ...event, item_id: item['id'] }, type, 'first'), item, true)
  }

  #readPiece(event: JsonObject, subject: string, done: boolean): DialectEvent[] {
    if (subject === 'content_part') return done ? this.#readPart(event) : []
    if (subject === 'output_text.annotation') return this.#readAnnotation(event)
    if (subject === 'function_call_arguments') {
      const call = this.#find(event, 'function_call', 'last')
      const whole = argumentsText(event['arguments'])
      // Such events name the item, not the call: only the name may be taken from them.
      return done
        ? [...call.name({ name: event['name'] }), ...call.wholeArguments(whole)]
        : call.piece(asString(event['delta']) ?? '')
    }
    const place = placeOf(event, subject)
    const item = this.#find(event, itemTypeOf(place), 'last')
    const text =
      asString(event[done ? (subject === 'refusal' ? 'refusal' : 'text') : 'delta']) ?? ''
    if (done) return item.wholeText(place, text)
    const told = item.text(place, text)
    if (told.length > 0) this.#grown = item.more(place)
    return told
  }

  /** A whole part says again what its pieces said; its item may be of another kind than the part. */
  #readPart(event: JsonObject): DialectEvent[] {
    const { type, text, refusal } = asObject(event['part']) ?? {}
    const subject = SUBJECT_OF_PART.get(type)
    if (subject === undefined) return []
    const index = indexOf(event['output_index'], MOST_ITEMS)
    const id = asString(event['item_id'])
    const known =
      (index === undefined ? undefined : this.#at.get(index)) ??
      this.#items.findLast((item) => id !== undefined && item.id === id)
    const place = placeOf(event, subject)
    if (!known) return this.#readPiece({ ...event, text, refusal }, subject, true)
    const fits = known.type === itemTypeOf(place)
    return fits ? known.wholeText(place, asString(text) ?? asString(refusal) ?? '') : []
  }

  #readAnnotation(event: JsonObject): DialectEvent[] {
    this.#find(event, 'message', 'last').cite(placeOf(event, 'output_text'), event['annotation'])
    return []
  }

  /** The item that an event speaks of; a new one where none fits. */
  #find(event: JsonObject, type: string, order: 'first' | 'last'): OpenItem {
    const index = indexOf(event['output_index'], MOST_ITEMS)
    const fits = (item: OpenItem | undefined): boolean => item?.type === type
    const placed = index === undefined ? undefined : this.#at.get(index)
    if (placed && fits(placed)) return placed
    if (index !== undefined && !placed) return this.#open(index, type)
    const id = asString(event['item_id'])
    const known = this.#items.findLast((item) => fits(item) && id !== undefined && item.id === id)
    const open = this.#items.filter((item) => fits(item) && !item.done)
    return known ?? open.at(order === 'first' ? 0 : -1) ?? this.#open(undefined, type)
  }

  /** A new item, or the one that is told of twice. */
  #begun({ output_index }: JsonObject, { id }: JsonObject, type: string): OpenItem {
    const index = indexOf(output_index, MOST_ITEMS)
    const there = index === undefined ? undefined : this.#at.get(index)
    const same = there && !there.done && there.type === type && there.id !== undefined
    return same && there.id === id ? there : this.#open(index, type)
  }

  #open(index: number | undefined, type: string): OpenItem {
    const taken = this.#items.some((item) => item.index === index)
    const item = new OpenItem(index === undefined || taken ? this.#next : index, type)
    this.#next = Math.max(this.#next, item.index + 1)
    this.#items.push(item)
    this.#at.set(index ?? item.index, item)
    return item
  }

  #finish(open: OpenItem, item: JsonObject | null, whole: boolean): DialectEvent[] {
    const events = open.finish(item, whole)
    for (const event of events) {
      const kept = event.type === 'opaque' ? asObject(event.state['item']) : undefined
      if (kept) this.#opaque.push(kept)
    }
    return events
  }

  /** The answer has ended. What the stream left open is taken from the final form, then from what came. */
  #close(response: JsonObject, event: JsonObject, said?: string): DialectEvent[] {
    const status = asString(response['status']) ?? said ?? 'completed'
    const counted = [...usageIn(response), ...metadataOf(response, event)]
    const error = errorOf(response, event, status === 'failed' || said === 'failed')
    if (error) return [...counted, ...this.#fail(faultIn(error))]
    const whole = status === 'completed'
    const late = this.#outputs(response).flatMap(([open, item]) => this.#finish(open, item, whole))
    const left = this.#items.flatMap((item) => this.#finish(item, null, whole))
    this.#phase = 'finished'
    const waiting = waitingItems(this.#opaque)
    const said_more = this.#items.some((item) => item.type === 'function_call' || item.said('text'))
    const refused = !said_more && this.#items.some((item) => item.said('refusal'))
    const [cause, raw] = causeOf(response, status, { refused, waiting })
    const warnings = waiting.map((item) => ({ type: 'warning', warning: needs(item) }) as const)
    return [...late, ...left, ...counted, ...warnings, { type: 'finish', cause, raw }]
  }

  /** The final form's items, each with the streamed one that it is: ids may repeat or change on the way, places may be missing. */
  #outputs(response: JsonObject): [OpenItem, JsonObject][] {
    const items = asArray(response['output']).map((item) => asObject(item) ?? {})
    const ids = new Set(items.map((item) => item['id']))
    const streamed = new Set(this.#items)
    return items.map((item, index) => {
      const type = typeOf(item)
      const alike = [...streamed].filter((each) => each.type === type)
      const strays = alike.filter((each) => each.id === undefined || !ids.has(each.id))
      const same =
        alike.find((each) => each.id !== undefined && each.id === item['id']) ?? strays[0]
      if (same) streamed.delete(same)
      return [same ?? this.#open(index, type), item]
    })
  }

  #fail(fault: Fault): DialectEvent[] {
    const held = this.#phase === 'open' ? this.#items.flatMap((item) => item.flush()) : []
    this.#phase = 'failed'
    return [...held, { type: 'fault', fault }]
  }
}

/** A piece, which holds nothing that is written out again. */
const DELTA = /"type"\s*:\s*"response\.\w+\.delta"/

/** Items, and arguments sent as JSON, go out again with every digit of their numbers; the many pieces do not pay for that. */
function parseEvent(text: string): unknown {
  return DELTA.test(text) ? parseJson(text) : parseLossless(text)
}

/** Messages of others than the assistant, as compaction gives them, are no part of its answer. */
function typeOf(item: JsonObject): string {
  const type = asString(item['type']) ?? ''
  return type === 'message' && (item['role'] ?? 'assistant') !== 'assistant'
    ? 'foreign_message'
    : type
}

const itemTypeOf = ({ kind }: Place): string => (kind === 'reasoning' ? kind : 'message')

/** Which events tell the pieces of a content part. */
const SUBJECT_OF_PART = new Map<unknown, string>([
  ['output_text', 'output_text'],
  ['text', 'output_text'],
  ['refusal', 'refusal'],
  ['reasoning_text', 'reasoning_text'],
])

function placeOf(event: JsonObject, subject: string): Place {
  const summary = subject === 'reasoning_summary_text'
  const index = indexOf(event[summary ? 'summary_index' : 'content_index'], MOST_PARTS) ?? 0
  if (subject === 'output_text') return { kind: 'text', list: 'content', index }
  if (subject === 'refusal') return { kind: 'refusal', list: 'content', index }
  return { kind: 'reasoning', list: summary ? 'summary' : 'content', index }
}

const MOST_ITEMS = 1e9

function indexOf(value: unknown, bound: number): number | undefined {
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < bound
  return fits ? value : undefined
}

function needs(item: JsonObject): { code: string; message: string; pointer: null } {
  const type = String(item['type'])
  const message = `the answer waits for the output of its ${type}; give it as an opaque part of a user message`
  return { code: 'needs_provider_item', message, pointer: null }
}

function violation(code: string, text: string): Fault {
  return new Fault('protocol_violation', code, text)
}

function badAnswer(): Fault {
  const text = 'the answer is no finished response; check that the endpoint speaks /responses'
  return violation('bad_answer', text)
}
