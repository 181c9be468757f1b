// What the server may ask of the gateway. The server knows bytes, lines and connections; the gateway knows requests and events; this is all they share.
import type { InferRequest, ProbeRequest } from '../protocol/client-message.gen.ts'
import type { GatewayEvent, StatusEvent } from '../protocol/gateway-event.gen.ts'
import type { TerminalEvent } from '../telemetry/facts.ts'
import type { Life } from './life.ts'

/** Why a request was ended from outside; the `reason` of its life's end. */
export type AbortCause = 'client_cancel' | 'client_gone' | 'shutting_down'

export interface RequestContext {
  /** Aborted with an {@link AbortCause}, or by the request's own deadline with a fault; covers every await of the request. */
  readonly life: Life
  /** `performance.now()` when the line was read; all times of the request count from here. */
  readonly received_at: number
  /** Number of the connection; admission is fair between connections. */
  readonly client: number
}

/** What a request is told before its end: by its type it cannot be a terminal event. */
export type OutputEvent = Exclude<GatewayEvent, TerminalEvent | { type: 'status' | 'probed' }>

export type Identified<T> = T & { readonly request_id: string }

/** Facts that the server alone knows, for `status`. */
export interface ServerFacts {
  readonly connections: number
  readonly connections_accepted: number
  readonly lines: number
  readonly refused_lines: number
  readonly stalled_clients: number
  readonly draining: boolean
}

/**
 * Takes a batch on its way to the client. Null: taken; else it resolves once it is, and whoever tells more before that defeats the
 * bound on what waits for a slow client. Never rejects.
 */
export type Tell<T> = (batch: readonly T[]) => Promise<void> | null

export interface Gateway {
  /**
   * Runs one request. Tells batches of events in order; the last event of the last batch is the one terminal event, always.
   * Resolves after that and never rejects. Reads on from the provider only when what was told is taken.
   */
  infer(
    request: Identified<InferRequest>,
    context: RequestContext,
    tell: Tell<GatewayEvent>,
  ): Promise<void>
  /** Runs one probe; ends in one `probed`, `failed` or `cancelled`. */
  probe(
    request: Identified<ProbeRequest>,
    context: RequestContext,
    tell: Tell<GatewayEvent>,
  ): Promise<void>
  status(request_id: string, server: ServerFacts): StatusEvent
}
