// The fixed points of Anthropic's Messages wire: version, header names, ids, bounds. Literals only; no behaviour.
import type { JsonObject } from '../contract.ts'

/** A content block as it stands in a body or a stream. */
export type Block = JsonObject

/**
 * The wire version spoken. Pinned, because a newer one changes what a body may hold (2026-10-21 has no sampling fields and refuses
 * citations in user messages): moving to it is a change of `encode`, never of configuration.
 */
export const VERSION = '2023-06-01'

/** `tool_use.id` and `tool_use_id`. */
export const CALL_ID = /^[a-zA-Z0-9_-]+$/
export const CALL_ID_LENGTH = 64

/** `max_tokens` is mandatory; this holds where neither request nor model say one. */
export const DEFAULT_MAX_TOKENS = 8192
/** The least that `thinking.budget_tokens` may be. */
export const MIN_BUDGET_TOKENS = 1024
/** How many `cache_control` marks a body may hold. */
export const MAX_BREAKPOINTS = 4

/** Options that would give an answer which does not fit this protocol. */
export const REFUSED_OPTIONS = ['model', 'messages', 'stream'] as const
