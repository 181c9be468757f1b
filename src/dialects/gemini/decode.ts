// Reads a generateContent answer, streamed or whole, into dialect events. The wire marks no beginnings and ends, so parts begin and end where
// the kind changes; a signed part is always a part of its own. What it does not know it passes over, or keeps whole as an opaque item.
import { Fault } from '../../protocol/fault.ts'
import type { Decoder, DialectEvent, JsonObject, SseMessage } from '../contract.ts'
import { asArray, asObject, asString, isObject, parseLossless } from '../shared/json.ts'
import { alone, Twin, type Shape } from '../shared/twin.ts'
import { blockedPrompt, brokenCall, faultInside } from './fault.ts'
import { AnswerNotes } from './metadata.ts'
import { addPieces, emptyArguments } from './partial-args.ts'
import { BROKEN_CALLS, causeOf, NO_REASONS, readUsage } from './wire.ts'

interface OpenText {
  readonly type: 'text' | 'reasoning'
  readonly key: number
}

/** A call whose arguments come in pieces. */
interface OpenCall {
  readonly key: number
  readonly id: string
  readonly name: string
  readonly state: JsonObject
  readonly args: JsonObject
}

/** Fields beside a part's one datum; a part with none but these has no datum. */
const SIDE_FIELDS = new Set([
  'text',
  'thought',
  'thoughtSignature',
  'videoMetadata',
  'partMetadata',
  'mediaResolution',
])

/** Servers that write every field of a part write null where it has none. */
function holdsDatum(part: JsonObject): boolean {
  for (const field in part) if (part[field] !== null && !SIDE_FIELDS.has(field)) return true
  return false
}

/** A chunk of text. Counts grow from chunk to chunk. */
const CHUNK: Shape = {
  textOf: ({ candidates }) => {
    const content = asObject(asObject(asArray(candidates)[0])?.['content'])
    return asObject(asArray(content?.['parts'])[0])?.['text']
  },
  free: ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'totalTokenCount'],
  freeIn: ({ usageMetadata }) => asObject(usageMetadata),
}

/** A decoder for one attempt. */
export const decoder = (): Decoder => new GeminiDecoder()

class GeminiDecoder implements Decoder {
  readonly #notes = new AnswerNotes()
  #events: DialectEvent[] = []
  #next = 0
  #text: OpenText | null = null
  #call: OpenCall | null = null
  #usage: JsonObject = {}
  #answered = false
  #marked = false
  #reason: string | null = null
  #over = false
  readonly #twin = new Twin(CHUNK)

  push({ event, data }: SseMessage): DialectEvent[] {
    const text = data.trim()
    if (text === '' || text === '[DONE]') return []
    const again = this.#twin.match(text, event)
    if (again) return again
    this.#twin.forget()
    const value = parseLossless(text)
    if (value !== undefined) {
      this.#readAll(value)
      if (isObject(value)) this.#learn(text, value)
    } else
      this.#fail(new Fault('protocol_violation', 'bad_event', 'an event of the stream is not JSON'))
    return this.#flush()
  }

  body(text: string): DialectEvent[] {
    const value = parseLossless(text)
    if (!isObject(value) && !Array.isArray(value)) {
      this.#fail(
        new Fault('protocol_violation', 'bad_body', 'the answer is not a JSON object or list'),
      )
    } else this.#readAll(value)
    // A whole object is complete as it stands; a list is a stream, and may lack its end.
    if (isObject(value) && this.#answered) this.#marked = true
    return [...this.#flush(), ...this.end()]
  }

  end(): DialectEvent[] {
    if (this.#over) return []
    if (this.#marked) {
      this.#closeText()
      this.#tellPieces()
      this.#events.push({ type: 'finish', cause: causeOf(this.#reason), raw: this.#reason })
      this.#over = true
    } else {
      const text = 'the answer ended before a finishReason; what came is in the message'
      this.#fail(new Fault('transport', 'truncated', text))
    }
    return this.#flush()
  }

  /** A chunk that told a text, and perhaps counts, tells the same kinds of things with another text and other counts. */
  #learn(data: string, chunk: JsonObject): void {
    if (!this.#text) return
    const told = this.#events.filter(({ type }) => type !== 'usage')
    this.#twin.learn(data, chunk, alone(told), (delta, counts) => {
      if (Object.keys(counts).length > 0) this.#recount({ ...this.#usage, ...counts })
      if (this.#text) this.#events.push({ ...this.#text, delta })
      return this.#flush()
    })
  }

  #flush(): DialectEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #fail(fault: Fault): void {
    if (this.#over) return
    this.#tellPieces()
    this.#events.push({ type: 'fault', fault })
    this.#over = true
  }

  #readAll(value: unknown): void {
    for (const chunk of Array.isArray(value) ? (value as unknown[]) : [value])
      if (isObject(chunk) && !this.#over) this.#read(chunk)
  }

  #read(chunk: JsonObject): void {
    if (chunk['error']) return this.#fail(faultInside(chunk))
    const candidates = asArray(chunk['candidates']).filter(isObject)
    const candidate = candidates.find(({ index }) => (index ?? 0) === 0)
    const told = this.#notes.take(chunk, candidate)
    if (told) this.#events.push({ type: 'metadata', metadata: told })
    this.#count(asObject(chunk['usageMetadata']))
    const feedback = asObject(chunk['promptFeedback'])
    if (feedback?.['blockReason'] && candidates.length === 0)
      return this.#fail(blockedPrompt(feedback))
    if (candidate) this.#answer(candidate)
  }

  /** Counts are cumulative, but not every chunk has them all. */
  #count(counts: JsonObject | undefined): void {
    if (!counts) return
    const merged = { ...this.#usage }
    for (const field in counts) if (counts[field] !== null) merged[field] = counts[field]
    this.#recount(merged)
  }

  #recount(counts: JsonObject): void {
    this.#usage = counts
    const usage = readUsage(counts)
    if (usage) this.#events.push({ type: 'usage', usage })
  }

  #answer(candidate: JsonObject): void {
    this.#answered = true
    for (const part of asArray(asObject(candidate['content'])?.['parts']).filter(isObject)) {
      this.#part(part)
      if (this.#over) return
    }
    const { finishReason } = candidate
    if (typeof finishReason !== 'string' && typeof finishReason !== 'number') return
    const reason = String(finishReason)
    if (NO_REASONS.has(reason)) return
    if (BROKEN_CALLS.has(reason))
      return this.#fail(brokenCall(reason, asString(candidate['finishMessage'])))
    if (!this.#marked) this.#events.push({ type: 'marker' })
    this.#marked = true
    this.#reason = reason
  }

  #part(part: JsonObject): void {
    const signature = asString(part['thoughtSignature']) || undefined
    const call = asObject(part['functionCall'])
    const text = asString(part['text'])
    if (call) this.#functionCall(call, signature)
    else if (text === undefined && holdsDatum(part)) {
      this.#closeText()
      this.#events.push({ type: 'opaque', key: this.#next++, state: { part } })
    } else this.#say(part['thought'] === true ? 'reasoning' : 'text', text ?? '', signature)
  }

  /** Deltas of one kind are one part. A signature may come on empty text; it belongs there and nowhere else. */
  #say(type: OpenText['type'], delta: string, signature: string | undefined): void {
    if (delta === '' && signature === undefined) return
    if (this.#text?.type !== type || signature !== undefined) this.#closeText()
    this.#text ??= { type, key: this.#next++ }
    this.#events.push({ type, key: this.#text.key, delta })
    if (signature !== undefined) this.#closeText(signature)
  }

  /** Thoughts always carry state, so that they come back; plain text carries it only where there is some. */
  #closeText(signature?: string): void {
    if (!this.#text) return
    const { type, key } = this.#text
    this.#text = null
    const citations = type === 'text' ? this.#notes.takeCitations() : []
    const state = {
      ...(signature !== undefined && { thoughtSignature: signature }),
      ...(citations.length > 0 && { citations }),
    }
    const bare = type === 'text' && Object.keys(state).length === 0
    this.#events.push(bare ? { type: 'part_end', key } : { type: 'part_end', key, state })
  }

  #functionCall(call: JsonObject, signature: string | undefined): void {
    this.#closeText()
    const name = asString(call['name']) || undefined
    if (name !== undefined) {
      this.#endCall()
      const id = asString(call['id']) ?? ''
      const state = { ...(id !== '' && { id }), ...(signature && { thoughtSignature: signature }) }
      const opened = { key: this.#next++, id, name, state, args: emptyArguments() }
      if (call['willContinue'] !== true && !('partialArgs' in call))
        return this.#tellCall(opened, call['args'] ?? {})
      this.#call = opened
      this.#events.push({ type: 'tool_call', key: opened.key, id, name, delta: '' })
    }
    if (!this.#call) return holdsArguments(call) ? this.#fail(nameless()) : undefined
    addPieces(this.#call.args, call['partialArgs'])
    if (call['willContinue'] !== true) this.#endCall()
  }

  #endCall(): void {
    if (this.#call) this.#tellCall(this.#call, this.#call.args)
    this.#call = null
  }

  /** The answer is over before its call: the values that came, as the object that they made so far; the call stays partial. */
  #tellPieces(): void {
    if (!this.#call || Object.keys(this.#call.args).length === 0) return
    const { key, id, name, args } = this.#call
    this.#events.push({ type: 'tool_call', key, id, name, delta: JSON.stringify(args) })
  }

  /** A call's state is never left out: without a signature in it, it says that this target sent none. */
  #tellCall({ key, id, name, state }: OpenCall, args: unknown): void {
    const delta = typeof args === 'string' ? args : JSON.stringify(args)
    this.#events.push({ type: 'tool_call', key, id, name, delta }, { type: 'part_end', key, state })
  }
}

/** A call without a name only ends the one before it, unless it has something to call with. */
function holdsArguments({ args, partialArgs }: JsonObject): boolean {
  const filled = isObject(args) ? Object.keys(args).length > 0 : (args ?? '') !== ''
  return filled || asArray(partialArgs).length > 0
}

const nameless = (): Fault =>
  new Fault('provider_error', 'malformed_tool_call', 'a tool was called without its name')
