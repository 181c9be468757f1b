// The limits in force for one request on one target: the target's own, tightened by the request's. A route's members clamp, a target refuses.
import type { Limits } from '../protocol/client-message.gen.ts'
import { invalid } from '../protocol/fault.ts'
import type { Warning } from '../protocol/gateway-event.gen.ts'

export interface Bounds {
  readonly connect_timeout_ms: number
  readonly first_event_timeout_ms: number
  readonly idle_timeout_ms: number
  readonly total_timeout_ms: number
  readonly max_retries: number
}

export interface Tightened {
  readonly bounds: Bounds
  /** The most tokens of the answer that were asked for; undefined: nothing was. */
  readonly max_output_tokens: number | undefined
  readonly warnings: readonly Warning[]
}

const BOUNDED = [
  'total_timeout_ms',
  'first_event_timeout_ms',
  'idle_timeout_ms',
  'max_retries',
] as const

/** Throws `invalid_request`/`limit_too_loose` where the request asks for more than the target allows, unless `clamp`. */
export function tighten(
  limits: Limits | undefined,
  own: Bounds,
  maxOutputTokens: number | null,
  target: string,
  clamp: boolean,
): Tightened {
  if (limits === undefined) return { bounds: own, max_output_tokens: undefined, warnings: [] }
  const warnings: Warning[] = []
  const judge = (field: keyof Limits, bound: number): number => {
    const asked = limits[field] ?? bound
    if (asked <= bound) return asked
    const pointer = `/limits/${field}`
    const text = `limits.${field} is ${asked}, more than the ${bound} that holds for target "${target}"`
    if (!clamp) throw invalid('limit_too_loose', text, pointer)
    warnings.push({ code: 'limit_clamped', message: `${text}; ${bound} was used`, pointer })
    return bound
  }
  const bounds = Object.fromEntries(BOUNDED.map((field) => [field, judge(field, own[field])]))
  const tokens = limits.max_output_tokens
  return {
    bounds: { ...own, ...bounds },
    max_output_tokens:
      tokens === undefined || maxOutputTokens === null
        ? tokens
        : judge('max_output_tokens', maxOutputTokens),
    warnings,
  }
}
