// The OpenAI Responses dialect: https://platform.openai.com/docs/api-reference/responses. Stateless use only; nothing is stored there.
import type { Dialect } from '../contract.ts'
import { wireCapabilities } from '../shared/capabilities.ts'
import { decoder } from './decode.ts'
import { encode } from './encode.ts'
import { readFault } from './fault.ts'
import { DIALECT } from './wire.ts'

/** OpenAI's Responses API and servers that speak it. */
export const openaiResponses = {
  id: DIALECT,
  capabilities: wireCapabilities(['audio', 'top_k', 'seed', 'stop', 'penalties', 'prompt_cache']),
  auth: { header: 'authorization', prefix: 'Bearer ' },
  encode,
  decoder,
  readFault,
} as const satisfies Dialect
