// The words of the Responses wire that both directions share. Literals and readings of one item; no policy.
import type { DialectId } from '../../protocol/target.ts'
import type { JsonObject } from '../contract.ts'

export const DIALECT = 'openai_responses' satisfies DialectId

/** Call ids are 1–64 characters on this wire. */
export const CALL_ID = { pattern: /^[\x21-\x7e]+$/, length: 64 } as const

const WAITING = new Set([
  'custom_tool_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
  'computer_call',
  'mcp_approval_request',
])

/** xAI runs its own tools as custom calls and tells of no output; only their ids say so. */
const RUN_BY_PROVIDER = /^xs_/

/** The items among `items` that wait for an answer of the caller's: no item beside them bears their call id. */
export function waitingItems(items: readonly JsonObject[]): JsonObject[] {
  return items.filter((item) => {
    return asks(item) && !items.some((other) => other !== item && answers(other, item))
  })
}

function asks(item: JsonObject): boolean {
  const type = String(item['type'])
  if (type === 'tool_search_call') return item['execution'] === 'client'
  if (type === 'custom_tool_call' && RUN_BY_PROVIDER.test(String(item['call_id']))) return false
  return WAITING.has(type)
}

function answers(item: JsonObject, call: JsonObject): boolean {
  return typeof call['call_id'] === 'string' && item['call_id'] === call['call_id']
}
