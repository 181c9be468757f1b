// What the decoder tells, folded by the gateway's own assembler into one plain answer; and the items and events servers send.
import type { DialectEvent, JsonObject } from '../../../src/dialects/contract.ts'
import { decoder } from '../../../src/dialects/openai-responses/decode.ts'
import { Assembler } from '../../../src/gateway/assemble.ts'
import type { Fault } from '../../../src/protocol/fault.ts'
import type { AssistantPart, Usage } from '../../../src/protocol/gateway-event.gen.ts'

export const ORIGIN = {
  dialect: 'openai_responses',
  target: 'here',
  model: 'm-1',
  fingerprint: 'f-1',
} as const

export interface Answer {
  parts: AssistantPart[]
  /** `reason raw`, or `kind/code` of a fault; each as often as it was told. */
  end: string[]
  faults: Fault[]
  usage: Usage | null
  warnings: string[]
  metadata: JsonObject
  raw: JsonObject
}

export function answerOf(events: readonly DialectEvent[]): Answer {
  const assembler = new Assembler('r', ORIGIN, 1e6)
  const answer: Answer = {
    parts: [],
    end: [],
    faults: [],
    usage: null,
    warnings: [],
    metadata: {},
    raw: {},
  }
  for (const event of events) {
    if (event.type === 'usage') answer.usage = event.usage
    else if (event.type === 'warning') answer.warnings.push(event.warning.code)
    else if (event.type === 'metadata') {
      const { raw = {}, ...rest } = event.metadata
      Object.assign(answer.metadata, JSON.parse(JSON.stringify(rest)))
      Object.assign(answer.raw, raw)
    } else if (event.type === 'finish')
      answer.end.push(`${assembler.finish(event.cause, [])} ${event.raw}`)
    else if (event.type === 'fault') {
      answer.faults.push(event.fault)
      answer.end.push(`${event.fault.kind}/${event.fault.code}`)
    } else assembler.take(event, [])
  }
  return { ...answer, parts: assembler.message()?.content ?? [] }
}

/** The answer of a stream that ends after these events; texts go as they are. */
export function streamed(...events: readonly unknown[]): Answer {
  const reading = decoder()
  const told = events.flatMap((event) =>
    reading.push({ event: '', data: typeof event === 'string' ? event : JSON.stringify(event) }),
  )
  return answerOf([...told, ...reading.end()])
}

export const whole = (body: unknown): Answer =>
  answerOf(decoder().body(typeof body === 'string' ? body : JSON.stringify(body)))

/** The state of an answer's part, as the gateway completes it. */
export const state = (rest: JsonObject) => ({ state: { ...ORIGIN, ...rest } })

export const text = (said: string, rest: JsonObject = {}) => ({
  type: 'output_text',
  text: said,
  annotations: [],
  ...rest,
})
export const message = (content: readonly JsonObject[], rest: JsonObject = {}) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content,
  ...rest,
})
export const call = (args: string, rest: JsonObject = {}) => ({
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_1',
  name: 'f',
  arguments: args,
  status: 'completed',
  ...rest,
})
export const thought = (summary: readonly string[], rest: JsonObject = {}) => ({
  type: 'reasoning',
  id: 'rs_1',
  summary: summary.map((said) => ({ type: 'summary_text', text: said })),
  encrypted_content: 'sealed-1',
  ...rest,
})

export const added = (output_index: number, item: JsonObject) => ({
  type: 'response.output_item.added',
  output_index,
  item,
})
export const done = (output_index: number, item: JsonObject) => ({
  type: 'response.output_item.done',
  output_index,
  item,
})
export const response = (rest: JsonObject = {}) => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: 'm-1-served',
  output: [],
  error: null,
  incomplete_details: null,
  usage: null,
  ...rest,
})
export const ended = (rest: JsonObject = {}) => {
  const final = response(rest)
  return { type: `response.${final.status}`, response: final }
}
export const piece = (subject: string, delta: string, rest: JsonObject = {}) => ({
  type: `response.${subject}.delta`,
  delta,
  ...rest,
})

/** The calls of an answer in words. */
export const calls = (answer: Answer): string[] =>
  answer.parts.flatMap((part) =>
    part.type === 'tool_call'
      ? [`${part.id} ${part.name} ${part.arguments_json} ${part.status}`]
      : [],
  )
