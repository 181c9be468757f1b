// The law of one inference's events: exactly one terminal, last. Nobody else makes a terminal event for one, so nobody else can break it.
import type { Fault } from '../protocol/fault.ts'
import type { AssistantMessage, GatewayEvent } from '../protocol/gateway-event.gen.ts'
import type { TerminalEvent } from '../telemetry/facts.ts'
import type { FinishReason } from './assemble.ts'
import type { Tell } from './contract.ts'
import type { Ledger } from './ledger.ts'

export interface Answering {
  /** Tells the events before the end; gives why the provider ended, or throws. */
  answer(): Promise<FinishReason>
  /** The message as far as it came. */
  message(): AssistantMessage | null
  /** The fault for what was thrown; null: the client ended the request. */
  faultOf(error: unknown): Fault | null
}

/** The whole life of a request as events; `ended` is told the terminal before it goes out. */
export async function sequence(
  answering: Answering,
  ledger: Ledger,
  tell: Tell<GatewayEvent>,
  ended: (terminal: TerminalEvent, fault: Fault | null) => void,
): Promise<void> {
  let terminal: TerminalEvent
  let fault: Fault | null = null
  try {
    const reason = await answering.answer()
    terminal = ledger.completed(reason, answering.message())
  } catch (error) {
    fault = answering.faultOf(error)
    terminal = fault
      ? ledger.failed(fault, answering.message())
      : ledger.cancelled(answering.message())
  }
  ended(terminal, fault)
  const wait = tell([terminal])
  if (wait) await wait
}
