// The conversation as `instructions` and input items. An assistant turn goes back item by item, as the provider gave it.
// Ids of messages and calls stay home: the API checks them against reasoning that may have had to be left out.
import type {
  AssistantPart,
  AssistantReasoning,
  AssistantToolCall,
  InferRequest,
  State,
  SystemText,
  ToolPart,
  UserPart,
} from '../../protocol/client-message.gen.ts'
import type { Warning } from '../../protocol/gateway-event.gen.ts'
import { invalid } from '../../protocol/fault.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { JsonObject, Replay } from '../contract.ts'
import { readHistory } from '../shared/history.ts'
import type { Located, ToolResult } from '../shared/history.ts'
import { fittingId } from '../shared/ids.ts'
import { asArray, asObject, isObject } from '../shared/json.ts'
import { tally, type Tally } from '../shared/tally.ts'
import { contentPart, isContent, opaqueItem } from './content.ts'
import { CALL_ID } from './wire.ts'

const LEFT_OUT = {
  filename_left_out:
    'the Responses API takes no file name of an image or beside a URL; it is not sent',
  reasoning_without_ciphertext_left_out:
    'reasoning that came without encrypted content is not sent: the provider keeps nothing to find it by',
  unpaired_reasoning_left_out:
    'reasoning at the end of a turn is not sent: the item it led to never came',
} as const

export interface Input {
  /** The leading system texts; null where there are none, or where they are the whole input. */
  readonly instructions: string | null
  readonly items: readonly JsonObject[]
  readonly warnings: readonly Warning[]
}

/** The request's messages on the wire. Throws what {@link readHistory} and {@link contentPart} throw. */
export function readInput(request: InferRequest, target: ResolvedTarget, replay: Replay): Input {
  const options = { plain_reasoning: false, pauses: false }
  const { system, turns, warnings } = readHistory(request, target, replay, options)
  const left_out = tally(LEFT_OUT)
  const contents = (parts: readonly Located<UserPart | ToolPart>[]): JsonObject[] =>
    parts.map((part) => contentPart(part, left_out))
  const role = target.official_host ? 'developer' : 'system'
  const systemItem = (parts: readonly Located<SystemText>[]): JsonObject => ({
    type: 'message',
    role,
    content: contents(parts),
  })
  const items: JsonObject[] = []
  for (const turn of turns) {
    switch (turn.role) {
      case 'system':
        items.push(systemItem(turn.parts))
        break
      case 'user':
        pushUser(items, contents(turn.parts))
        break
      case 'assistant':
        pushAssistant(items, turn.parts, left_out)
        break
      case 'tool':
        items.push(...turn.results.map((result) => resultItem(result, contents(result.parts))))
    }
  }
  const told = [...warnings, ...left_out.warnings()]
  // The API refuses an empty input even beside instructions.
  if (items.length === 0 && system.length > 0)
    return { instructions: null, items: [systemItem(system)], warnings: told }
  const instructions = system.map(({ part }) => part.text).join('\n\n')
  return { instructions: instructions === '' ? null : instructions, items, warnings: told }
}

function pushUser(items: JsonObject[], contents: readonly JsonObject[]): void {
  let open: JsonObject[] | null = null
  for (const each of contents) {
    if (!isContent(each)) {
      items.push(each)
      open = null
    } else if (open === null) {
      open = [each]
      items.push({ type: 'message', role: 'user', content: open })
    } else open.push(each)
  }
}

function pushAssistant(
  items: JsonObject[],
  parts: readonly Located<AssistantPart>[],
  left_out: Tally<keyof typeof LEFT_OUT>,
): void {
  const begin = items.length
  const pointers = new Map<JsonObject, string>()
  for (const { part, pointer, own } of parts) {
    switch (part.type) {
      case 'text':
        pushText(items, begin, part.text, own ? part.state : undefined)
        break
      case 'refusal':
        items.push(messageItem(items.length, { type: 'refusal', refusal: part.text }))
        break
      case 'tool_call':
        items.push(callItem(part, own))
        break
      case 'opaque':
        items.push(opaqueItem(part.state, pointer))
        break
      case 'reasoning': {
        const item = reasoningItem(part)
        if (item === null) left_out.add('reasoning_without_ciphertext_left_out', pointer)
        else {
          items.push(item)
          pointers.set(item, pointer)
        }
      }
    }
  }
  // The API wants the item that a reasoning item led to right behind it; a turn cut off between them has none.
  for (let last = items.at(-1); last && pointers.has(last); last = items.at(-1)) {
    left_out.add('unpaired_reasoning_left_out', pointers.get(last) ?? '')
    items.pop()
  }
  for (let at = begin; at < items.length; at += 1) items[at] = plainest(items[at] ?? {})
}

function pushText(
  items: JsonObject[],
  begin: number,
  text: string,
  state: State | undefined,
): void {
  const part = { type: 'output_text', text, annotations: asArray(state?.['annotations']) }
  const open = items.length > begin ? items.at(-1) : undefined
  const content: unknown = open?.['type'] === 'message' ? open['content'] : undefined
  // Texts of one message item bear their places in it; a place that continues the open message belongs there. The item may be the request's own.
  if (Array.isArray(content) && content.length === state?.['content_index'])
    items[items.length - 1] = { ...open, content: [...(content as unknown[]), part] }
  else items.push(messageItem(items.length, part, state?.['phase']))
}

function messageItem(place: number, part: JsonObject, phase?: unknown): JsonObject {
  const message = { type: 'message', id: `msg_${place}`, role: 'assistant', status: 'completed' }
  return { ...message, content: [part], ...(typeof phase === 'string' ? { phase } : {}) }
}

/** A message of one bare text in the short form, which every compatible server takes. */
function plainest(item: JsonObject): JsonObject {
  const { type, role, content, phase } = item
  const [only, ...others] = asArray(content)
  if (type !== 'message' || role !== 'assistant' || others.length > 0 || !isObject(only))
    return item
  if (only['type'] !== 'output_text' || asArray(only['annotations']).length > 0) return item
  return { type, role, content: only['text'], ...(phase === undefined ? {} : { phase }) }
}

function callItem(part: AssistantToolCall, own: boolean): JsonObject {
  const state = own ? part.state : undefined
  return {
    type: 'function_call',
    call_id: wireId(part, own),
    name: part.name,
    arguments: part.arguments_json.trim() === '' ? '{}' : part.arguments_json,
    ...kept(state, ['namespace', 'caller']),
  }
}

function kept(state: State | undefined, fields: readonly string[]): JsonObject {
  const entries = Object.entries(state ?? {}).filter(([key]) => fields.includes(key))
  return Object.fromEntries(entries)
}

/** An id that the provider itself issued goes back as it is, however long. */
function wireId({ id }: AssistantToolCall, own: boolean): string {
  return own ? id : fittingId(id, CALL_ID.pattern, CALL_ID.length)
}

/**
 * The item as it came, but for what only answers say; null where the provider could not find it again: nothing is stored there, so without ciphertext (or, on
 * compatible servers, plain thoughts) its id leads nowhere.
 */
function reasoningItem(part: AssistantReasoning): JsonObject | null {
  const item = asObject(part.state?.['item'])
  if (!item) return null
  const sealed = typeof item['encrypted_content'] === 'string' && item['encrypted_content'] !== ''
  if (!sealed && asArray(item['content']).length === 0) return null
  const said = Object.entries(item).filter(
    ([key, value]) => value !== null && key !== 'created_by' && key !== 'status',
  )
  return { summary: [], ...Object.fromEntries(said) }
}

function resultItem(result: ToolResult, contents: readonly JsonObject[]): JsonObject {
  const { call } = result
  return {
    type: 'function_call_output',
    call_id: wireId(call.part, call.own),
    output: outputOf(result, contents),
    ...kept(call.own ? call.part.state : undefined, ['caller']),
  }
}

/** The wire has no flag for a failed call, so its text says it. */
function outputOf(
  { is_error, pointer }: ToolResult,
  contents: readonly JsonObject[],
): string | readonly JsonObject[] {
  if (!contents.every(isContent)) {
    const text =
      'a tool result holds content parts (input_text, input_image, input_file) only; put other items into a user message'
    throw invalid('opaque_item_in_tool_result', text, pointer)
  }
  const [first, ...rest] = contents
  const text = first?.['type'] === 'input_text' ? String(first['text']) : null
  if (first === undefined) return is_error ? 'Error' : ''
  if (text !== null && rest.length === 0) return is_error ? `Error: ${text}` : text
  if (!is_error) return contents
  if (text === null) return [{ type: 'input_text', text: 'Error' }, ...contents]
  return [{ ...first, text: `Error: ${text}` }, ...rest]
}
