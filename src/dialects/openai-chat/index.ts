// OpenAI's chat/completions, and the many servers that speak it. The table entry only; encode, decode and fault are its rooms.
import type { Dialect } from '../contract.ts'
import { wireCapabilities } from '../shared/capabilities.ts'
import { decoder } from './decode.ts'
import { encode } from './encode.ts'
import { readFault } from './fault.ts'

/** `POST /chat/completions`. What a server lacks beyond this stands in its quirks. */
export const openaiChat = {
  id: 'openai_chat',
  capabilities: wireCapabilities(['prompt_cache']),
  auth: { header: 'authorization', prefix: 'Bearer ' },
  encode,
  decoder,
  readFault,
} as const satisfies Dialect
