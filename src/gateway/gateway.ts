// The gateway itself: requests in, events out, for whoever serves them. Holds the configuration in force and what outlives a request; knows no socket.
import type { Snapshot } from '../config/snapshot.ts'
import type { InferRequest, ProbeRequest } from '../protocol/client-message.gen.ts'
import type { GatewayEvent, StatusEvent } from '../protocol/gateway-event.gen.ts'
import type { Fault } from '../protocol/fault.ts'
import { clock } from '../resilience/deadline.ts'
import type { TerminalEvent } from '../telemetry/facts.ts'
import type { Observer } from '../telemetry/observer.ts'
import type { HttpClient } from '../transport/http.ts'
import { Admission } from './admission.ts'
import type { Gateway, Identified, RequestContext, ServerFacts, Tell } from './contract.ts'
import { Ledger } from './ledger.ts'
import { probe } from './probe/probe.ts'
import { plan, type Plan } from './route.ts'
import { Run } from './run.ts'
import { Scope } from './scope.ts'
import { sequence } from './sequence.ts'
import type { Means } from './trial.ts'
import { statusEvent } from './status.ts'

export interface GatewayParts {
  readonly snapshot: Snapshot
  readonly http: HttpClient
  readonly observer: Observer
  readonly redact: (text: string) => string
  readonly version: string
  /** Log lines that were lost so far. */
  readonly dropped_log_lines: () => number
}

export interface ReloadableGateway extends Gateway {
  /** New requests go by this from now on; running ones keep theirs. */
  reload(snapshot: Snapshot): void
  /** A reload failed and changed nothing. */
  reloadFailed(error: string): void
  dispose(): void
}

export function createGateway(parts: GatewayParts): ReloadableGateway {
  return new House(parts)
}

class House implements ReloadableGateway {
  readonly #parts: GatewayParts
  readonly #admission: Admission
  readonly #startedAt = clock()
  #snapshot: Snapshot
  #means: Means
  #lastError: string | null = null
  #inFlight = 0

  constructor(parts: GatewayParts) {
    this.#parts = parts
    const { observe } = parts.observer
    this.#admission = new Admission((target, model, state) =>
      observe({ fact: 'breaker_changed', target, model, state }),
    )
    this.#snapshot = parts.snapshot
    this.#means = this.#meansOf(parts.snapshot)
  }

  async infer(
    request: Identified<InferRequest>,
    context: RequestContext,
    tell: Tell<GatewayEvent>,
  ): Promise<void> {
    const snapshot = this.#snapshot
    const { observe } = this.#parts.observer
    const ledger = new Ledger(request, context.received_at, this.#parts.redact)
    const scope = new Scope(context)
    const where = (): Plan => plan(snapshot, request.target, request.model)
    const run = new Run(request, context, where, {
      means: this.#means,
      ledger,
      scope,
      tell,
    })
    this.#inFlight += 1
    observe({ fact: 'request_started' })
    try {
      const ended = (terminal: TerminalEvent, fault: Fault | null): void =>
        observe(ledger.ended(terminal, fault))
      await sequence(run, ledger, tell, ended)
    } finally {
      this.#inFlight -= 1
      scope.dispose()
    }
  }

  #meansOf({ config: { limits } }: Snapshot): Means {
    const { http, observer, redact } = this.#parts
    const { max_sse_event_bytes, max_message_bytes } = limits
    const { observe } = observer
    const random = Math.random
    return {
      http,
      admission: this.#admission,
      observe,
      redact,
      random,
      max_sse_event_bytes,
      max_message_bytes,
    }
  }

  async probe(
    request: Identified<ProbeRequest>,
    context: RequestContext,
    tell: Tell<GatewayEvent>,
  ): Promise<void> {
    await tell([await probe(request, context, this.#snapshot, this.#means)])
  }

  status(request_id: string, server: ServerFacts): StatusEvent {
    const { observer, version, dropped_log_lines } = this.#parts
    return statusEvent(request_id, server, {
      snapshot: this.#snapshot,
      last_error: this.#lastError,
      admission: this.#admission,
      observer,
      version,
      dropped_log_lines: dropped_log_lines(),
      uptime_ms: Math.round(clock() - this.#startedAt),
      in_flight: this.#inFlight,
    })
  }

  reload(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    this.#means = this.#meansOf(snapshot)
    this.#lastError = null
    this.#admission.reload(snapshot.targets.values())
  }

  reloadFailed(error: string): void {
    this.#lastError = error
  }

  dispose(): void {
    this.#admission.dispose()
  }
}
