// What every dialect is: pure functions between the canonical model and one provider's wire. No sockets, clocks, randomness or logs in here.
import type { InferRequest } from '../protocol/client-message.gen.ts'
import type { Fault } from '../protocol/fault.ts'
import type { Usage, Warning } from '../protocol/gateway-event.gen.ts'
import type { Capabilities, DialectId, ResolvedTarget } from '../protocol/target.ts'

export type JsonObject = Record<string, unknown>

/** One HTTP call, without its credential: the attempt adds that in the header that {@link Dialect.auth} names. */
export interface HttpCall {
  /** Appended to the target's endpoint; begins with a slash; may hold a query. */
  readonly path: string
  /** Lower-case names. `content-type` and the credential are not among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
}

/** What may differ between two encodings of the same request. */
export interface Replay {
  /** Fingerprint of the credential in use; null: not known yet, so state is not judged by it. */
  readonly credential_fingerprint: string | null
  /** Leave out all historic reasoning: the provider could not verify it. */
  readonly omit_reasoning: boolean
}

export interface Encoded {
  readonly call: HttpCall
  readonly warnings: readonly Warning[]
}

/** One server-sent event. `event` is '' where the stream names none. */
export interface SseMessage {
  readonly event: string
  readonly data: string
}

/** Why the provider ended, before the gateway looks for ready calls. */
export type FinishCause =
  | 'stop'
  | 'length'
  | 'tool_calls'
  | 'content_filter'
  | 'refusal'
  | 'pause'
  | 'other'

/**
 * What a decoder tells. `key` names a part: unique within the answer, and sorting parts by it gives the provider's order
 * (which need not be the order in which they begin).
 *
 * - `text`, `reasoning`, `refusal`: a piece of such a part; an empty delta only makes the part begin.
 * - `tool_call`: a piece of a call's arguments. `name` is known and the same in every piece. `id` is the provider's, '' where it has sent none
 *   (the gateway makes one then, and also where an id comes twice, and says so in `state.own_id`).
 * - `part_end`: the part is whole. `state`: what must come back with it (the gateway adds dialect, target, model and fingerprint).
 *   A call without it is partial.
 * - `opaque`: a provider item without a canonical form, whole.
 * - `usage`: canonical counts so far; the last one stands. `metadata`: merged over what came before; `raw` key by key.
 * - `marker`: the terminal marker was seen, but the end is told later (by `finish`, at the latest from `end()`).
 * - `finish`: the terminal marker was seen and nothing more is held back. `cause` is judged without looking for ready calls.
 * - `fault`: the provider told of a failure inside the stream. Nothing after it counts.
 */
export type DialectEvent =
  | {
      readonly type: 'text' | 'reasoning' | 'refusal'
      readonly key: number
      readonly delta: string
    }
  | {
      readonly type: 'tool_call'
      readonly key: number
      readonly id: string
      readonly name: string
      readonly delta: string
    }
  | {
      readonly type: 'part_end'
      readonly key: number
      readonly state?: JsonObject | undefined
    }
  | { readonly type: 'opaque'; readonly key: number; readonly state: JsonObject }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'metadata'; readonly metadata: MetadataPiece }
  | { readonly type: 'warning'; readonly warning: Warning }
  | { readonly type: 'marker' }
  | { readonly type: 'finish'; readonly cause: FinishCause; readonly raw: string | null }
  | { readonly type: 'fault'; readonly fault: Fault }

export interface MetadataPiece {
  readonly response_id?: string | undefined
  readonly model?: string | undefined
  readonly service_tier?: string | undefined
  readonly raw?: JsonObject | undefined
}

/** Fresh for every attempt; owns that attempt's stream state and nothing else. Never throws on unknown events, fields or values. */
export interface Decoder {
  push(message: SseMessage): DialectEvent[]
  /** A whole JSON answer instead of a stream: unary targets, and servers that answer a stream with JSON. Ends in `finish` or `fault`. */
  body(text: string): DialectEvent[]
  /** The body has closed. Gives `finish` if it was held back, a `transport`/`truncated` fault if no terminal marker was seen, else nothing. */
  end(): DialectEvent[]
}

export interface Dialect {
  readonly id: DialectId
  /** What the wire language can say at all. */
  readonly capabilities: Capabilities
  /** The header that carries the credential, and what stands before it there. */
  readonly auth: { readonly header: string; readonly prefix: string }
  /**
   * The call for a request, or a thrown `Fault` (`unsupported_capability`, `invalid_request`) with a pointer: never a silently dropped field.
   * `request` has passed schema, linkage and the generic capability checks.
   */
  encode(request: InferRequest, target: ResolvedTarget, replay: Replay): Encoded
  decoder(): Decoder
  /** Classifies an HTTP error answer: by code, then type, then message, then status. `body` is at most 64 KiB, not redacted yet. */
  readFault(status: number, headers: Readonly<Record<string, string>>, body: string): Fault
}
