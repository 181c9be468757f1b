// Tells the tool calls of one answer apart, whatever a server does with indexes, ids and names, and says them as events.
// Never judges arguments: they are passed on as they come.
import type { DialectEvent, JsonObject } from '../contract.ts'
import { asObject, asString, isObject, parseJson } from '../shared/json.ts'

interface Call {
  readonly key: number
  readonly index: unknown
  /** An OpenAI custom tool's call: no function, so an opaque item. */
  readonly custom: boolean
  id: string
  name: string
  arguments_json: string
  /** How much of the arguments has been told; null: the call has not begun, because its id or name is not known yet. */
  told: number | null
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
        told: null,
      }
      this.#calls.push(call)
    }
    // The first name and id stand: some servers repeat them, some send '' later.
    call.id ||= piece.id
    call.name ||= piece.name
    call.arguments_json += piece.text
    return call.id !== '' && call.name !== '' ? tell(call) : []
  }

  /** By id, then by index, then the last one. An index with another id is another call, and so is one whose call is whole already. */
  #find(piece: { index: unknown; id: string; name: string; text: string }): Call | undefined {
    const { index, id, name, text } = piece
    const same = id === '' ? undefined : this.#calls.find((call) => call.id === id)
    if (same) return same
    if (index === null) return id === '' && name === '' ? this.#calls.at(-1) : undefined
    const there = this.#calls.findLast((call) => call.index === index)
    if (!there || (id !== '' && there.id !== '')) return undefined
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
      if (whole) events.push({ type: 'part_end', key: call.key })
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

/** Arguments as text: ad-hoc servers send objects, or null for none. */
function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
