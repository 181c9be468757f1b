// From a script to bytes: runs its steps through a wire's writer and gives what is to be sent, and when.
import type { Script, Step } from './script.ts'
import type { Asked, Block, Counts, JsonObject, Payload, Turn, Wire } from './wire.ts'

/** Bytes of one event, or milliseconds of silence. */
export type Piece = Buffer | number

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly pieces: readonly Piece[]
}

const JSON_TYPE = { 'content-type': 'application/json' }
const CONTENT = new Set<Step['type']>(['text', 'reasoning', 'refusal', 'tool', 'item'])

/** A JSON answer with its status. */
export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, headers: JSON_TYPE, pieces: [Buffer.from(JSON.stringify(body))] }
}

/** The vendor's error answer. */
export function errorAnswer(wire: Wire, error: NonNullable<Script['error']>): Answer {
  const failure = {
    message: `Simulated failure (HTTP ${error.status}).`,
    ...error,
    ...(error.kind && wire.kinds[error.kind]),
  }
  const { body = wire.error(failure), retry_after } = failure
  return {
    status: failure.status,
    headers: {
      ...JSON_TYPE,
      ...(retry_after !== undefined && { 'retry-after': `${retry_after}` }),
    },
    pieces: [Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))],
  }
}

/** The whole answer of a script. `serial` makes its ids, `array` asks for Gemini's JSON array instead of events. */
export function compose(
  wire: Wire,
  script: Script & { readonly steps: readonly Step[] },
  asked: Asked,
  serial: string,
  array: boolean,
): Answer {
  const turn = turnOf(script, asked, serial)
  const writer = wire.writer(turn)
  const waits = script.steps.flatMap((step) => (step.type === 'wait' ? [step.ms] : []))
  const error = script.steps.find(({ type }) => type === 'error')
  if (!asked.stream || script.json) {
    if (error) return errorAnswer(wire, { status: 500, ...error })
    const { pieces, ...rest } = jsonAnswer(200, writer.whole())
    return { ...rest, pieces: [...waits, ...pieces] }
  }
  const blocks = turn.blocks.values()
  const write = framer(wire.named, script.crlf === true, array)
  const pieces: Piece[] = writer.open().map(write)
  for (const step of script.steps) {
    if (step.type === 'wait') pieces.push(step.ms)
    else if (step.type === 'bytes') pieces.push(Buffer.from(step.bytes))
    else if (step.type === 'error') {
      const failure = { status: 500, message: 'Simulated failure inside the stream.', ...step }
      pieces.push(...writer.fail(failure).map(write))
      break
    } else pieces.push(...writer.block(blocks.next().value ?? NOTHING).map(write))
  }
  if (!error && script.marker !== false) pieces.push(...writer.close().map(write))
  if (array) pieces.push(Buffer.from(']'))
  return {
    status: 200,
    headers: array ? JSON_TYPE : { 'content-type': 'text/event-stream; charset=utf-8' },
    pieces,
  }
}

const NOTHING: Block = {
  type: 'text',
  pieces: [],
  text: '',
  id: '',
  name: '',
  redacted: false,
  item: {},
}

function framer(named: boolean, crlf: boolean, array: boolean): (payload: Payload) => Buffer {
  let first = true
  return (payload) => {
    const json = typeof payload === 'string' ? payload : JSON.stringify(payload)
    if (array) {
      const lead = first ? '[' : ',\r\n'
      first = false
      return Buffer.from(lead + json)
    }
    const name = named && typeof payload !== 'string' ? `event: ${String(payload['type'])}\n` : ''
    const event = `${name}data: ${json}\n\n`
    return Buffer.from(crlf ? event.replaceAll('\n', '\r\n') : event)
  }
}

function turnOf(script: Script & { steps: readonly Step[] }, asked: Asked, id: string): Turn {
  const blocks = script.steps
    .filter(({ type }) => CONTENT.has(type))
    .map((step, index) => blockOf(step, `call_${id}_${index}`))
  const counted = (type?: string): number =>
    blocks.filter((block) => (type ?? block.type) === block.type).flatMap(({ pieces }) => pieces)
      .length
  const usage: Counts = {
    input: Math.ceil(JSON.stringify(asked.body).length / 4),
    cached: 0,
    cache_write: 0,
    output: counted(),
    reasoning: counted('reasoning'),
    ...script.usage,
  }
  const finish =
    script.finish ?? (blocks.some(({ type }) => type === 'tool') ? 'tool_calls' : 'stop')
  return { asked, id, created: Math.floor(Date.now() / 1000), blocks, finish, usage }
}

function blockOf(step: Step, id: string): Block {
  if (step.type === 'item') return { ...NOTHING, type: 'item', item: step.item }
  if (step.type === 'tool') {
    const pieces = split(step.arguments, step.chars)
    const text = pieces.join('')
    return { ...NOTHING, type: 'tool', pieces, text, id: step.id ?? id, name: step.name }
  }
  if (step.type === 'wait' || step.type === 'bytes' || step.type === 'error') return NOTHING
  const redacted = step.redacted === true
  const pieces = redacted ? [] : split(step.text, step.chars)
  return { ...NOTHING, type: step.type, pieces, text: pieces.join(''), redacted }
}

/** Given pieces as they are; else word by word, or `chars` characters at a time (never half a character). */
function split(text: JsonObject | string | readonly string[], chars?: number): readonly string[] {
  if (isPieces(text)) return text
  const whole = typeof text === 'string' ? text : JSON.stringify(text)
  if (chars === undefined) return whole.match(/\s*\S+\s*?|\s+$/g) ?? []
  const letters = Array.from(whole)
  return Array.from({ length: Math.ceil(letters.length / chars) }, (_, index) =>
    letters.slice(index * chars, (index + 1) * chars).join(''),
  )
}

function isPieces(text: unknown): text is readonly string[] {
  return Array.isArray(text)
}
