// The conversation as Anthropic wants it: users and assistants in turn, a turn's calls last in it, all their results first in the one message
// after it, and assistant turns verbatim from their state. Reorders nothing else and repairs no arguments.
import type { AssistantPart, AssistantToolCall, Cache } from '../../protocol/client-message.gen.ts'
import { unsupported } from '../../protocol/fault.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { JsonObject } from '../contract.ts'
import type { Located, ToolResult, Turn } from '../shared/history.ts'
import { fittingId } from '../shared/ids.ts'
import { argumentsObject, asObject, isObject } from '../shared/json.ts'
import { tally, type Tally } from '../shared/tally.ts'
import type { Breakpoint } from './breakpoints.ts'
import { contentBlock, opaqueBlock } from './content.ts'
import { CALL_ID, CALL_ID_LENGTH } from './wire.ts'
import type { Block } from './wire.ts'

/** What writing leaves behind besides blocks. */
export interface Notes {
  readonly marks: Breakpoint[]
  readonly left_out: Tally<keyof typeof TEXTS>
  /** The ids of calls, as they are written. */
  readonly ids: Map<AssistantToolCall, string>
  /** How often each id stands so far. */
  readonly uses: Map<string, number>
}

const TEXTS = {
  blank_text_left_out: 'text of nothing but white space is not sent: the provider refuses it',
  unsigned_reasoning_left_out: 'reasoning without a signature is not sent: the provider refuses it',
  final_reasoning_left_out:
    'reasoning that nothing follows in its turn is not sent: the provider refuses a turn that ends in it',
  malformed_arguments_emptied:
    'arguments that are no JSON object are sent as {}: this wire takes no text there',
  server_call_left_out:
    'a server tool’s call that has no result is not sent with later words: the provider refuses it',
  is_error_left_out:
    'a failed result with more than text is sent as an ordinary one that begins with "Error": the provider refuses it otherwise',
  detail_left_out: 'a block of the Messages API has no place for `detail`; it is not sent',
  filename_left_out: 'a block of the Messages API has no place for `filename`; it is not sent',
} as const

export const openNotes = (): Notes => ({
  marks: [],
  left_out: tally(TEXTS),
  ids: new Map(),
  uses: new Map(),
})

interface WireMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: Block[]
  readonly pointer: string
}

/** The body's `messages`. Throws `unsupported_capability` for a system message where none may stand. */
export function writeMessages(
  turns: readonly Turn[],
  target: ResolvedTarget,
  notes: Notes,
): JsonObject[] {
  const messages: WireMessage[] = []
  for (const [index, turn] of turns.entries()) {
    const content = turnBlocks(turn, turns.slice(index + 1, index + 3), target, notes)
    const role = turn.role === 'tool' ? 'user' : turn.role
    const last = messages.at(-1)
    if (last?.role === role) last.content.push(...content)
    else if (content.length > 0) messages.push({ role, content, pointer: pointerOf(turn) })
  }
  for (const [index, message] of messages.entries()) {
    if (message.role === 'system') checkPlace(messages, index)
  }
  return messages.map(({ role, content }) => ({ role, content }))
}

type Said = Located<Parameters<typeof contentBlock>[0]>

/** Parts of a system, user or tool message as blocks, their cache marks noted. Blank text is refused in all of them. */
export function markedBlocks(parts: readonly Said[], notes: Notes): Block[] {
  return parts.flatMap<Block>((located) =>
    isBlank(located.part)
      ? (notes.left_out.add('blank_text_left_out', located.pointer) ?? [])
      : markedBlock(located, notes),
  )
}

function isBlank(part: Said['part'] | AssistantPart): boolean {
  return (part.type === 'text' || part.type === 'refusal') && part.text.trim() === ''
}

function markedBlock({ part, pointer }: Said, { marks, left_out }: Notes): Block {
  if ('detail' in part && part.detail !== undefined)
    left_out.add('detail_left_out', `${pointer}/detail`)
  if (part.type === 'image' && part.filename !== undefined)
    left_out.add('filename_left_out', `${pointer}/filename`)
  return mark(contentBlock(part, pointer), part, pointer, marks)
}

function mark(block: Block, part: object, pointer: string, marks: Breakpoint[]): Block {
  const { cache } = part as { cache?: Cache }
  if (cache) marks.push({ block, ttl: cache.ttl, pointer: `${pointer}/cache` })
  return block
}

/** `after`: the next two turns, as far as there are. */
function turnBlocks(
  turn: Turn,
  after: readonly Turn[],
  target: ResolvedTarget,
  notes: Notes,
): Block[] {
  switch (turn.role) {
    case 'assistant':
      return assistantBlocks(turn.parts, after, target, notes)
    case 'tool':
      return turn.results.map((result) => resultBlock(result, notes))
    case 'system':
    case 'user':
      return markedBlocks(turn.parts, notes)
  }
}

const isReasoning = (block: Block): boolean =>
  block['type'] === 'thinking' || block['type'] === 'redacted_thinking'

/**
 * A turn that was cut off in a call or before its text may end in reasoning, or in a server tool's call without its result. A paused one,
 * which is continued, goes back as it is.
 */
function assistantBlocks(
  parts: readonly Located<AssistantPart>[],
  after: readonly Turn[],
  target: ResolvedTarget,
  notes: Notes,
): Block[] {
  const written = parts.flatMap((located) => {
    const block = assistantBlock(located, target, notes)
    return block ? [{ block, pointer: located.pointer }] : []
  })
  if (after.length === 0) return written.map(({ block }) => block)
  const said = goesOn(after) ? written : written.filter(isSettled(written, notes))
  const kept = said.findLastIndex(({ block }) => !isReasoning(block)) + 1
  for (const { pointer } of said.slice(kept))
    notes.left_out.add('final_reasoning_left_out', pointer)
  const blocks = said.slice(0, kept).map(({ block }) => block)
  return blocks.toSorted((one, other) => Number(isCall(one)) - Number(isCall(other)))
}

/** Behind a turn's first call the provider takes nothing but calls; other providers go on to speak there. */
const isCall = (block: Block): boolean => block['type'] === 'tool_use'

/** Nobody has spoken since but tools, so a server tool may still answer. */
function goesOn(after: readonly Turn[]): boolean {
  const next = after.find(({ role }) => role !== 'tool')
  return next === undefined || next.role === 'assistant'
}

const SERVER_CALLS: readonly unknown[] = ['server_tool_use', 'mcp_tool_use']

interface Written {
  readonly block: Block
  readonly pointer: string
}

/** Whether a block is no server tool's call, or one that has its result, or that calls of this turn were made from. */
function isSettled(written: readonly Written[], { left_out }: Notes): (each: Written) => boolean {
  const named = written.flatMap(({ block }) => [
    block['tool_use_id'],
    asObject(block['caller'])?.['tool_id'],
  ])
  return ({ block, pointer }) => {
    if (!SERVER_CALLS.includes(block['type']) || named.includes(block['id'])) return true
    left_out.add('server_call_left_out', pointer)
    return false
  }
}

/** Where the first part stands that is sent. */
function pointerOf(turn: Turn): string {
  if (turn.role === 'tool') return turn.results[0]?.pointer ?? ''
  const parts: readonly (Said | Located<AssistantPart>)[] = turn.parts
  return parts.find(({ part }) => !isBlank(part))?.pointer ?? ''
}

/** A system message stands after a user's or after an assistant's that ends in a server tool's result, and before an assistant's or nothing. */
function checkPlace(messages: readonly WireMessage[], index: number): void {
  const [before, here, after] = [messages[index - 1], messages[index], messages[index + 1]]
  const ended = String(before?.content.at(-1)?.['type']).endsWith('_tool_result')
  const legal = before?.role === 'user' || (before?.role === 'assistant' && ended)
  if (legal && after?.role !== 'user') return
  const text =
    'a later system message has its place after a user or tool message and before an assistant message or the end'
  throw unsupported('system_in_conversation', text, here?.pointer ?? null)
}

/** The block as the provider sent it where the part's state is its own, else what can be said without. */
function assistantBlock(
  { part, pointer, own }: Located<AssistantPart>,
  target: ResolvedTarget,
  notes: Notes,
): Block | null {
  const { marks, left_out } = notes
  const rest = (own && 'state' in part && asObject(part.state?.['block'])) || {}
  const refused = refusedPart(part, rest, target)
  if (refused !== null) return left_out.add(refused, pointer)
  switch (part.type) {
    case 'text':
      return mark({ type: 'text', text: part.text, ...citedBack(rest) }, part, pointer, marks)
    case 'refusal':
      return { type: 'text', text: part.text }
    case 'reasoning':
      if (rest['type'] === 'redacted_thinking') return rest
      return { type: 'thinking', thinking: part.text ?? '', ...rest }
    case 'tool_call': {
      const input =
        argumentsObject(part.arguments_json) ??
        left_out.add('malformed_arguments_emptied', pointer) ??
        {}
      return { type: 'tool_use', id: wireId(part, notes), name: part.name, input, ...rest }
    }
    case 'opaque':
      return opaqueBlock(part.state, pointer)
  }
}

/** What the provider answers with 400, also where it once said it itself: the code of the warning, or null. */
function refusedPart(
  part: AssistantPart,
  rest: Block,
  target: ResolvedTarget,
): keyof typeof TEXTS | null {
  if (isBlank(part) && Object.keys(rest).length === 0) return 'blank_text_left_out'
  const proven = rest['signature'] || rest['type'] === 'redacted_thinking'
  if (part.type === 'reasoning' && !proven && target.official_host) {
    return 'unsigned_reasoning_left_out'
  }
  return null
}

/** Citations of documents are answered with a `file_id` that a request has no place for, null or not. */
function citedBack(rest: Block): Block {
  const { citations } = rest
  if (!Array.isArray(citations)) return rest
  const sent = citations.map((citation: unknown) => {
    if (!isObject(citation)) return citation
    const { file_id: _file_id, ...cited } = citation
    return cited
  })
  return { ...rest, citations: sent }
}

/**
 * The call's id where it fits and is new. Some servers give `call_0` in every answer, and the provider refuses an id that stands twice in a
 * conversation.
 */
function wireId(call: AssistantToolCall, { ids, uses }: Notes): string {
  const known = ids.get(call)
  if (known !== undefined) return known
  const times = uses.get(call.id) ?? 0
  uses.set(call.id, times + 1)
  const id = fittingId(times === 0 ? call.id : `${call.id}#${times}`, CALL_ID, CALL_ID_LENGTH)
  ids.set(call, id)
  return id
}

/** The provider caches behind a whole result, not behind a block inside it, and takes an error only if it says something and in text alone. */
function resultBlock({ call, parts, is_error, pointer }: ToolResult, notes: Notes): Block {
  const inner: Notes = { ...notes, marks: [] }
  const content = markedBlocks(parts, inner)
  const plain = content.every(({ type }) => type === 'text')
  if (is_error && !plain) notes.left_out.add('is_error_left_out', `${pointer}/is_error`)
  if (is_error && !(plain && content.length > 0)) content.unshift({ type: 'text', text: 'Error' })
  const block: Block = {
    type: 'tool_result',
    tool_use_id: wireId(call.part, notes),
    ...(content.length > 0 && { content }),
    ...(is_error && plain && { is_error }),
  }
  const last = inner.marks.at(-1)
  if (last) notes.marks.push({ ...last, block })
  return block
}
