// Folds what the chat decoder tells into one plain answer, and builds chunks as servers send them.
import { decoder } from '../../../src/dialects/openai-chat/decode.ts'
import type { DialectEvent, JsonObject } from '../../../src/dialects/contract.ts'
import type { Fault } from '../../../src/protocol/fault.ts'
import type { Usage } from '../../../src/protocol/gateway-event.gen.ts'

export interface Part {
  readonly type: string
  text: string
  id?: string
  name?: string
  state?: JsonObject
  ended?: boolean
}

export interface Answer {
  parts: Part[]
  /** `cause raw`, or `kind/code` of a fault. */
  end: string[]
  faults: Fault[]
  usage: Usage | null
  metadata: JsonObject
  raw: JsonObject
}

/** A chunk of the first choice. */
export const chunk = (
  delta: unknown,
  finish_reason: string | null = null,
  rest: JsonObject = {},
) => ({
  choices: [{ index: 0, delta, finish_reason }],
  ...rest,
})
/** A piece of a call's arguments; `rest` holds its id, index and function name. */
export const fragment = (
  text: string,
  {
    function: named,
    ...rest
  }: { readonly function?: { readonly name: string }; readonly [key: string]: unknown } = {},
): JsonObject => ({ index: 0, ...rest, function: { ...named, arguments: text } })
export const calling = (...calls: JsonObject[]) => chunk({ tool_calls: calls })
export const STOP = chunk({}, 'stop')
export const CALLS = chunk({}, 'tool_calls')
export const DONE = '[DONE]'

export function eventsOf(chunks: readonly unknown[]): DialectEvent[] {
  const reading = decoder()
  const events = chunks.flatMap((each) =>
    reading.push({ event: '', data: typeof each === 'string' ? each : JSON.stringify(each) }),
  )
  return [...events, ...reading.end()]
}

export const streamed = (...chunks: unknown[]): Answer => fold(eventsOf(chunks))

export function whole(body: unknown): Answer {
  const reading = decoder()
  return fold([
    ...reading.body(typeof body === 'string' ? body : JSON.stringify(body)),
    ...reading.end(),
  ])
}

export function fold(events: readonly DialectEvent[]): Answer {
  const parts = new Map<number, Part>()
  const answer: Answer = { parts: [], end: [], faults: [], usage: null, metadata: {}, raw: {} }
  for (const event of events) take(answer, parts, event)
  answer.parts = [...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part)
  return answer
}

function take(answer: Answer, parts: Map<number, Part>, event: DialectEvent): void {
  if ('key' in event) takePart(parts, event)
  else if (event.type === 'usage') answer.usage = event.usage
  else if (event.type === 'finish') answer.end.push(`${event.cause} ${event.raw}`)
  else if (event.type === 'metadata') {
    const { raw, ...rest } = event.metadata
    Object.assign(answer.metadata, rest)
    Object.assign(answer.raw, raw)
  } else if (event.type === 'fault') {
    answer.faults.push(event.fault)
    answer.end.push(`${event.fault.kind}/${event.fault.code}`)
  }
}

function takePart(parts: Map<number, Part>, event: Extract<DialectEvent, { key: number }>): void {
  const { type, key } = event
  const part = parts.get(key) ?? { type, text: '' }
  parts.set(key, part)
  if (type === 'opaque') part.state = event.state
  else if (type === 'part_end') {
    if (part.type === 'tool_call') part.ended = true
    if (event.state) part.state = { ...part.state, ...event.state }
  } else {
    if (type === 'tool_call') Object.assign(part, { id: event.id, name: event.name })
    part.text += event.delta
  }
}

/** Parts in short: `text "a"`, `call c-1 f {"a":1}`; a call that has not ended is marked `cut`. */
export const brief = ({ parts }: Answer): string[] =>
  parts.map(({ type, text, id, name, ended }) =>
    type === 'tool_call'
      ? `call ${id || '?'} ${name} ${text}${ended ? '' : ' cut'}`
      : `${type} ${JSON.stringify(text)}`,
  )
