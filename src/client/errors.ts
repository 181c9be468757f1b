// How a request can end for its caller other than by its own events.
import type { FailedEvent, GatewayError } from '../protocol/gateway-event.gen.ts'

export type { CancelledEvent, CompletedEvent, FailedEvent } from '../protocol/gateway-event.gen.ts'

/** A refused or failed request, as thrown by `status`, `probe` and `exit`. `event` is the whole terminal event. */
export class GatewayRequestError extends Error {
  override readonly name = 'GatewayRequestError'
  readonly error: GatewayError
  readonly event: FailedEvent

  constructor(event: FailedEvent) {
    super(event.error.message)
    this.error = event.error
    this.event = event
  }
}

/** The connection to the daemon went, or could not be had again, before the request's terminal event. Nothing is ever sent twice. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
  /** False: no byte of the request went out, so that asking again is safe. True: it may have been answered and billed. */
  readonly sent: boolean

  constructor(why: string, sent: boolean) {
    super(`the connection to the daemon is gone: ${why}`)
    this.sent = sent
  }
}
