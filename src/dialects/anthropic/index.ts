// Anthropic's Messages API, and the servers that speak it. The table entry only; encode, decode and fault are its rooms.
import type { Dialect } from '../contract.ts'
import { wireCapabilities } from '../shared/capabilities.ts'
import { decoder } from './decode.ts'
import { encode } from './encode.ts'
import { readFault } from './fault.ts'

/** `POST /messages`. Always strict with schemas; no JSON mode, audio, seed or penalties. */
export const anthropicMessages = {
  id: 'anthropic_messages',
  capabilities: wireCapabilities(['json_mode', 'audio', 'seed', 'penalties']),
  auth: { header: 'x-api-key', prefix: '' },
  encode,
  decoder,
  readFault,
} as const satisfies Dialect
