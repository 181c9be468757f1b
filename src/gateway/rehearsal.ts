// A recorded answer told once more, by the same rooms that told it live: attempt, decoder, message. No target, no retry, no clock in what it tells.
import { DIALECTS } from '../dialects/index.ts'
import { Fault } from '../protocol/fault.ts'
import type { GatewayEvent } from '../protocol/gateway-event.gen.ts'
import type { DialectId } from '../protocol/target.ts'
import { clock } from '../resilience/deadline.ts'
import type { HttpClient } from '../transport/http.ts'
import { Assembler } from './assemble.ts'
import { attempt } from './attempt.ts'
import type { OutputEvent } from './contract.ts'
import { digest, type Finish } from './digest.ts'
import { Ledger } from './ledger.ts'
import { Life } from './life.ts'

export interface Rehearsal {
  readonly request_id: string
  readonly dialect: DialectId
  readonly server: string
  readonly model: string
  /** Plays the recorded exchange to whoever sends. */
  readonly http: HttpClient
}

const LONG_MS = 60_000
const MOST_BYTES = 64 * 1024 * 1024
const NOWHERE = 'http://127.0.0.1'

/** The events of one recorded exchange, the terminal one last. What only a live request has (target, times, cost, attempts) is empty there. */
export async function rehearse(rehearsal: Rehearsal): Promise<GatewayEvent[]> {
  const { request_id, dialect, server, model, http } = rehearsal
  // A recording holds no secret any more.
  const ledger = new Ledger({ type: 'infer', request_id, messages: [] }, clock(), (text) => text)
  const origin = { dialect, target: server, model, fingerprint: 'recorded' }
  const assembler = new Assembler(request_id, origin, MOST_BYTES)
  const finish: Finish = { reason: null }
  const events: OutputEvent[] = []
  try {
    const tried = {
      http,
      dialect: DIALECTS[dialect],
      call: { path: '/', headers: {}, body: {} },
      endpoint: NOWHERE,
      headers: {},
      secret: null,
      timeouts: {
        connect_timeout_ms: LONG_MS,
        first_event_timeout_ms: LONG_MS,
        idle_timeout_ms: LONG_MS,
      },
      max_event_bytes: MOST_BYTES,
      max_body_bytes: MOST_BYTES,
      life: new Life(),
      answered: () => undefined,
    }
    await attempt(tried, (batch) => {
      digest(batch, events, { ledger, assembler, finish })
      return null
    })
    if (!finish.reason)
      throw new Fault('internal', 'no_finish', 'the decoder ended without a finish')
    return [...events, ledger.completed(finish.reason, assembler.message())]
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [...events, ledger.failed(error, assembler.message())]
  }
}
