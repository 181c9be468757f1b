// What happened, as plain values: the one stream of facts from which logs, counters and `status` are made.
import type { Message } from '../protocol/client-message.gen.ts'
import type { Fault } from '../protocol/fault.ts'
import type {
  CancelledEvent,
  CompletedEvent,
  Cost,
  FailedEvent,
  ProbedEvent,
  Usage,
} from '../protocol/gateway-event.gen.ts'
import type { DialectId } from '../protocol/target.ts'

export type TerminalEvent = CompletedEvent | FailedEvent | CancelledEvent

interface At {
  readonly target: string
  readonly model: string
}

export type Fact =
  | { readonly fact: 'request_started' }
  | {
      readonly fact: 'request_ended'
      readonly terminal: TerminalEvent
      /** Null: it never reached a target. */
      readonly dialect: DialectId | null
      readonly fault: Fault | null
      /** Why `terminal.cost` is null; null: it is not, or nothing ran. */
      readonly cost_unknown_reason: string | null
      /** The prompt: for a log that was asked to hold content, and for nothing else. */
      readonly input: readonly Message[]
    }
  /** A live request of a probe was answered: on the provider's bill it is like every other. */
  | (At & {
      readonly fact: 'probe_charged'
      readonly dialect: DialectId
      readonly usage: Usage | null
      readonly cost: Cost | null
      readonly cost_unknown_reason: string | null
    })
  | {
      readonly fact: 'probe_ended'
      readonly ended: ProbedEvent | CancelledEvent | FailedEvent
      readonly depth: ProbedEvent['depth']
      /** Calls that were sent, pages and live ones. */
      readonly requests: number
      readonly cost_unknown_reason: string | null
    }
  | (At & { readonly fact: 'attempt_failed'; readonly request_id: string; readonly fault: Fault })
  /** What failed, and where it goes on. */
  | (At & {
      readonly fact: 'retrying'
      readonly request_id: string
      readonly delay_ms: number
      readonly failed: At & { readonly fault: Fault }
    })
  | (At & { readonly fact: 'breaker_changed'; readonly state: 'closed' | 'open' | 'half_open' })

export type Observe = (fact: Fact) => void
