// One chat/completions answer, chunk by chunk or whole, as dialect events. Accepts every server's variant always (see wire.ts, calls.ts);
// holds the end back until [DONE] or the end of the body, because usage, late fragments and errors may follow a finish_reason.
import type { Fault } from '../../protocol/fault.ts'
import type { Decoder, DialectEvent, JsonObject, MetadataPiece, SseMessage } from '../contract.ts'
import { asArray, asObject, asString, isObject, parseJson, parseLossless } from '../shared/json.ts'
import { alone, Twin } from '../shared/twin.ts'
import { Calls } from './calls.ts'
import { DETAILS, FIELDS, Structured } from './structured.ts'
import { badAnswer, badEvent, faultInside, namelessCall, truncated } from './fault.ts'
import { BROKEN_OFF, causeOf, isError, isPlain, joined, PLAIN, piecesOf } from './wire.ts'
import { readUsage, strangePartsOf, usageIn } from './wire.ts'
import type { Piece } from './wire.ts'

/** A fresh decoder of one answer. */
export const decoder = (): Decoder => new ChatDecoder()

const KNOWN_CHUNK = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
  'citations',
  'search_results',
  'obfuscation',
])
const KNOWN_CHOICE = new Set(['index', 'delta', 'message', 'finish_reason', 'usage'])
const KNOWN_DELTA = new Set([
  'role',
  'content',
  'refusal',
  'tool_calls',
  'function_call',
  'reasoning',
  'reasoning_content',
  'reasoning_text',
  ...FIELDS,
  'annotations',
  'images',
  'tool_call_id',
  'name',
])
const CITED = ['citations', 'search_results']

interface Open {
  readonly kind: Piece['kind']
  readonly key: number
  readonly field: string | null
  readonly extra: JsonObject
}

class ChatDecoder implements Decoder {
  readonly #calls = new Calls()
  readonly #structured = new Structured()
  /** What the text so far cites. */
  #cited: JsonObject = {}
  /** Leftover fields, told at the end. */
  readonly #raw: JsonObject = {}
  readonly #twin = new Twin(PLAIN)
  #events: DialectEvent[] = []
  #keys = 0
  #open: Open | null = null
  /** The first reasoning part: structured details come back with it, also those that arrive late. */
  #reasoning: Open | null = null
  #said: MetadataPiece = {}
  #spoke = { text: false, refusal: false }
  #finish: string | null = null
  #ended: 'finish' | 'fault' | null = null
  /** Something has come as a delta. */
  #streamed = false

  push({ event, data }: SseMessage): DialectEvent[] {
    const text = data.trim()
    if (this.#ended === 'fault' || text === '') return []
    const again = this.#twin.match(text, event)
    if (again) return again
    this.#twin.forget()
    if (this.#ended === 'finish') this.#afterwards(parseJson(text))
    else if (text === '[DONE]') this.#settle()
    else {
      const chunk = parseChunk(text)
      this.#message(chunk, text, event)
      if (isPlain(chunk)) this.#twin.learn(text, chunk, alone(this.#events))
    }
    return this.#take()
  }

  body(text: string): DialectEvent[] {
    const value = parseChunk(text.trim())
    const root: unknown = Array.isArray(value) ? value[0] : value
    if (this.#ended !== null) return []
    if (value === undefined && /^(\s*[[{]|\s*$)/.test(text)) this.#fail(truncated())
    else if (!isObject(root) || !(isError(root) || Array.isArray(root['choices'])))
      this.#fail(badAnswer())
    else {
      this.#chunk(root, true)
      if (this.#ended === null) this.#settle()
    }
    return this.#take()
  }

  end(): DialectEvent[] {
    if (this.#ended !== null) return []
    if (this.#finish === null) this.#fail(truncated())
    else this.#settle()
    return this.#take()
  }

  #take(): DialectEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  /** `value`: what JSON the text is; undefined: none. */
  #message(value: unknown, text: string, event: string): void {
    const [only] = asArray(value)
    if (event === 'error') this.#fail(faultInside(value ?? text))
    else if (value === undefined) this.#fail(badEvent())
    else if (isObject(value)) this.#chunk(value, false)
    else if (isObject(only) && isError(only)) this.#fail(faultInside(only))
  }

  /** Behind [DONE] only an error and late counts still matter. */
  #afterwards(value: unknown): void {
    if (!isObject(value)) return
    if (isError(value)) this.#fail(faultInside(value))
    else this.#count(value)
  }

  #chunk(chunk: JsonObject, whole: boolean): void {
    if (isError(chunk)) return this.#fail(faultInside(chunk))
    this.#describe(chunk)
    for (const choice of asArray(chunk['choices'])) {
      if (!isObject(choice) || (choice['index'] ?? 0) !== 0 || this.#ended !== null) continue
      if (choice['error']) this.#fail(faultInside(choice))
      else this.#choice(choice, whole)
    }
  }

  /** Everything but the choices: ids, usage, leftovers. */
  #describe(chunk: JsonObject): void {
    const said = this.#said
    const response_id = asString(chunk['id']) || said.response_id
    const model = asString(chunk['model']) || said.model
    const service_tier = asString(chunk['service_tier']) || said.service_tier
    if (
      response_id !== said.response_id ||
      model !== said.model ||
      service_tier !== said.service_tier
    ) {
      this.#said = { response_id, model, service_tier }
      this.#events.push({ type: 'metadata', metadata: this.#said })
    }
    this.#count(chunk)
    for (const name of CITED) if (asArray(chunk[name]).length > 0) this.#cited[name] = chunk[name]
    this.#keepRest(chunk, KNOWN_CHUNK)
  }

  #count(chunk: JsonObject): void {
    const raw = usageIn(chunk)
    const usage = raw && readUsage(raw)
    if (usage) this.#events.push({ type: 'usage', usage })
  }

  #choice(choice: JsonObject, whole: boolean): void {
    this.#keepRest(choice, KNOWN_CHOICE)
    // Perplexity sends both always: in a stream the delta counts, in a body the message. MiniMax's stream ends with what it has said, as a message.
    const delta = asObject(choice['delta'])
    const message = asObject(choice['message'])
    const streamed = !whole && delta !== undefined
    const said = whole ? (message ?? delta) : (delta ?? (this.#streamed ? undefined : message))
    if (said) this.#delta(said, streamed)
    this.#streamed ||= streamed && this.#keys > 0
    const finish = asString(choice['finish_reason']) ?? ''
    if (BROKEN_OFF.has(finish)) this.#fail(faultInside({ code: finish, ...choice }))
    else if (finish !== '') {
      if (this.#finish === null) this.#events.push({ type: 'marker' })
      if (causeOf(this.#finish ?? 'stop') === 'stop') this.#finish = finish
    }
  }

  #delta(delta: JsonObject, streamed: boolean): void {
    this.#keepRest(delta, KNOWN_DELTA)
    this.#structured.take(delta, streamed)
    for (const piece of piecesOf(delta)) this.#say(piece)
    const strange = strangePartsOf(delta)
    if (strange.length > 0) this.#raw['content'] = [...asArray(this.#raw['content']), ...strange]
    if (this.#structured.begun && this.#reasoning === null)
      this.#say({ kind: 'reasoning', text: '', field: DETAILS })
    const annotations = asArray(delta['annotations'])
    if (annotations.length > 0)
      this.#cited['annotations'] = [...asArray(this.#cited['annotations']), ...annotations]
    for (const call of asArray(delta['tool_calls'])) if (isObject(call)) this.#call(call, streamed)
    const legacy = asObject(delta['function_call'])
    if (legacy?.['name'] || legacy?.['arguments']) this.#call({ function: legacy }, true)
    const images = asArray(delta['images'])
    if (images.length > 0)
      this.#events.push({ type: 'opaque', key: this.#begin(), state: { message: { images } } })
  }

  #call(call: JsonObject, streamed: boolean): void {
    const told = this.#calls.take(call, streamed, () => this.#begin())
    this.#events.push(...told)
  }

  #say(piece: Piece): void {
    const field = piece.kind === 'reasoning' ? piece.field : null
    if (this.#open?.kind !== piece.kind || this.#open.field !== field) {
      this.#open = { kind: piece.kind, key: this.#begin(), field, extra: {} }
      if (piece.kind === 'reasoning') this.#reasoning ??= this.#open
    }
    if (piece.kind === 'reasoning') Object.assign(this.#open.extra, piece.extra)
    else this.#spoke[piece.kind] = true
    this.#events.push({ type: piece.kind, key: this.#open.key, delta: piece.text })
  }

  /** The key of a new part, before which the open one ends. */
  #begin(): number {
    this.#close()
    return this.#keys++
  }

  #close(): void {
    const open = this.#open
    this.#open = null
    if (open === null) return
    const state = open.kind === 'text' ? this.#citations() : reasoningState(open)
    this.#events.push({ type: 'part_end', key: open.key, state })
  }

  #citations(): JsonObject | undefined {
    const cited = this.#cited
    this.#cited = {}
    return Object.keys(cited).length > 0 ? cited : undefined
  }

  #keepRest(from: JsonObject, known: ReadonlySet<string>): void {
    for (const name in from) {
      const value = from[name]
      if (value === null || known.has(name)) continue
      this.#raw[name] = name === 'logprobs' ? joined(this.#raw[name], value) : value
    }
  }

  #settle(): void {
    if (this.#calls.nameless) return this.#fail(namelessCall())
    this.#close()
    const key = this.#reasoning?.key
    if (key !== undefined && this.#structured.begun)
      this.#events.push({ type: 'part_end', key, state: this.#structured.state() })
    this.#events.push(...this.#calls.flush(true))
    this.#tellRest()
    if (this.#calls.custom) {
      const message =
        "the answer waits for the result of a custom tool: an opaque item of the caller's"
      this.#events.push({
        type: 'warning',
        warning: { code: 'needs_provider_item', message, pointer: null },
      })
    }
    this.#events.push({ type: 'finish', cause: this.#cause(), raw: this.#finish })
    this.#ended = 'finish'
  }

  #cause(): ReturnType<typeof causeOf> {
    const cause = causeOf(this.#finish)
    if (cause === 'length' || cause === 'content_filter') return cause
    if (this.#calls.custom) return 'other'
    const refused = this.#spoke.refusal && !this.#spoke.text && this.#calls.size === 0
    return refused ? 'refusal' : cause
  }

  #tellRest(): void {
    Object.assign(this.#raw, this.#cited)
    if (Object.keys(this.#raw).length > 0)
      this.#events.push({ type: 'metadata', metadata: { raw: this.#raw } })
  }

  #fail(fault: Fault): void {
    this.#events.push(...this.#calls.flush(false))
    this.#tellRest()
    this.#events.push({ type: 'fault', fault })
    this.#ended = 'fault'
  }
}

function reasoningState({ field, extra }: Open): JsonObject | undefined {
  if (field === null) return undefined
  return Object.keys(extra).length > 0 ? { field, extra } : { field }
}

/** Only arguments sent as JSON values are written out again, so only they pay for lossless numbers. */
function parseChunk(text: string): unknown {
  // The plain search first: it costs a tenth of the pattern's, and most chunks hold no call.
  const written = text.includes('"arguments"') && /"arguments"\s*:\s*[{[]/.test(text)
  return written ? parseLossless(text) : parseJson(text)
}
