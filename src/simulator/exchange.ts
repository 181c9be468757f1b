// What to answer to one request: finds the wire by its path, the script by its model or its words, and lets the strict wire judge first.
import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from './answer.ts'
import { compose, errorAnswer, jsonAnswer } from './answer.ts'
import { chat } from './chat.ts'
import { gemini } from './gemini.ts'
import { messages } from './messages.ts'
import { metadata } from './metadata.ts'
import { answer } from './model.ts'
import { responses } from './responses.ts'
import type { Delivery, Raw, Script, Step } from './script.ts'
import { spelled } from './script.ts'
import type { Asked, Format, JsonObject, Wire } from './wire.ts'
import { object, Refused, string } from './wire.ts'

/** A script, or what makes one of what is asked. */
export type Scripted = Script | ((asked: Asked) => Script)

interface Call {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

interface Outcome {
  readonly answer: Answer
  readonly delivery: Delivery
}

export interface Exchange {
  script(model: string, scripts: readonly Scripted[]): void
  handle(call: Call): Outcome
}

const WIRES: Record<Format, Wire> = { chat, responses, messages, gemini }
const MODELS = ['sim-text', 'sim-tools', 'sim-reasoning']

/** The scripts of one simulator, and the counts of what was asked of each. */
export function createExchange(token: string | undefined, default_script: Scripted = {}): Exchange {
  const scripts = new Map<string, readonly Scripted[]>()
  const seen = new Map<string, number>()
  let serial = 0

  const choose = (asked: Asked): Script | null => {
    const own = scripts.get(asked.model)
    const scripted = own?.[Math.min(asked.nth, own.length) - 1] ?? spelled(asked.model, asked)
    if (scripted === null && asked.model.startsWith('sim-')) return null
    const [, word = ''] = /(?:^|\s)(sim-[a-z0-9+-]+)/.exec(asked.text) ?? []
    const chosen = scripted ?? spelled(word, asked) ?? default_script
    return typeof chosen === 'function' ? chosen(asked) : chosen
  }

  return {
    script(model, list) {
      scripts.set(model, list)
      seen.delete(model)
    },
    handle(call) {
      const place = placeOf(call.path, object(call.body))
      if (place === null) return plain(describe(call, [...scripts.keys(), ...MODELS]))
      const wire = WIRES[place.format]
      const id = `sim${++serial}`
      const refusal = refuseUnread(wire, call, token)
      if (refusal !== null) return plain(refusal)
      const nth = (seen.get(place.model) ?? 0) + 1
      seen.set(place.model, nth)
      const asked = ask(wire, { ...place, body: object(call.body), nth })
      const script = choose(asked)
      const gone = { status: 404, message: `The model ${asked.model} does not exist.` }
      return script === null ? plain(errorAnswer(wire, gone)) : play(wire, script, asked, id, call)
    },
  }
}

/** The bytes of a streamed answer, event by event, for {@link Raw} scripts that must cost nothing to send. */
export function prebuilt(format: Format, steps: readonly Step[], model = 'prebuilt'): Buffer[] {
  const place = { format, model, stream: true, body: {}, nth: 1 }
  const { pieces } = compose(WIRES[format], { steps }, ask(WIRES[format], place), 'sim', false)
  return pieces.filter((piece) => typeof piece !== 'number')
}

function plain(given: Answer): Outcome {
  return { answer: given, delivery: {} }
}

function describe({ path, body, headers }: Call, models: readonly string[]): Answer {
  const known = metadata(path.split('?')[0] ?? '', object(body), headers, models)
  const unknown = { status: 404, code: 'not_found', message: 'Nothing stands at this path.' }
  return known ? jsonAnswer(200, known) : errorAnswer(chat, unknown)
}

type Place = Pick<Asked, 'format' | 'model' | 'stream'>

function placeOf(path: string, body: JsonObject): Place | null {
  const [route = ''] = path.split('?')
  const [, model = '', method] =
    /\/models\/([^/]+):(generate|streamGenerate)Content$/.exec(route) ?? []
  if (method !== undefined)
    return { format: 'gemini', model: decodeURIComponent(model), stream: method !== 'generate' }
  const [, name] = /\/(chat\/completions|responses|messages)$/.exec(route) ?? []
  if (name === undefined) return null
  const format = name === 'responses' || name === 'messages' ? name : 'chat'
  return { format, model: string(body['model']), stream: body['stream'] === true }
}

function ask(wire: Wire, place: Place & Pick<Asked, 'body' | 'nth'>): Asked {
  const { history, ...heard } = wire.hear(place.body)
  const last = history.findLastIndex(({ role }) => role === 'user')
  const results = history.slice(last + 1).filter(({ role }) => role === 'tool')
  const text = history[last]?.text ?? ''
  return { ...place, ...heard, text, results: results.map((said) => said.text) }
}

function refuseUnread(wire: Wire, call: Call, token: string | undefined): Answer | null {
  const { authorization, 'x-api-key': key, 'x-goog-api-key': other } = call.headers
  const keys = [authorization?.replace(/^Bearer /i, ''), key, other]
  if (token !== undefined && !keys.includes(token))
    return errorAnswer(wire, { status: 401, kind: 'key' })
  if (object(call.body) === call.body && call.method === 'POST') return null
  return errorAnswer(wire, { status: 400, message: 'The body of the request is no JSON object.' })
}

function play(wire: Wire, script: Script, asked: Asked, id: string, call: Call): Outcome {
  if (script.raw) return { answer: rawAnswer(script.raw), delivery: script.raw }
  if (script.error) return { answer: errorAnswer(wire, script.error), delivery: script }
  try {
    if (script.strict !== false) wire.judge(asked.body, call.headers)
  } catch (error) {
    if (error instanceof Refused) return plain(errorAnswer(wire, error.failure))
    throw error
  }
  const array = asked.format === 'gemini' && !call.path.includes('alt=sse')
  const full = { ...script, steps: script.steps ?? answer(asked) }
  return { answer: compose(wire, full, asked, id, array), delivery: script }
}

function rawAnswer({ status = 200, chunks }: Raw): Answer {
  return {
    status,
    headers: { 'content-type': 'text/event-stream' },
    pieces: chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)),
  }
}
