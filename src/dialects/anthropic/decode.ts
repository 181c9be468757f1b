// Reads a Messages answer, streamed or whole, into dialect events. Takes blocks that overlap, repeat an index or come filled; what it
// does not know it passes over. Judges no tool arguments and merges no parts.
import { Fault } from '../../protocol/fault.ts'
import type {
  Decoder,
  DialectEvent,
  FinishCause,
  JsonObject,
  MetadataPiece,
  SseMessage,
} from '../contract.ts'
import { wordsOf } from '../shared/error.ts'
import { asArray, asObject, asString, isObject, parseLossless, rowOf } from '../shared/json.ts'
import { closeBlock, growBlock, leftover, openBlock, prefilled } from './blocks.ts'
import type { OpenBlock } from './blocks.ts'
import { streamFault } from './fault.ts'
import { alone, Twin, type Shape } from '../shared/twin.ts'
import { canonicalUsage, mergeUsage } from './usage.ts'
import type { Block } from './wire.ts'

const CAUSES: Readonly<Record<string, FinishCause>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  pause_turn: 'pause',
  refusal: 'refusal',
}

/** Blocks that servers forget to start, or start as another kind, by the delta that shows it. */
const IMPLIED: Readonly<Record<string, Block>> = {
  text_delta: { type: 'text' },
  thinking_delta: { type: 'thinking' },
}

/** Fields that are told in events of their own; the rest is metadata. */
const READ_OF_MESSAGE = ['id', 'type', 'role', 'model', 'content', 'usage', 'stop_reason']
const READ_OF_DELTA = ['type', 'delta', 'usage', 'stop_reason']

/** A delta that has nothing else to it but its text. */
const SHAPE: Shape = {
  textOf(event) {
    const delta = asObject(event['delta'])
    return delta?.['type'] === 'text_delta' ? delta['text'] : delta?.['thinking']
  },
  free: [],
  freeIn: () => undefined,
}

/** A decoder for one attempt. */
export const decoder = (): Decoder => new MessagesDecoder()

class MessagesDecoder implements Decoder {
  /** By the wire's index: blocks begun and not ended. */
  readonly #open = new Map<unknown, OpenBlock>()
  readonly #keys = new Set<number>()
  /** Above every key so far. */
  #next = 0
  /** What indexes are counted from: a spliced second message begins at 0 again. */
  #base = 0
  #usage: JsonObject = {}
  #stop: string | null = null
  #phase: 'reading' | 'finished' | 'failed' = 'reading'
  readonly #twin = new Twin(SHAPE)

  push({ event, data }: SseMessage): DialectEvent[] {
    const text = data.trim()
    if (this.#phase === 'failed' || text === '' || text === '[DONE]') return []
    const again = this.#twin.match(text, event)
    if (again) return again
    this.#twin.forget()
    const value = asObject(parseLossless(text))
    // llama.cpp's bare errors have a type of their own: there the event's name tells.
    const type = event === 'error' ? event : (asString(value?.['type']) ?? event)
    if (value) {
      const events = this.#read(type, value)
      // By its own type: one that has it from its name alone may come again under another name.
      if (value['type'] === 'content_block_delta') this.#twin.learn(text, value, alone(events))
      return events
    }
    return this.#fail(
      new Fault('protocol_violation', 'bad_event', 'an event of the stream is not a JSON object'),
    )
  }

  body(text: string): DialectEvent[] {
    const value = asObject(parseLossless(text))
    if (value && (value['type'] === 'error' || value['error']))
      return this.#fail(streamFault(value))
    if (value && (value['type'] === 'message' || Array.isArray(value['content'])))
      return this.#whole(value)
    // What stands before the endpoint has errors of its own form, and tells them under 200: z.ai's `{code, msg, success}`.
    if (value && wordsOf(value).message !== null) return this.#fail(streamFault(value))
    const message = 'the answer is not a JSON message; check that the endpoint speaks /messages'
    return this.#fail(new Fault('protocol_violation', 'bad_body', message))
  }

  end(): DialectEvent[] {
    if (this.#phase !== 'reading') return []
    const text = 'the stream ended before message_stop; what came is in the message'
    return this.#fail(new Fault('transport', 'truncated', text))
  }

  #read(type: string, value: JsonObject): DialectEvent[] {
    if (type === 'error' || value['error']) return this.#fail(streamFault(value))
    if (type === 'message_delta') return this.#delta(value)
    if (this.#phase === 'finished') return []
    const { index } = value
    switch (type) {
      case 'message_start':
        // Blocks still open belong to a connection that a proxy has replaced: they never end.
        this.#open.clear()
        this.#base = this.#next
        return this.#message(asObject(value['message']) ?? {})
      case 'message':
        return this.#whole(value)
      case 'content_block_start':
        return [
          ...this.#close(index),
          ...this.#begin(index, asObject(value['content_block']) ?? {}),
        ]
      case 'content_block_delta':
        return this.#grow(index, asObject(value['delta']) ?? {})
      case 'content_block_stop':
        return this.#close(index)
      case 'message_stop':
        return this.#finish()
      default:
        return []
    }
  }

  #whole(message: JsonObject): DialectEvent[] {
    return [...this.#message(message), ...this.#finish()]
  }

  /** A message's head, with whatever content it already has. */
  #message(message: JsonObject): DialectEvent[] {
    this.#stop = asString(message['stop_reason']) ?? this.#stop
    const metadata: MetadataPiece = {
      response_id: asString(message['id']),
      model: asString(message['model']),
      service_tier: asString(asObject(message['usage'])?.['service_tier']),
      raw: leftover(message, READ_OF_MESSAGE),
    }
    const events: DialectEvent[] = [{ type: 'metadata', metadata }, ...this.#count(message)]
    for (const [index, block] of asArray(message['content']).entries()) {
      if (isObject(block)) events.push(...this.#begin(index, block), ...this.#close(index))
    }
    return events
  }

  #delta(value: JsonObject): DialectEvent[] {
    const delta = asObject(value['delta']) ?? {}
    this.#stop = asString(delta['stop_reason']) ?? this.#stop
    const raw = leftover({ ...value, ...delta }, READ_OF_DELTA)
    return [
      ...(raw ? [{ type: 'metadata', metadata: { raw } } as const] : []),
      ...this.#count(value),
    ]
  }

  #begin(index: unknown, block: Block): DialectEvent[] {
    const { open, events } = openBlock(this.#key(index), block)
    this.#open.set(index, open)
    return events
  }

  #grow(index: unknown, delta: JsonObject): DialectEvent[] {
    const open = this.#open.get(index)
    const grown = open && growBlock(open, delta)
    if (grown) return grown
    const type = String(delta['type'])
    const implied = rowOf(IMPLIED, type)
    if (!implied) return []
    // A call may go on after what has come in between.
    if (open?.block['type'] === 'tool_use') return this.#grow(type, delta)
    return [...this.#close(index), ...this.#begin(index, implied), ...this.#grow(index, delta)]
  }

  #close(index: unknown): DialectEvent[] {
    const open = this.#open.get(index)
    this.#open.delete(index)
    return open ? closeBlock(open) : []
  }

  /** The index says where a block stands in the message; one that is missing or used before stands behind all others. */
  #key(index: unknown): number {
    const placed = Number.isSafeInteger(index) ? this.#base + Number(index) : -1
    const key = placed < this.#base || this.#keys.has(placed) ? this.#next : placed
    this.#keys.add(key)
    this.#next = Math.max(this.#next, key + 1)
    return key
  }

  #count({ usage }: JsonObject): DialectEvent[] {
    if (!isObject(usage)) return []
    this.#usage = mergeUsage(this.#usage, usage)
    const counts = canonicalUsage(this.#usage)
    return counts ? [{ type: 'usage', usage: counts }] : []
  }

  /** Blocks that were never stopped end here: the message says that it is whole. */
  #finish(): DialectEvent[] {
    const closed = [...this.#open.keys()].flatMap((index) => this.#close(index))
    this.#phase = 'finished'
    const raw = this.#stop
    return [...closed, { type: 'finish', cause: rowOf(CAUSES, raw ?? '') ?? 'other', raw }]
  }

  /** Arguments that came with a call's start were held back for pieces that could have followed. */
  #fail(fault: Fault): DialectEvent[] {
    this.#phase = 'failed'
    const calls = [...this.#open.values()].filter(({ block }) => block['type'] === 'tool_use')
    return [...calls.flatMap(prefilled), { type: 'fault', fault }]
  }
}
