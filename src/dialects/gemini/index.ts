// Gemini's generateContent as a dialect. Wiring only.
import type { Dialect } from '../contract.ts'
import { wireCapabilities } from '../shared/capabilities.ts'
import { decoder } from './decode.ts'
import { encode } from './encode.ts'
import { readFault } from './fault.ts'

/** The Gemini API, and Vertex or other servers that speak it. Its caching is implicit, so the wire has no breakpoints. */
export const gemini = {
  id: 'gemini',
  capabilities: wireCapabilities(['prompt_cache']),
  auth: { header: 'x-goog-api-key', prefix: '' },
  encode,
  decoder,
  readFault,
} as const satisfies Dialect
