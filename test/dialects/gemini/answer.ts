// Builds Gemini's chunks, folds what the decoder tells into the canonical message, and sends that message back. Test code only.
import type { DialectEvent, JsonObject } from '../../../src/dialects/contract.ts'
import { gemini } from '../../../src/dialects/gemini/index.ts'
import { asArray, asObject, parseJson } from '../../../src/dialects/shared/json.ts'
import type { AssistantPart, Message } from '../../../src/protocol/client-message.gen.ts'
import type { Fault } from '../../../src/protocol/fault.ts'
import type { Usage } from '../../../src/protocol/gateway-event.gen.ts'
import type { ResolvedTarget } from '../../../src/protocol/target.ts'
import { FRESH, RULES, targetOf } from '../shared/target.ts'

export const ORIGIN = { dialect: 'gemini', target: 'here', model: 'm-1' } as const

/** A model of the newest family. */
export function geminiTarget(rest: Parameters<typeof targetOf>[0] = {}): ResolvedTarget {
  const rules = {
    ...RULES,
    system_in_conversation: false,
    signatures_required: true,
    media_in_tool_results: true,
    ...rest.rules,
  }
  return targetOf({ dialect: 'gemini', ...rest, rules })
}

export const chunk = (
  parts: readonly JsonObject[],
  candidate: JsonObject = {},
  rest: JsonObject = {},
): JsonObject => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...candidate }],
  ...rest,
})
export const STOP = { finishReason: 'STOP' }

export function eventsOf(chunks: readonly unknown[]): DialectEvent[] {
  const decoder = gemini.decoder()
  const events = chunks.flatMap((each) =>
    decoder.push({ event: '', data: typeof each === 'string' ? each : JSON.stringify(each) }),
  )
  return [...events, ...decoder.end()]
}

export interface Answer {
  content: AssistantPart[]
  end: string[]
  fault: Fault | null
  usage: Usage | null
  metadata: JsonObject
  raw: JsonObject
}

export const streamed = (...chunks: unknown[]): Answer => fold(eventsOf(chunks))
export const whole = (body: unknown): Answer =>
  fold(gemini.decoder().body(typeof body === 'string' ? body : JSON.stringify(body)))

/** The message as the gateway would tell it; calls without an id get `own-<key>`. */
export function fold(events: readonly DialectEvent[]): Answer {
  const parts = new Map<number, AssistantPart>()
  const answer: Answer = { content: [], end: [], fault: null, usage: null, metadata: {}, raw: {} }
  for (const event of events) {
    if (event.type === 'usage') answer.usage = event.usage
    else if (event.type === 'metadata') {
      const { raw, ...names } = event.metadata
      Object.assign(answer.metadata, names)
      Object.assign(answer.raw, raw)
    } else if (event.type === 'finish') answer.end.push(`${event.cause} ${event.raw}`)
    else if (event.type === 'fault') {
      answer.end.push(`${event.fault.kind}/${event.fault.code}`)
      answer.fault = event.fault
    } else if ('key' in event) grow(parts, event)
  }
  answer.content = [...parts.values()]
  return answer
}

function grow(
  parts: Map<number, AssistantPart>,
  event: Extract<DialectEvent, { key: number }>,
): void {
  const part = parts.get(event.key) ?? begin(event)
  if (!part) return
  parts.set(event.key, part)
  if (event.type === 'part_end') {
    if (part.type === 'tool_call') part.status = 'ready'
    if (event.state && part.type !== 'refusal') part.state = { ...ORIGIN, ...event.state }
  } else if (event.type !== 'opaque') {
    if (part.type === 'tool_call') part.arguments_json += event.delta
    else if (part.type !== 'opaque') part.text = (part.text ?? '') + event.delta
  }
}

function begin(event: Extract<DialectEvent, { key: number }>): AssistantPart | null {
  const { type, key } = event
  if (type === 'opaque') return { type, state: { ...ORIGIN, ...event.state } }
  if (type === 'part_end') return null
  if (type !== 'tool_call') return { type, text: '' }
  return {
    type,
    id: event.id || `own-${key}`,
    name: event.name,
    arguments_json: '',
    status: 'partial',
  }
}

/** The contents of a request that sends this answer back, with a result for each call. */
export function sentBack(content: AssistantPart[]): unknown[] {
  const results = content
    .filter((part) => part.type === 'tool_call')
    .map(({ id, name }): Message => ({
      role: 'tool',
      tool_call_id: id,
      tool_name: name,
      content: 'done',
    }))
  const last: Message[] = results.length > 0 ? results : [{ role: 'user', content: 'and?' }]
  const messages: Message[] = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content },
    ...last,
  ]
  const { call, warnings } = gemini.encode({ type: 'infer', messages }, geminiTarget(), FRESH)
  if (warnings.length > 0) throw new Error(`warned of ${warnings.map(({ code }) => code).join()}`)
  return [...asArray(asObject(parseJson(JSON.stringify(call.body)))?.['contents'])]
}
