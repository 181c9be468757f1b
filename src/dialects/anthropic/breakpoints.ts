// Prompt-cache breakpoints: gathered in the order of the prefix (tools, system, messages), then thinned to what the wire allows.
import type { Cache } from '../../protocol/client-message.gen.ts'
import type { Warning } from '../../protocol/gateway-event.gen.ts'
import { asArray, isObject } from '../shared/json.ts'
import type { Block } from './wire.ts'

/** A block after which the prefix shall be kept. */
export interface Breakpoint {
  readonly block: Block
  readonly ttl: Cache['ttl']
  readonly pointer: string
}

const HOLDERS = ['tools', 'system', 'messages', 'content']

/** The breakpoints that stand in a body already: the caller's own, in options (automatic caching takes one too) and in opaque blocks. */
export function breakpointsIn(body: Block): number {
  const held = HOLDERS.flatMap((field) => asArray(body[field])).filter(isObject)
  const own = (body['cache_control'] ?? null) === null ? 0 : 1
  return held.reduce((count, block) => count + breakpointsIn(block), own)
}

/**
 * Writes `cache_control` on the last `room` of these blocks; the later ones cover the earlier ones' prefix. A longer time after a shorter
 * one is refused by the provider, so it is shortened. Both are warned of.
 */
export function placeBreakpoints(marks: readonly Breakpoint[], room: number): Warning[] {
  const warnings: Warning[] = []
  const kept = room <= 0 ? [] : marks.slice(-room)
  const [first] = marks
  if (first && kept.length < marks.length) {
    const count = marks.length - kept.length
    const message = `only the last ${room} cache breakpoints fit (left out: the first ${count})`
    warnings.push({ code: 'cache_breakpoint_left_out', message, pointer: first.pointer })
  }
  let shortest: Cache['ttl'] = '1h'
  for (const { block, ttl, pointer } of kept) {
    if (ttl === '5m') shortest = '5m'
    if (ttl !== shortest) {
      const message = 'a 1h cache breakpoint after a 5m one is sent as 5m'
      warnings.push({ code: 'cache_ttl_shortened', message, pointer })
    }
    block['cache_control'] = { type: 'ephemeral', ttl: shortest }
  }
  return warnings
}
