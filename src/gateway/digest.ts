// One batch of a decoder's events into the books and the message. The only place where dialect events are told apart; decides nothing.
import type { DialectEvent } from '../dialects/contract.ts'
import type { Assembler, FinishReason } from './assemble.ts'
import type { OutputEvent } from './contract.ts'
import type { Ledger } from './ledger.ts'

/** Why the provider ended, once it has. */
export interface Finish {
  reason: FinishReason | null
}

export interface Digesting {
  readonly ledger: Ledger
  readonly assembler: Assembler
  readonly finish: Finish
}

/** Appends what the client is to be told of the batch. Throws what the assembler does: what was appended before still has to be told. */
export function digest(
  batch: readonly DialectEvent[],
  told: OutputEvent[],
  { ledger, assembler, finish }: Digesting,
): void {
  for (const event of batch) {
    if (event.type === 'usage') ledger.usage(event.usage)
    else if (event.type === 'metadata') ledger.metadata(event.metadata)
    else if (event.type === 'warning') ledger.warn(event.warning)
    else if (event.type === 'finish') {
      ledger.finishRaw(event.raw)
      finish.reason = assembler.finish(event.cause, told)
    } else assembler.take(event, told)
  }
}
