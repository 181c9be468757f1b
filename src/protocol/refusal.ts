// The answer to a line or request for which nothing ran: a `failed` event with an empty ending. Never sends anything.
import { errorOf, type Fault } from './fault.ts'
import type { FailedEvent } from './gateway-event.gen.ts'

/**
 * The terminal event of a request that never reached a target: unknown counts are null, lists are empty.
 * `requestId` is null where the line had no id that could be used; `metadata` is the request's own, where it was understood.
 */
export function failedEvent(
  requestId: string | null,
  fault: Fault,
  metadata: Record<string, string> = {},
): FailedEvent {
  return {
    type: 'failed',
    request_id: requestId,
    error: errorOf(fault, { target: null, model: null }),
    target: null,
    model: null,
    message: null,
    usage: null,
    cost: null,
    timing: null,
    attempts: [],
    warnings: [],
    provider_metadata: null,
    metadata,
  }
}
