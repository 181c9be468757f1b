// Tells the tool calls of one answer apart, whatever a server does with indexes, ids and names, and says them as events.
// Never judges arguments: they are passed on as they come.
import type { DialectEvent, JsonObject } from '../contract.ts'
import { argumentsText, asObject, asString, isObject, parseJson } from '../shared/json.ts'

interface Call {
  readonly key: number
  readonly index: unknown
  /** An OpenAI custom tool's call: no function, so an opaque item. */
  readonly custom: boolean
  id: string
  name: string
  arguments_json: string
  /** What goes back with it as it came: Google's thought signature. */
  extra_content: unknown
  /** How much of the arguments has been told; null: the call has not begun, because its id or name is not known yet. */
  told: number | null
}

interface Piece {
  readonly index: unknown
  readonly id: string
  readonly name: string
  readonly text: string
}

/** A piece under the call's id belongs to it, unless it names a call under another index. */
const fits = (call: Call, { index, name }: Piece): boolean =>
  name === '' || index === null || call.index === null || index === call.index

/** A piece under the call's index and another id is nevertheless the rest of its arguments. */
function goesOn(call: Call, { name, text }: Piece): boolean {
  if (name === '') return text !== ''
  const begins = call.arguments_json === '' || text.trimStart().startsWith('{')
  return name === call.name && !begins && !isObject(parseJson(call.arguments_json))
}

/** The calls of one answer. A call is told once both its name and its id are known; what has no id waits for the end. */
export class Calls {
  readonly #calls: Call[] = []

  get size(): number {
    return this.#calls.length
  }

  /**
   * Takes one entry of `tool_calls`. `streamed`: it may be a fragment of an earlier call, else it is a call of its own.
   * `begin` gives the key of a new part.
   */
  take(entry: JsonObject, streamed: boolean, begin: () => number): DialectEvent[] {
    const body = asObject(entry['function']) ?? asObject(entry['custom']) ?? {}
    const piece = {
      index: entry['index'] ?? null,
      id: asString(entry['id']) ?? '',
      name: asString(body['name']) ?? '',
      text: argumentsText(body['arguments'] ?? body['input']),
    }
    let call = streamed ? this.#find(piece) : undefined
    if (!call) {
      const custom = entry['type'] === 'custom'
      call = {
        key: begin(),
        index: piece.index,
        custom,
        id: '',
        name: '',
        arguments_json: '',
        extra_content: null,
        told: null,
      }
      this.#calls.push(call)
    }
    // The first name and id stand: some servers repeat them, some send '' later.
    call.id ||= piece.id
    call.name ||= piece.name
    call.arguments_json += piece.text
    call.extra_content ??= entry['extra_content']
    return call.id !== '' && call.name !== '' ? tell(call) : []
  }

  /**
   * By id, then by index, then the last one. An id that comes again under another index and with a name is another call's, and so is an index
   * with another id, unless it goes on with a call that is not whole (vLLM once made an id for every fragment).
   */
  #find(piece: Piece): Call | undefined {
    const { index, id, name, text } = piece
    const same =
      id === '' ? undefined : this.#calls.findLast((call) => call.id === id && fits(call, piece))
    if (same) return same
    if (index === null) return id === '' && name === '' ? this.#calls.at(-1) : undefined
    const there = this.#calls.findLast((call) => call.index === index)
    if (!there || (id !== '' && there.id !== '' && !goesOn(there, piece))) return undefined
    if (name === '' || there.name === '') return there
    const another =
      name !== there.name ||
      (text.trimStart().startsWith('{') && isObject(parseJson(there.arguments_json)))
    return another ? undefined : there
  }

  /** Tells what was waiting for an id. At the end of an answer `whole` is true and every call is ended; else they stay partial. */
  flush(whole: boolean): DialectEvent[] {
    return this.#calls.flatMap((call) => {
      if (call.name === '') return []
      if (call.custom) return whole ? [opaque(call)] : []
      const events = call.told === null ? tell(call) : []
      const { extra_content } = call
      const state = isObject(extra_content) ? { extra_content } : undefined
      if (whole) events.push({ type: 'part_end', key: call.key, ...(state && { state }) })
      return events
    })
  }

  /** Some call has content but never got a name: nobody could execute it. */
  get nameless(): boolean {
    return this.#calls.some((call) => call.name === '' && call.id + call.arguments_json !== '')
  }

  /** The caller has to answer an item that this protocol cannot express. */
  get custom(): boolean {
    return this.#calls.some((call) => call.custom)
  }
}

function tell(call: Call): DialectEvent[] {
  const { key, id, name, arguments_json } = call
  if (call.custom || call.told === arguments_json.length) return []
  const delta = arguments_json.slice(call.told ?? 0)
  call.told = arguments_json.length
  return [{ type: 'tool_call', key, id, name, delta }]
}

function opaque({ key, id, name, arguments_json }: Call): DialectEvent {
  const call = { id, type: 'custom', custom: { name, input: arguments_json } }
  return { type: 'opaque', key, state: { message: { tool_calls: [call] } } }
}
