// What all connections of one server share, and the caps over all of them.
import type { Gateway, RequestContext, ServerFacts } from '../gateway/contract.ts'
import { Fault } from '../protocol/fault.ts'
import type { GatewayEvent } from '../protocol/gateway-event.gen.ts'
import type { Logger } from './logger.ts'
import type { OutboxLimits } from './outbox.ts'

/** The caps of the configuration's `limits` that hold here, by the same names. */
export interface ServerLimits extends OutboxLimits {
  readonly max_line_bytes: number
  readonly max_connections: number
  readonly max_in_flight: number
  readonly max_in_flight_per_connection: number
}

export interface House {
  readonly gateway: Gateway
  readonly logger: Logger
  readonly allow_exit: boolean
  /** Asked each time, so that a reload counts from the next line on. */
  readonly limits: () => ServerLimits
  /** Throws on an event that breaks its schema; null: events are not checked. */
  readonly check: ((event: GatewayEvent) => void) | null
  readonly tally: { -readonly [Key in keyof ServerFacts]: ServerFacts[Key] }
  /** Every request of every connection, until the gateway is through with it. */
  readonly running: Map<RequestContext, Promise<void>>
  /** A client asks the daemon to stop. */
  readonly exit: () => void
}

/** Why no request can be taken from a connection that has `mine` in flight; null: it can. */
export function refusalOf({ limits, running, tally }: House, mine: number): Fault | null {
  const { max_in_flight, max_in_flight_per_connection } = limits()
  if (tally.draining) {
    return new Fault('shutting_down', null, 'the daemon is stopping; ask again when it is back')
  }
  if (mine >= max_in_flight_per_connection) {
    const cap = `${max_in_flight_per_connection} requests are in flight on this connection`
    return tooMany('too_many_requests', cap, 'max_in_flight_per_connection')
  }
  if (running.size >= max_in_flight) {
    return tooMany('too_many_requests', `${max_in_flight} requests are in flight`, 'max_in_flight')
  }
  return null
}

/** A cap of the daemon's own is reached; `limit` is its name in the configuration. */
export function tooMany(code: string, text: string, limit: string): Fault {
  return new Fault('overloaded', code, `${text} (limits.${limit}): wait for some to end`)
}
