// Reads a conversation once, for every wire: turns, what each part's state is worth here, and what has to stay behind.
// Knows no wire format; nothing is left out without a warning or a fault that names it.
import type {
  AssistantPart,
  AssistantToolCall,
  InferRequest,
  SystemText,
  ToolMessage,
  ToolPart,
  UserMessage,
  UserPart,
} from '../../protocol/client-message.gen.ts'
import { invalid, unsupported } from '../../protocol/fault.ts'
import type { Warning } from '../../protocol/gateway-event.gen.ts'
import type { DialectId, ResolvedTarget } from '../../protocol/target.ts'
import type { Replay } from '../contract.ts'
import { LEFT_OUT, stateIsOwn, stateIsReasoning } from './state.ts'
import { tally, type Tally } from './tally.ts'

/** A part, where it stands in the request, and whether its `state` is this target's own and readable by its model (else it is not there). */
export interface Located<P> {
  readonly part: P
  readonly pointer: string
  readonly own: boolean
}

/** The result of one call, with the call it answers. */
export interface ToolResult {
  readonly id: string
  readonly name: string
  readonly is_error: boolean
  readonly parts: readonly Located<ToolPart>[]
  readonly pointer: string
  readonly call: Located<AssistantToolCall>
}

export type Turn =
  | { readonly role: 'system'; readonly parts: Located<SystemText>[] }
  | { readonly role: 'user'; readonly parts: Located<UserPart>[] }
  | { readonly role: 'assistant'; readonly parts: Located<AssistantPart>[] }
  | { readonly role: 'tool'; readonly results: ToolResult[] }

export interface History {
  /** The leading system messages' texts. */
  readonly system: readonly Located<SystemText>[]
  /** No turn is empty; two turns of one role never follow each other. Results stand in the order of their calls. */
  readonly turns: readonly Turn[]
  readonly warnings: readonly Warning[]
}

export interface HistoryOptions {
  /** The wire carries readable reasoning without state, so reasoning that never had any stays. */
  readonly plain_reasoning: boolean
  /** The provider can pause, so a last assistant message with own state may be sent on. Default true. */
  readonly pauses?: boolean
}

interface Reading {
  readonly target: ResolvedTarget
  readonly replay: Replay
  readonly options: HistoryOptions
  readonly left_out: Tally<keyof typeof LEFT_OUT>
}

/**
 * The conversation as turns: strings become one text part, adjacent messages of a role one turn, leading system messages `system`.
 * Left out with a warning: partial calls, foreign state, reasoning that cannot be sent. Left out silently, as the protocol says: empty text
 * and empty turns. Throws `unsupported_capability` (`system_in_conversation`, `prefill`) and `invalid_request` (`foreign_opaque`).
 */
export function readHistory(
  request: InferRequest,
  target: ResolvedTarget,
  replay: Replay,
  options: HistoryOptions,
): History {
  const reading: Reading = { target, replay, options, left_out: tally(LEFT_OUT) }
  const system: Located<SystemText>[] = []
  const turns: Turn[] = []
  let leading = true
  for (const [index, message] of request.messages.entries()) {
    const pointer = `/messages/${index}`
    if (message.role !== 'system') leading = false
    switch (message.role) {
      case 'system': {
        if (!leading) refuseLateSystem(target, pointer)
        const parts = keep(locate<SystemText>(message.content, pointer), reading)
        if (leading) system.push(...parts)
        else append(turns, { role: 'system', parts })
        break
      }
      case 'user':
        append(turns, { role: 'user', parts: userParts(message, pointer, reading) })
        break
      case 'assistant':
        append(turns, {
          role: 'assistant',
          parts: keep(locate<AssistantPart>(message.content, pointer), reading),
        })
        break
      case 'tool':
        append(turns, { role: 'tool', results: [resultOf(message, pointer, turns, reading)] })
    }
  }
  for (const [index, turn] of turns.entries())
    if (turn.role === 'tool') sortByCalls(turn.results, turns[index - 1])
  checkEnd(request, turns, reading)
  return { system, turns, warnings: reading.left_out.warnings() }
}

function userParts(message: UserMessage, pointer: string, reading: Reading): Located<UserPart>[] {
  const located = locate<UserPart>(message.content, pointer)
  refuseForeignOpaque(located, reading.target.dialect)
  return keep(located, reading)
}

type AnyPart = SystemText | UserPart | AssistantPart | ToolPart

function locate<P extends AnyPart>(
  content: string | readonly P[],
  pointer: string,
): { part: P | SystemText; pointer: string }[] {
  const here = `${pointer}/content`
  if (typeof content !== 'string')
    return content.map((part, index) => ({ part, pointer: `${here}/${index}` }))
  return [{ part: { type: 'text', text: content }, pointer: here }]
}

function keep<P extends AnyPart>(
  located: readonly { part: P; pointer: string }[],
  reading: Reading,
): Located<P>[] {
  const kept: Located<P>[] = []
  for (const { part, pointer } of located) {
    const here = keepPart(part, pointer, reading)
    if (here) kept.push(here)
  }
  return kept
}

/** The part as this target may have it, or null where it stays behind. */
function keepPart<P extends AnyPart>(
  part: P,
  pointer: string,
  reading: Reading,
): Located<P> | null {
  const { target, replay, left_out } = reading
  if (part.type === 'tool_call' && part.status === 'partial')
    return left_out.add('partial_call_left_out', pointer)
  const state = 'state' in part ? part.state : undefined
  const reasoning = isReasoning(part)
  if (reasoning && replay.omit_reasoning) return left_out.add('reasoning_left_out', pointer)
  const own = state !== undefined && stateIsOwn(state, target, replay, reasoning)
  if (own) return { part, pointer, own }
  if (state === undefined) return keepPlain(part, pointer, reading)
  left_out.add('foreign_state_left_out', pointer)
  if (part.type === 'opaque' || reasoning || isEmpty(part)) return null
  const stripped = { ...part }
  Reflect.deleteProperty(stripped, 'state')
  return { part: stripped, pointer, own }
}

/** A part that never had state. */
function keepPlain<P extends AnyPart>(
  part: P,
  pointer: string,
  { options, left_out }: Reading,
): Located<P> | null {
  if (isEmpty(part)) return null
  if (part.type === 'reasoning' && !options.plain_reasoning)
    return left_out.add('reasoning_without_state_left_out', pointer)
  return { part, pointer, own: false }
}

function isReasoning(part: AnyPart): boolean {
  return part.type === 'reasoning' || (part.type === 'opaque' && stateIsReasoning(part.state))
}

function isEmpty(part: AnyPart): boolean {
  return (
    (part.type === 'text' || part.type === 'refusal' || part.type === 'reasoning') &&
    (part.text ?? '') === ''
  )
}

function append(turns: Turn[], turn: Turn): void {
  const added = turn.role === 'tool' ? turn.results : turn.parts
  if (added.length === 0) return
  const last = turns.at(-1)
  if (last === undefined || last.role !== turn.role) turns.push(turn)
  else
    (last.role === 'tool' ? (last.results as unknown[]) : (last.parts as unknown[])).push(...added)
}

function resultOf(
  message: ToolMessage,
  pointer: string,
  turns: readonly Turn[],
  reading: Reading,
): ToolResult {
  const { dialect } = reading.target
  const located = locate<ToolPart>(message.content, pointer)
  refuseForeignOpaque(located, dialect)
  const asked = turns.findLast((turn) => turn.role === 'assistant')
  const call = asked?.parts.findLast(
    (each) => isCall(each) && each.part.id === message.tool_call_id,
  )
  if (call === undefined || !isCall(call)) {
    const text = `no call "${message.tool_call_id}" stands before this result`
    throw invalid('linkage', text, `${pointer}/tool_call_id`)
  }
  return {
    id: message.tool_call_id,
    name: message.tool_name,
    is_error: message.is_error ?? false,
    parts: keep(located, reading),
    pointer,
    call,
  }
}

function isCall(located: Located<AssistantPart>): located is Located<AssistantToolCall> {
  return located.part.type === 'tool_call'
}

function sortByCalls(results: ToolResult[], asked: Turn | undefined): void {
  if (asked?.role !== 'assistant') return
  const order = new Map(asked.parts.map((located, index) => [located as Located<unknown>, index]))
  results.sort((a, b) => (order.get(a.call) ?? 0) - (order.get(b.call) ?? 0))
}

/** A later turn's system text has no place but where the model says so; it is never moved to the front. */
function refuseLateSystem(target: ResolvedTarget, pointer: string): void {
  if (target.rules.system_in_conversation) return
  const text = `${target.model} takes system messages only at the beginning; move this one there or make it a user message`
  throw unsupported('system_in_conversation', text, pointer)
}

/** What a caller made for another dialect cannot be meant for this one. */
function refuseForeignOpaque(
  located: readonly { part: AnyPart; pointer: string }[],
  dialect: DialectId,
): void {
  for (const { part, pointer } of located) {
    if (part.type !== 'opaque' || part.state.dialect === dialect) continue
    const text = `an opaque part for ${part.state.dialect} cannot be sent to ${dialect}; leave it out or choose a target of its dialect`
    throw invalid('foreign_opaque', text, pointer)
  }
}

function checkEnd(request: InferRequest, turns: readonly Turn[], reading: Reading): void {
  const { target, options } = reading
  const last = turns.at(-1)
  if (request.messages.at(-1)?.role !== 'assistant' || last?.role !== 'assistant') return
  if (target.rules.prefill) return
  if ((options.pauses ?? true) && last.parts.some((located) => located.own)) return
  const text = `${target.model} does not continue an assistant message; end with a user or tool message`
  throw unsupported('prefill', text, `/messages/${request.messages.length - 1}`)
}
