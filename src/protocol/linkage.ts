// Tool calls and their answers across a conversation: every whole call is answered exactly once, at once, by id and name.
import type { AssistantMessage, Message, ToolMessage } from './client-message.gen.ts'
import { invalid } from './fault.ts'

interface Call {
  readonly name: string
  readonly pointer: string
  readonly partial: boolean
  answered: boolean
}

/** Throws a `linkage` fault that points at the first call or answer that stands alone. Adjacent assistant messages are one turn. */
export function checkLinkage(messages: readonly Message[]): void {
  let turn = new Map<string, Call>()
  let previous: Message['role'] | null = null
  messages.forEach((message, index) => {
    const pointer = `/messages/${index}`
    if (message.role === 'tool') {
      answer(turn, message, pointer)
    } else if (message.role !== 'assistant' || previous !== 'assistant') {
      requireAnswers(turn, pointer)
      if (message.role === 'assistant') turn = new Map()
    }
    if (message.role === 'assistant') collect(turn, message, pointer)
    previous = message.role
  })
  requireAnswers(turn, null)
}

function collect(turn: Map<string, Call>, { content }: AssistantMessage, pointer: string): void {
  if (typeof content === 'string') return
  content.forEach((part, index) => {
    if (part.type !== 'tool_call') return
    const at = `${pointer}/content/${index}`
    const twin = turn.get(part.id)
    if (twin) refuse(`this call's id is that of the call at ${twin.pointer}`, `${at}/id`)
    const partial = part.status === 'partial'
    turn.set(part.id, { name: part.name, pointer: at, partial, answered: false })
  })
}

function answer(turn: Map<string, Call>, message: ToolMessage, pointer: string): void {
  const call = turn.get(message.tool_call_id)
  const id = `${pointer}/tool_call_id`
  if (!call) return refuse('answers no call of the nearest assistant message before it', id)
  if (call.partial) refuse(`answers the partial call at ${call.pointer}; leave the answer out`, id)
  if (call.answered) refuse(`answers the call at ${call.pointer} a second time`, id)
  if (call.name !== message.tool_name) {
    refuse(`is not the name of the call at ${call.pointer}`, `${pointer}/tool_name`)
  }
  call.answered = true
}

function requireAnswers(turn: ReadonlyMap<string, Call>, before: string | null): void {
  for (const call of turn.values()) {
    if (call.partial || call.answered) continue
    const where = before === null ? 'the end of the messages' : before
    refuse(`this call has no answer (a tool message) before ${where}`, call.pointer)
  }
}

function refuse(message: string, pointer: string): never {
  throw invalid('linkage', message, pointer)
}
