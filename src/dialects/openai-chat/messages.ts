// The conversation as chat/completions messages. An answer of this target goes back as the server sent it.
import type { AssistantPart, AssistantToolCall } from '../../protocol/client-message.gen.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { JsonObject } from '../contract.ts'
import type { History, Located, Turn } from '../shared/history.ts'
import { fittingId } from '../shared/ids.ts'
import { asArray, asObject, asString } from '../shared/json.ts'
import { resultContent, userContent } from './content.ts'
import type { Notes } from './notes.ts'
import { BLOCKS, DETAILS } from './structured.ts'
import { REASONING_FIELDS, THINKING } from './wire.ts'

/** All messages, the leading system texts as one. */
export function messagesOf(history: History, target: ResolvedTarget, notes: Notes): JsonObject[] {
  const leading: Turn[] =
    history.system.length > 0 ? [{ role: 'system', parts: [...history.system] }] : []
  return [...leading, ...history.turns].flatMap((turn) => messagesOfTurn(turn, target, notes))
}

function messagesOfTurn(turn: Turn, target: ResolvedTarget, notes: Notes): JsonObject[] {
  const { quirks } = target
  switch (turn.role) {
    case 'system': {
      const content = turn.parts.map(({ part }) => part.text).join('\n\n')
      return [{ role: quirks.system_role, content }]
    }
    case 'user':
      return userMessages(turn.parts, target, notes)
    case 'assistant':
      return assistantMessage(turn.parts, target, notes)
    case 'tool':
      return turn.results.map((result) => ({
        role: 'tool',
        tool_call_id: wireId(result.id, target),
        ...(quirks.tool_message_name && { name: result.name }),
        content: resultContent(result, quirks, notes),
      }))
  }
}

/** One message of all parts; a caller's opaque message stands between. */
function userMessages(
  parts: Extract<Turn, { role: 'user' }>['parts'],
  target: ResolvedTarget,
  notes: Notes,
): JsonObject[] {
  const messages: JsonObject[] = []
  let content: JsonObject[] = []
  const close = (): void => {
    if (content.length > 0) messages.push({ role: 'user', content: plain(content) })
    content = []
  }
  for (const located of parts) {
    const { part } = located
    const message = part.type === 'opaque' ? asObject(part.state['message']) : undefined
    if (message) {
      close()
      messages.push(message)
    } else content.push(userContent(located, target.quirks, notes))
  }
  close()
  return messages
}

/** Texts alone are said as one string, which every server takes: DeepSeek refuses lists. A text with more to it, such as a cache mark, stays. */
function plain(content: readonly JsonObject[]): string | readonly JsonObject[] {
  const bare = content.every(({ type, text, ...rest }) => {
    return type === 'text' && typeof text === 'string' && Object.keys(rest).length === 0
  })
  return bare ? content.map(({ text }) => text).join('\n\n') : content
}

function assistantMessage(
  parts: readonly Located<AssistantPart>[],
  target: ResolvedTarget,
  notes: Notes,
): JsonObject[] {
  const said: Said = { text: '', refusal: '', reasoning: {}, thinking: [], calls: [], extra: {} }
  for (const part of parts) addPart(said, part, target, notes)
  const { calls } = said
  const message: JsonObject = {
    role: 'assistant',
    content: contentOf(said, calls.length > 0 || 'tool_calls' in said.extra),
    ...(said.refusal !== '' && { refusal: said.refusal }),
    ...said.reasoning,
    ...(calls.length > 0 && { tool_calls: calls }),
  }
  mergeInto(message, said.extra)
  const empty = message['content'] === '' && Object.keys(message).length === 2
  return empty ? [] : [message]
}

interface Said {
  text: string
  refusal: string
  /** The fields in which reasoning goes back. */
  readonly reasoning: JsonObject
  /** Thinking parts of the content, for servers that sent them so. */
  readonly thinking: JsonObject[]
  readonly calls: JsonObject[]
  /** Fields of opaque items. */
  readonly extra: JsonObject
}

function addPart(
  said: Said,
  { part, pointer, own }: Located<AssistantPart>,
  target: ResolvedTarget,
  notes: Notes,
): void {
  switch (part.type) {
    case 'text':
      said.text += part.text
      break
    case 'refusal':
      // A compatible server ignores the field, so there the words go as text.
      said[target.official_host ? 'refusal' : 'text'] += part.text
      break
    case 'reasoning':
      addReasoning(said, part.text ?? '', own ? (part.state ?? {}) : {}, target, () =>
        notes.add('reasoning_left_out', pointer),
      )
      break
    case 'opaque':
      mergeInto(said.extra, asObject(part.state['message']) ?? {})
      break
    case 'tool_call':
      said.calls.push(callOf(part, own, target))
      break
  }
}

/** Reasoning goes back where it came from: OpenRouter's details, LiteLLM's blocks, Mistral's content parts, else the field that the target names. */
function addReasoning(
  said: Said,
  text: string,
  state: JsonObject,
  target: ResolvedTarget,
  leaveOut: () => void,
): void {
  const came = asString(state['field']) ?? null
  const details = asArray(state['details'])
  const blocks = asArray(state['blocks'])
  if (details.length > 0) mergeInto(said.reasoning, { [DETAILS]: details })
  if (blocks.length > 0) mergeInto(said.reasoning, { [BLOCKS]: blocks })
  if (came === DETAILS) return
  if (came === THINKING) {
    const thinking = [{ type: 'text', text }]
    said.thinking.push({ ...asObject(state['extra']), type: 'thinking', thinking })
    return
  }
  const named = target.quirks.reasoning_field
  const field = named !== null && REASONING_FIELDS.includes(came ?? '') ? came : named
  if (field !== null) said.reasoning[field] = (asString(said.reasoning[field]) ?? '') + text
  else if (details.length + blocks.length === 0) leaveOut()
}

function mergeInto(into: JsonObject, fields: JsonObject): void {
  for (const [key, value] of Object.entries(fields)) {
    const before = into[key]
    into[key] =
      Array.isArray(before) && Array.isArray(value)
        ? [...(before as unknown[]), ...(value as unknown[])]
        : value
  }
}

function contentOf(said: Said, called: boolean): unknown {
  if (said.thinking.length > 0) {
    return said.text === '' ? said.thinking : [...said.thinking, { type: 'text', text: said.text }]
  }
  // Null is legal only beside calls or a refusal.
  return said.text === '' && (called || said.refusal !== '') ? null : said.text
}

function callOf(call: AssistantToolCall, own: boolean, target: ResolvedTarget): JsonObject {
  const { id, name, arguments_json, state } = call
  const extra_content = own ? state?.['extra_content'] : undefined
  return {
    id: wireId(id, target),
    type: 'function',
    ...(extra_content !== undefined && { extra_content }),
    function: { name, arguments: arguments_json === '' ? '{}' : arguments_json },
  }
}

const NINE_ALPHANUMERICS = /^[A-Za-z0-9]{9}$/
const LONGEST_OFFICIAL_ID = 40

/** Ids go back as they came; where another wire's do not fit, as a hash. */
function wireId(id: string, { quirks, official_host }: ResolvedTarget): string {
  if (quirks.tool_call_id === 'nine_alphanumerics') return fittingId(id, NINE_ALPHANUMERICS, 9)
  return official_host ? fittingId(id, /^/, LONGEST_OFFICIAL_ID) : id
}
