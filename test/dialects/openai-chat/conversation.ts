// A conversation as it goes out on this wire.
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { encode } from '../../../src/dialects/openai-chat/encode.ts'
import type {
  AssistantPart,
  Message,
  ToolMessage,
} from '../../../src/protocol/client-message.gen.ts'
import { FRESH, requestOf, targetOf } from '../shared/target.ts'

export type Target = ReturnType<typeof targetOf>

export const USER = { role: 'user' as const, content: 'q' }

export const call = (id: string, rest = {}): AssistantPart => ({
  type: 'tool_call',
  id,
  name: 'f',
  arguments_json: '{"x": 1}',
  ...rest,
})
export const result = (
  content: ToolMessage['content'],
  rest: Partial<ToolMessage> = {},
): ToolMessage => ({
  role: 'tool',
  tool_call_id: 'a',
  tool_name: 'f',
  content,
  ...rest,
})

export const encoded = (messages: Message[], target: Target = targetOf()) =>
  encode(requestOf(messages), target, FRESH)

export const wire = (messages: Message[], target?: Target): JsonObject[string] =>
  encoded(messages, target).call.body['messages']
