// The laws of one request's history, judged from outside: what was told, against what the provider is known to have said.
import type { GatewayEvent } from '../../src/protocol/gateway-event.gen.ts'
import type { Stream } from './streams.ts'

const TERMINAL: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])

/** What a history breaks; empty: nothing. `seen`: how many bytes of the body the provider sent. */
export function breaches(events: readonly GatewayEvent[], stream: Stream, seen: number): string[] {
  const found: string[] = []
  const must = (holds: boolean, law: string): void => {
    if (!holds) found.push(law)
  }
  const last = events.at(-1)
  must(events[0]?.type === 'started', 'the first event is started')
  must(events.filter(({ type }) => TERMINAL.has(type)).length === 1, 'exactly one terminal event')
  if (last?.type !== 'completed' && last?.type !== 'failed')
    return [...found, 'the last event is an end']
  const done = last.type === 'completed'
  must(!done || seen >= stream.marked_at, 'completed only after the terminal marker')
  must(
    done || last.error?.kind === 'transport',
    `a cut is a transport fault, not ${last.type === 'failed' ? last.error.kind : ''}`,
  )
  const told = { text: '', reasoning: '' }
  const calls = new Map<number, string>()
  const parts = new Map<number, string>()
  for (const event of events) {
    if (event.type === 'output_text_delta') told.text += event.delta
    else if (event.type === 'reasoning_delta') told.reasoning += event.delta
    if (event.type === 'output_text_delta' || event.type === 'reasoning_delta')
      parts.set(event.part, (parts.get(event.part) ?? '') + event.delta)
    else if (event.type === 'tool_call_delta') {
      calls.set(event.part, (calls.get(event.part) ?? '') + event.arguments_delta)
      parts.set(event.part, (parts.get(event.part) ?? '') + event.arguments_delta)
    } else if (event.type === 'tool_call_ready')
      must(
        stream.calls.some(({ arguments_json }) => arguments_json === event.call.arguments_json),
        'a ready call is whole',
      )
  }
  must(stream.text.startsWith(told.text), 'told text is a prefix of what was said')
  must(stream.reasoning.startsWith(told.reasoning), 'told reasoning is a prefix of what was said')
  for (const [index, text] of [...calls.values()].entries())
    must(
      (stream.calls[index]?.arguments_json ?? '').startsWith(text),
      'told arguments are a prefix of what was said',
    )
  must(
    !done || (told.text === stream.text && told.reasoning === stream.reasoning),
    'completed is whole',
  )
  must(!done || calls.size === stream.calls.length, 'completed has every call')
  must(sameMessage(last, [...parts.values()]), 'the message is what was told, part by part')
  return found
}

function sameMessage(
  { message }: Extract<GatewayEvent, { type: 'completed' | 'failed' }>,
  parts: readonly string[],
): boolean {
  const told: string[] = []
  for (const part of message?.content ?? [])
    if (part.type === 'tool_call')
      told.push(part.status === 'ready' && part.arguments_json === '{}' ? '' : part.arguments_json)
    else if (part.type === 'text' || part.type === 'reasoning') told.push(part.text ?? '')
  const kept = (texts: readonly string[]): string[] => texts.filter((text) => text !== '')
  return kept(told).join('\n') === kept(parts).join('\n')
}
