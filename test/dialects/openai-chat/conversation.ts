// A conversation as it goes out on this wire.
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { encode } from '../../../src/dialects/openai-chat/encode.ts'
import type { Message } from '../../../src/protocol/client-message.gen.ts'
import { FRESH, requestOf, targetOf } from '../shared/target.ts'

export type Target = ReturnType<typeof targetOf>

export const USER = { role: 'user' as const, content: 'q' }

export const encoded = (messages: Message[], target: Target = targetOf()) =>
  encode(requestOf(messages), target, FRESH)

export const wire = (messages: Message[], target?: Target): JsonObject[string] =>
  encoded(messages, target).call.body['messages']
