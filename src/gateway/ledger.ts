// Everything one request has come to know about itself: warnings, attempts, usage, metadata, times. Makes the terminal events; decides nothing.
import type { MetadataPiece } from '../dialects/contract.ts'
import type { InferRequest } from '../protocol/client-message.gen.ts'
import { errorOf, type Fault } from '../protocol/fault.ts'
import type {
  AssistantMessage,
  Attempt,
  CompletedEvent,
  FailedEvent,
  CancelledEvent,
  ProviderMetadata,
  Usage,
  Warning,
} from '../protocol/gateway-event.gen.ts'
import type { DialectId } from '../protocol/target.ts'
import { clock } from '../resilience/deadline.ts'
import type { PriceTable } from '../protocol/prices.ts'
import { bill, type Bill } from '../telemetry/cost.ts'
import type { Fact, TerminalEvent } from '../telemetry/facts.ts'
import type { FinishReason } from './assemble.ts'
import type { Identified } from './contract.ts'
import { struck } from './redacted.ts'
import { suspicions } from './suspicion.ts'

/** The provider's leftover fields are kept up to here, in bytes as JSON. */
const MOST_METADATA_BYTES = 1024 * 1024

/** Where a request goes, or went last. */
export interface Whereabouts {
  readonly target: string
  readonly model: string
  readonly dialect: DialectId
  readonly pricing: PriceTable | null
}

type Ending = Omit<FailedEvent, 'type' | 'request_id' | 'error' | 'message'>

export class Ledger {
  readonly #request: Identified<InferRequest>
  readonly #receivedAt: number
  readonly #redact: (text: string) => string
  readonly #attempts: Attempt[] = []
  /** Those told in `started` stand apart: the ending tells what came to light later. */
  readonly #warnings: Warning[] = []
  #where: Whereabouts | null = null
  #usage: Usage | null = null
  #metadata: MetadataPiece | null = null
  #finishRaw: string | null = null
  #queuedMs: number | null = null
  #firstEventMs: number | null = null
  #bill: Bill | null = null

  constructor(
    request: Identified<InferRequest>,
    receivedAt: number,
    redact: (text: string) => string,
  ) {
    this.#request = request
    this.#receivedAt = receivedAt
    this.#redact = redact
  }

  get where(): Whereabouts | null {
    return this.#where
  }

  /** Milliseconds since the line was read. */
  elapsed(): number {
    return Math.max(0, Math.round(clock() - this.#receivedAt))
  }

  /** The request goes here now; what an earlier place reported no longer counts. */
  goTo(where: Whereabouts): void {
    this.#where = where
    this.reset()
  }

  /** A new attempt begins: usage and metadata are the final attempt's alone. */
  reset(): void {
    this.#usage = null
    this.#metadata = null
    this.#finishRaw = null
  }

  queued(): void {
    this.#queuedMs ??= this.elapsed()
  }

  firstOutput(): void {
    this.#firstEventMs ??= this.elapsed()
  }

  warn(...warnings: readonly Warning[]): void {
    this.#warnings.push(...warnings)
  }

  usage(usage: Usage): void {
    this.#usage = usage
  }

  metadata(piece: MetadataPiece): void {
    const before = this.#metadata
    this.#metadata = {
      response_id: piece.response_id ?? before?.response_id,
      model: piece.model ?? before?.model,
      service_tier: piece.service_tier ?? before?.service_tier,
      raw: { ...before?.raw, ...piece.raw },
    }
  }

  finishRaw(raw: string | null): void {
    this.#finishRaw = raw
  }

  /** Notes one try, or a route member passed over without one (`startedMs` undefined). */
  attempted(
    where: Whereabouts,
    startedMs: number | undefined,
    status: number | null,
    fault: Fault | null,
  ): void {
    const { target, model } = where
    const now = this.elapsed()
    this.#attempts.push({
      target,
      model,
      http_status: status,
      error: fault && errorOf(fault, { target, model }, { brief: true }),
      started_ms: startedMs ?? now,
      ended_ms: now,
    })
  }

  /** The waits that breakers asked for; null: something else happened as well. */
  openWaits(): number[] | null {
    const waits: number[] = []
    for (const { error } of this.#attempts) {
      if (error?.kind !== 'circuit_open') return null
      if (error.retry_after_ms !== null) waits.push(error.retry_after_ms)
    }
    return waits.length > 0 ? waits : null
  }

  completed(finish_reason: FinishReason, message: AssistantMessage | null): CompletedEvent {
    this.#doubt()
    const whole: AssistantMessage = message ?? { role: 'assistant', content: [] }
    return this.#ending({ type: 'completed', ...this.#id(), finish_reason }, whole)
  }

  failed(fault: Fault, message: AssistantMessage | null): FailedEvent {
    // A route's last member may have been passed over: the fault is then its own, not that of who was tried last.
    const { target, model } = this.#attempts.at(-1) ?? this.#where ?? { target: null, model: null }
    const error = errorOf(fault, { target, model })
    return this.#ending({ type: 'failed', ...this.#id(), error }, message)
  }

  cancelled(message: AssistantMessage | null): CancelledEvent {
    return this.#ending({ type: 'cancelled', ...this.#id(), reason: 'client_cancel' }, message)
  }

  /** Warns of what the answer's own report gives away. */
  #doubt(): void {
    const { model, raw } = this.#metadata ?? {}
    const report = { usage: this.#usage, served: model, raw }
    if (this.#where) this.warn(...suspicions(this.#request, this.#where.model, report))
  }

  #id(): { request_id: string } {
    return { request_id: this.#request.request_id }
  }

  /** `told` comes first: what is spread after other fields is copied field by field. */
  #ending<T extends object, M extends AssistantMessage | null>(
    told: T,
    message: M,
  ): T & Ending & { message: M } {
    const where = this.#where
    this.#bill =
      where && this.#attempts.length > 0
        ? bill(this.#usage, where.pricing, this.#metadata?.service_tier)
        : null
    if (this.#bill?.warning) this.warn(this.#bill.warning)
    const provider_metadata = this.#providerMetadata()
    return {
      ...told,
      target: where?.target ?? null,
      model: where?.model ?? null,
      message,
      usage: struck(this.#usage, this.#redact),
      cost: this.#bill?.cost ?? null,
      timing: where && {
        queued_ms: this.#queuedMs,
        first_event_ms: this.#firstEventMs,
        total_ms: this.elapsed(),
      },
      attempts: this.#attempts,
      warnings: struck(this.#warnings, this.#redact),
      provider_metadata: struck(provider_metadata, this.#redact),
      metadata: this.#request.metadata ?? {},
    }
  }

  #providerMetadata(): ProviderMetadata | null {
    const piece = this.#metadata
    if (!piece && this.#finishRaw === null) return null
    return {
      response_id: piece?.response_id ?? null,
      model: piece?.model ?? null,
      finish_reason: this.#finishRaw,
      service_tier: piece?.service_tier ?? null,
      raw: this.#boundedRaw(piece?.raw ?? {}),
    }
  }

  #boundedRaw(raw: Record<string, unknown>): Record<string, unknown> {
    let room = MOST_METADATA_BYTES
    const kept: Record<string, unknown> = {}
    const cut: string[] = []
    for (const [name, value] of Object.entries(raw)) {
      const bytes = Buffer.byteLength(JSON.stringify(value) ?? '') + name.length + 4
      if (bytes <= room) kept[name] = value
      else cut.push(name)
      room -= bytes <= room ? bytes : 0
    }
    if (cut.length > 0) {
      const message = `provider_metadata.raw is over ${MOST_METADATA_BYTES} bytes; left out: ${cut.join(', ')}`
      this.warn({ code: 'provider_metadata_cut', message, pointer: null })
    }
    return kept
  }

  /** The fact for telemetry, once the terminal event is made. */
  ended(terminal: TerminalEvent, fault: Fault | null): Fact {
    return {
      fact: 'request_ended',
      terminal,
      dialect: this.#where?.dialect ?? null,
      fault,
      cost_unknown_reason: struck(this.#bill?.reason ?? null, this.#redact),
      input: this.#request.messages,
    }
  }
}
