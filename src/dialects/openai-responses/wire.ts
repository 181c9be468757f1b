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

/** The items among `items` that wait for an answer of the caller's: no item beside them bears their call id. */
export function waitingItems(items: readonly JsonObject[]): JsonObject[] {
  return items.filter((item) => {
    const type = String(item['type'])
    const asked = type === 'tool_search_call' ? item['execution'] === 'client' : WAITING.has(type)
    return asked && !items.some((other) => other !== item && answers(other, item))
  })
}

function answers(item: JsonObject, call: JsonObject): boolean {
  return typeof call['call_id'] === 'string' && item['call_id'] === call['call_id']
}
