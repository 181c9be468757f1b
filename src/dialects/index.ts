// The dialects this gateway speaks, by id. The compiler sees to it that none is missing.
import type { DialectId } from '../protocol/target.ts'
import { anthropicMessages } from './anthropic/index.ts'
import type { Dialect } from './contract.ts'
import { gemini } from './gemini/index.ts'
import { openaiChat } from './openai-chat/index.ts'
import { openaiResponses } from './openai-responses/index.ts'

export const DIALECTS = {
  openai_responses: openaiResponses,
  anthropic_messages: anthropicMessages,
  gemini,
  openai_chat: openaiChat,
} as const satisfies Record<DialectId, Dialect>
