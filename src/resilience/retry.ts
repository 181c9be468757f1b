// Whether and when a failed attempt is tried again. One predicate in one place; nothing here waits or sends.
import type { Fault } from '../protocol/fault.ts'

export interface RetryRules {
  readonly max_retries: number
  readonly backoff_base_ms: number
  readonly backoff_max_ms: number
  /** A provider that asks for a longer wait is not waited for. */
  readonly max_retry_after_ms: number
}

export interface RetryFacts {
  readonly fault: Fault
  /** Retries already made on this target for this request. */
  readonly retries: number
  /** Output has left the attempt: never retried. */
  readonly begun: boolean
  /** Milliseconds until the request's total deadline. */
  readonly left_ms: number
  /** In [0, 1): the jitter. */
  readonly random: number
}

/** The wait before the next try in milliseconds; null: no further try on this target. */
export function retryDelay(rules: RetryRules, facts: RetryFacts): number | null {
  const { fault, retries, begun, left_ms, random } = facts
  if (begun || retries >= rules.max_retries) return null
  if (!fault.retryable || fault.retry_forbidden) return null
  // Our own refusals: what is full or open now is told at once, not asked again.
  if (fault.kind === 'circuit_open' || fault.kind === 'shutting_down') return null
  if (fault.code === 'queue_full') return null
  const asked = fault.retry_after_ms ?? 0
  if (asked > rules.max_retry_after_ms) return null
  const ceiling = Math.min(rules.backoff_max_ms, rules.backoff_base_ms * 2 ** retries)
  const wait = Math.max(asked, Math.round(ceiling * random))
  return wait < left_ms ? wait : null
}

const FAILOVER_KINDS: ReadonlySet<Fault['kind']> = new Set([
  'circuit_open',
  'authentication',
  'permission',
  'quota_exceeded',
  'not_found',
  'unsupported_capability',
])

/** Whether the next member of a route is tried after this fault. */
export function movesOn(fault: Fault): boolean {
  return fault.kind !== 'shutting_down' && (fault.retryable || FAILOVER_KINDS.has(fault.kind))
}

/**
 * Retries are paid from a budget, so that a failing provider is not stormed: every first attempt pays in a share, every retry takes
 * one out. A quiet target still has a few.
 */
export class RetryBudget {
  /** In hundredths of a retry, so that shares add up exactly. */
  #share: number
  #balance = RESERVE * RETRY

  constructor(percent: number) {
    this.#share = percent
  }

  /** After a reload; what is saved up stays. */
  set percent(percent: number) {
    this.#share = percent
  }

  deposit(): void {
    this.#balance = Math.min(this.#balance + this.#share, MOST * RETRY)
  }

  withdraw(): boolean {
    if (this.#balance < RETRY) return false
    this.#balance -= RETRY
    return true
  }
}

/** Retries that a target has before it has earned any, and the most it can save up. */
const RESERVE = 10
const MOST = 100
const RETRY = 100

/**
 * The wait that a provider asks for in its headers, in milliseconds: `retry-after-ms`, else `retry-after` (seconds or a date, taken
 * against the answer's own `date` where it has one, else against `now`). Null: it asks for none.
 */
export function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | null {
  const exact = numberIn(headers['retry-after-ms'])
  if (exact !== null && exact >= 0) return wholeMs(exact)
  const text = headers['retry-after']?.trim()
  if (!text) return null
  const seconds = numberIn(text)
  if (seconds !== null) return seconds >= 0 ? wholeMs(seconds * 1000) : null
  const date = Date.parse(text)
  if (Number.isNaN(date)) return null
  const from = Date.parse(headers['date'] ?? '')
  return Math.max(0, date - (Number.isNaN(from) ? now : from))
}

/** The first of several: where a proxy adds a header of its own, they come joined by a comma. */
function numberIn(text: string | undefined): number | null {
  const trimmed = text?.split(',')[0]?.trim()
  return trimmed && Number.isFinite(Number(trimmed)) ? Number(trimmed) : null
}

/** Absurd waits stay integers that every reader of the wire can hold. */
const wholeMs = (ms: number): number => Math.min(Math.ceil(ms), Number.MAX_SAFE_INTEGER)

/** The provider's own word against trying again, whatever its status says. What it says for it counts for nothing. */
export const forbidsRetry = (headers: Readonly<Record<string, string>>): boolean =>
  headers['x-should-retry'] === 'false'
