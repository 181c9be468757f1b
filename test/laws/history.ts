// The laws of one request's history, judged from outside: what was told, against what the provider is known to have said.
import type { GatewayEvent } from '../../src/protocol/gateway-event.gen.ts'
import type { Stream } from './streams.ts'

type End = Extract<GatewayEvent, { type: 'completed' | 'failed' }>
const TERMINAL: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])

/** What a history breaks; empty: nothing. `seen`: how many bytes of the body the provider sent. */
export function breaches(events: readonly GatewayEvent[], stream: Stream, seen: number): string[] {
  const last = events.at(-1)
  if (last?.type !== 'completed' && last?.type !== 'failed') return ['the last event is an end']
  const laws: readonly (readonly [boolean, string])[] = [
    [events[0]?.type === 'started', 'the first event is started'],
    [events.filter(({ type }) => TERMINAL.has(type)).length === 1, 'exactly one terminal event'],
    ...endLaws(last, stream, seen),
    ...contentLaws(events, last, stream),
  ]
  return laws.filter(([holds]) => !holds).map(([, law]) => law)
}

function endLaws(end: End, stream: Stream, seen: number): [boolean, string][] {
  if (end.type === 'completed')
    return [[seen >= stream.marked_at, 'completed only after the terminal marker']]
  return [[end.error.kind === 'transport', `a cut is a transport fault, not ${end.error.kind}`]]
}

function contentLaws(
  events: readonly GatewayEvent[],
  end: End,
  stream: Stream,
): [boolean, string][] {
  const told = tell(events)
  const calls = [...told.calls.values()]
  const laws: [boolean, string][] = [
    [stream.text.startsWith(told.text), 'told text is a prefix of what was said'],
    [stream.reasoning.startsWith(told.reasoning), 'told reasoning is a prefix of what was said'],
    [
      calls.every((text, index) => stream.calls[index]?.arguments_json.startsWith(text)),
      'told arguments are a prefix of what was said',
    ],
    [
      told.ready.every((text) =>
        stream.calls.some(({ arguments_json }) => arguments_json === text),
      ),
      'a ready call is whole',
    ],
    [sameMessage(end, [...told.parts.values()]), 'the message is what was told, part by part'],
  ]
  if (end.type === 'completed')
    laws.push(
      [told.text === stream.text && told.reasoning === stream.reasoning, 'completed is whole'],
      [calls.length === stream.calls.length, 'completed has every call'],
    )
  return laws
}

interface Told {
  text: string
  reasoning: string
  readonly calls: Map<number, string>
  readonly parts: Map<number, string>
  readonly ready: string[]
}

function add(to: Map<number, string>, part: number, delta: string): void {
  to.set(part, (to.get(part) ?? '') + delta)
}

function tell(events: readonly GatewayEvent[]): Told {
  const told: Told = { text: '', reasoning: '', calls: new Map(), parts: new Map(), ready: [] }
  for (const event of events)
    if (event.type === 'output_text_delta') {
      told.text += event.delta
      add(told.parts, event.part, event.delta)
    } else if (event.type === 'reasoning_delta') {
      told.reasoning += event.delta
      add(told.parts, event.part, event.delta)
    } else if (event.type === 'tool_call_delta') {
      add(told.calls, event.part, event.arguments_delta)
      add(told.parts, event.part, event.arguments_delta)
    } else if (event.type === 'tool_call_ready') told.ready.push(event.call.arguments_json)
  return told
}

function sameMessage({ message }: End, parts: readonly string[]): boolean {
  const texts = (message?.content ?? []).map((part) => {
    if (part.type === 'tool_call') return part.arguments_json
    return part.type === 'text' || part.type === 'reasoning' ? (part.text ?? '') : ''
  })
  return texts.filter(Boolean).join('\n') === parts.filter(Boolean).join('\n')
}
