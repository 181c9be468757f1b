// A classified failure, and the one table of kinds: what may be retried, and what the breaker makes of it.
import type { ErrorKind, GatewayError, ProviderError } from './gateway-event.gen.ts'

export type { ErrorKind } from './gateway-event.gen.ts'

/** What an attempt's end tells the circuit breaker. */
export type Verdict = 'failure' | 'success' | 'neutral'

interface KindRow {
  readonly retryable: boolean
  readonly verdict: Verdict
}

/** The one table of kinds. `timeout`/`total` and TLS certificate errors are the exceptions to `retryable`; see {@link Fault}. */
export const KINDS = {
  invalid_request: { retryable: false, verdict: 'neutral' },
  unsupported_capability: { retryable: false, verdict: 'neutral' },
  context_length: { retryable: false, verdict: 'neutral' },
  authentication: { retryable: false, verdict: 'neutral' },
  permission: { retryable: false, verdict: 'neutral' },
  not_found: { retryable: false, verdict: 'neutral' },
  rate_limited: { retryable: true, verdict: 'neutral' },
  quota_exceeded: { retryable: false, verdict: 'neutral' },
  overloaded: { retryable: true, verdict: 'failure' },
  timeout: { retryable: true, verdict: 'failure' },
  transport: { retryable: true, verdict: 'failure' },
  provider_error: { retryable: true, verdict: 'failure' },
  protocol_violation: { retryable: false, verdict: 'failure' },
  content_filtered: { retryable: false, verdict: 'neutral' },
  circuit_open: { retryable: true, verdict: 'neutral' },
  shutting_down: { retryable: true, verdict: 'neutral' },
  internal: { retryable: false, verdict: 'neutral' },
} as const satisfies Record<ErrorKind, KindRow>

export interface FaultDetails {
  readonly retryable?: boolean
  readonly retry_after_ms?: number | null
  readonly pointer?: string | null
  readonly provider?: Partial<ProviderError> | null
  readonly verdict?: Verdict
  /** The provider's own word against trying again (`x-should-retry: false`). */
  readonly retry_forbidden?: boolean
  /** For the log only. */
  readonly cause?: unknown
}

/** A failure with its place in the taxonomy. Thrown inside the house, told as an `error` on the wire. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly kind: ErrorKind
  /** Stable snake_case name within the kind; null where the kind says it all. */
  readonly code: string | null
  readonly retryable: boolean
  readonly verdict: Verdict
  readonly retry_after_ms: number | null
  readonly pointer: string | null
  readonly provider: ProviderError | null
  readonly retry_forbidden: boolean

  constructor(kind: ErrorKind, code: string | null, message: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.kind = kind
    this.code = code
    this.retryable =
      details.retryable ?? (kind === 'timeout' && code === 'total' ? false : KINDS[kind].retryable)
    this.verdict = details.verdict ?? KINDS[kind].verdict
    this.retry_after_ms = details.retry_after_ms ?? null
    this.pointer = details.pointer ?? null
    this.provider = details.provider ? { ...NO_PROVIDER, ...details.provider } : null
    this.retry_forbidden = details.retry_forbidden ?? false
  }

  /** The same fault with other details. */
  with(details: FaultDetails & { readonly message?: string }): Fault {
    return new Fault(this.kind, this.code, details.message ?? this.message, {
      retryable: this.retryable,
      retry_after_ms: this.retry_after_ms,
      pointer: this.pointer,
      provider: this.provider,
      verdict: this.verdict,
      retry_forbidden: this.retry_forbidden,
      cause: this.cause,
      ...details,
    })
  }
}

type Refusal = (code: string, message: string, pointer: string | null) => Fault
const refusal =
  (kind: ErrorKind): Refusal =>
  (code, message, pointer) =>
    new Fault(kind, code, message, { pointer })

/** What is wrong with a request, and where. */
export const invalid = refusal('invalid_request')
/** What cannot be asked for, and where it was. */
export const unsupported = refusal('unsupported_capability')
/** What is named and is nowhere, and where it was named. */
export const notFound = refusal('not_found')

const NO_PROVIDER: ProviderError = {
  http_status: null,
  code: null,
  type: null,
  message: null,
  request_id: null,
  body: null,
}

/** The wire form of a fault. `brief` leaves out the provider's raw body, as `retrying` and `attempts` do. */
export function errorOf(
  fault: Fault,
  where: { target: string | null; model: string | null },
  { brief = false }: { brief?: boolean } = {},
): GatewayError {
  return {
    kind: fault.kind,
    code: fault.code,
    message: fault.message,
    retryable: fault.retryable,
    retry_after_ms: fault.retry_after_ms,
    pointer: fault.pointer,
    target: where.target,
    model: where.model,
    provider: fault.provider && brief ? { ...fault.provider, body: null } : fault.provider,
  }
}
