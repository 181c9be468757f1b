// The conversation as Gemini's contents. Signatures stay on the very part they came on, no two parts are ever merged,
// and the content with a turn's function responses holds nothing else (newer models refuse it otherwise).
import type {
  AssistantPart,
  AssistantToolCall,
  InferRequest,
  UserPart,
} from '../../protocol/client-message.gen.ts'
import { unsupported } from '../../protocol/fault.ts'
import type { JsonObject } from '../contract.ts'
import type { History, Located, Turn } from '../shared/history.ts'
import { argumentsObject } from '../shared/json.ts'
import { idOf, itemOf, mediaPart, signatureOf, textPart } from './parts.ts'
import type { Writing } from './parts.ts'
import { responsePart } from './results.ts'
import { SKIP_SIGNATURE } from './wire.ts'

export interface Content {
  readonly role: 'user' | 'model'
  readonly parts: JsonObject[]
}

/** All turns as contents. Throws `unsupported_capability` for what has no place on the wire and where nothing is left to send. */
export function contentsOf({ turns }: History, request: InferRequest, writing: Writing): Content[] {
  if (turns.length === 0) {
    const text = 'Gemini needs a user message with content beside the system text; add one'
    throw unsupported('system_only', text, `/messages/${request.messages.length - 1}`)
  }
  // The current turn is all that follows the user's last own words; only its calls are validated.
  const current = turns.findLastIndex(({ role }) => role === 'user')
  return turns
    .map((turn, index) => contentOf(turn, index > current, writing))
    .map(({ role, parts }) => ({ role, parts: parts.filter(saysSomething) }))
    .filter(({ parts }) => parts.length > 0)
}

/** Empty text is legal only under a signature, and that may have been left out. */
function saysSomething(part: JsonObject): boolean {
  return part['text'] !== '' || 'thoughtSignature' in part
}

function contentOf(turn: Turn, validated: boolean, writing: Writing): Content {
  switch (turn.role) {
    case 'user':
      return { role: 'user', parts: turn.parts.map((located) => userPart(located, writing)) }
    case 'assistant':
      return { role: 'model', parts: modelParts(turn.parts, validated, writing) }
    case 'tool':
      return { role: 'user', parts: turn.results.map((result) => responsePart(result, writing)) }
    case 'system': {
      const text =
        'Gemini has no place for a system message inside the conversation; move it to the beginning'
      throw unsupported('system_in_conversation', text, turn.parts[0]?.pointer ?? null)
    }
  }
}

function userPart(located: Located<UserPart>, writing: Writing): JsonObject {
  const { part, pointer } = located
  if (part.type === 'opaque') return itemOf(part.state, pointer, writing)
  if (part.type !== 'text') return mediaPart(part, pointer, writing)
  return textPart(part, pointer, writing)
}

function modelParts(
  parts: readonly Located<AssistantPart>[],
  validated: boolean,
  writing: Writing,
): JsonObject[] {
  // Of parallel calls only the first carries the signature.
  const first = parts.find(({ part }) => part.type === 'tool_call')
  return parts.map((located) => {
    const { part, pointer } = located
    switch (part.type) {
      case 'refusal':
        return { text: part.text }
      case 'text':
        return { ...textPart(part, pointer, writing), ...signatureOf(part.state, writing) }
      case 'reasoning':
        return { text: part.text ?? '', thought: true, ...signatureOf(part.state, writing) }
      case 'tool_call':
        return callPart(
          { part, pointer, own: located.own },
          validated && located === first,
          writing,
        )
      case 'opaque':
        return itemOf(part.state, pointer, writing)
    }
  })
}

function callPart(
  { part, pointer, own }: Located<AssistantToolCall>,
  validated: boolean,
  writing: Writing,
): JsonObject {
  const { notices } = writing
  const signature = signatureOf(part.state, writing)
  const args =
    argumentsObject(part.arguments_json) ??
    notices.add('malformed_arguments_emptied', `${pointer}/arguments_json`) ??
    {}
  const call = { ...idOf(part.state), name: part.name, args }
  if (!validated || 'thoughtSignature' in signature || !needsSentinel(own, writing)) {
    return { functionCall: call, ...signature }
  }
  notices.add('thought_signature_missing', pointer)
  return { functionCall: call, thoughtSignature: SKIP_SIGNATURE }
}

/** A call that this target sent unsigned goes back unsigned, unless its provider has already refused the history's signatures. */
function needsSentinel(own: boolean, { target, replay }: Writing): boolean {
  const { signatures_required } = target.rules
  return own
    ? signatures_required && replay.omit_reasoning
    : signatures_required || replay.omit_reasoning
}
