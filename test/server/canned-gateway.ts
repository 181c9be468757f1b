// The other side of the gateway contract, for tests of the server: its requests do what the test says, one step at a time.
import type { Gateway, Identified, RequestContext, Tell } from '../../src/gateway/contract.ts'
import type { InferRequest, ProbeRequest } from '../../src/protocol/client-message.gen.ts'
import { Fault } from '../../src/protocol/fault.ts'
import type { GatewayEvent, StatusEvent } from '../../src/protocol/gateway-event.gen.ts'
import { failedEvent } from '../../src/protocol/refusal.ts'

type Batch = readonly GatewayEvent[]

export const started = (request_id: string): GatewayEvent => ({
  type: 'started',
  request_id,
  target: 'canned',
  model: 'canned-1',
  dialect: 'openai_chat',
  warnings: [],
})

export const delta = (request_id: string, text: string): GatewayEvent => ({
  type: 'output_text_delta',
  request_id,
  part: 0,
  delta: text,
})

export function completed(request_id: string, text: string): GatewayEvent {
  const { error: _, ...ending } = failedEvent(request_id, new Fault('internal', null, ''))
  const message = { role: 'assistant' as const, content: [{ type: 'text' as const, text }] }
  return { ...ending, type: 'completed', request_id, finish_reason: 'stop', message }
}

/** What the gateway's law gives for an aborted request. */
export function aborted(request_id: string, signal: AbortSignal): GatewayEvent {
  if (signal.reason === 'shutting_down') {
    return failedEvent(request_id, new Fault('shutting_down', null, 'the daemon is stopping'))
  }
  const { error: _, ...ending } = failedEvent(request_id, new Fault('internal', null, ''))
  return { ...ending, type: 'cancelled', request_id, reason: 'client_cancel' }
}

/** One request inside the gateway, held by the test. */
export class Held {
  readonly request: Identified<InferRequest | ProbeRequest>
  readonly context: RequestContext
  /** Resolves with the signal's reason. */
  readonly aborted: Promise<unknown>
  /** Batches that the server has pulled. */
  pulled = 0
  readonly #steps: (Batch | null)[] = []
  #wake: () => void = () => undefined

  constructor(request: Identified<InferRequest | ProbeRequest>, context: RequestContext) {
    this.request = request
    this.context = context
    const { signal } = context.life
    this.aborted = new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(signal.reason), { once: true })
    })
  }

  say(...events: GatewayEvent[]): void {
    this.#steps.push(events)
    this.#wake()
  }

  /** The iteration ends; without a terminal event before it, that breaks the contract. */
  end(): void {
    this.#steps.push(null)
    this.#wake()
  }

  complete(text = 'ok'): void {
    this.say(completed(this.request.request_id, text))
    this.end()
  }

  async *events(): AsyncGenerator<Batch, void> {
    const { signal } = this.context.life
    signal.addEventListener('abort', () => this.#wake(), { once: true })
    for (;;) {
      const step = this.#steps.shift()
      if (step === null) return
      if (step) {
        this.pulled += 1
        yield step
      } else if (signal.aborted) {
        yield [aborted(this.request.request_id, signal)]
        return
      } else {
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#wake = resolve
        await promise
      }
    }
  }
}

export interface CannedGateway extends Gateway {
  /** The next request that reaches the gateway and that nobody has asked for yet. */
  next(): Promise<Held>
  /** All that ever reached it. */
  readonly all: readonly Held[]
}

/**
 * A target's name is what happens: `held` waits for the test (see {@link CannedGateway.next}), `flood` talks until it is aborted,
 * `throw` throws, `mute` ends without a terminal, anything else answers at once.
 */
export function cannedGateway(): CannedGateway {
  const all: Held[] = []
  const unclaimed: Held[] = []
  const askers: ((held: Held) => void)[] = []
  const take = (
    request: Identified<InferRequest | ProbeRequest>,
    context: RequestContext,
  ): Held => {
    const held = new Held(request, context)
    all.push(held)
    if (request.target !== 'held') return held
    const asker = askers.shift()
    if (asker) asker(held)
    else unclaimed.push(held)
    return held
  }
  return {
    all,
    next: () => {
      const held = unclaimed.shift()
      return held ? Promise.resolve(held) : new Promise((resolve) => askers.push(resolve))
    },
    infer: (request, context, tell) => passOn(perform(take(request, context)), tell),
    probe: (request, context, tell) => passOn(perform(take(request, context)), tell),
    status: statusOf,
  }
}

async function passOn(batches: AsyncIterable<Batch>, tell: Tell<GatewayEvent>): Promise<void> {
  for await (const batch of batches) await tell(batch)
}

async function* perform(held: Held): AsyncGenerator<Batch, void> {
  const { request, context } = held
  const { request_id, target } = request
  if (target === 'throw') throw new Error('canned failure')
  yield [started(request_id)]
  if (target === 'mute') return
  if (target === 'held') return yield* held.events()
  if (target === 'flood') {
    const chunk = delta(request_id, 'x'.repeat(10_000))
    while (!context.life.signal.aborted) {
      held.pulled += 1
      yield [chunk]
      await new Promise((resolve) => setImmediate(resolve))
    }
    yield [aborted(request_id, context.life.signal)]
    return
  }
  yield [delta(request_id, 'ok'), completed(request_id, 'ok')]
}

function statusOf(request_id: string, server: Parameters<Gateway['status']>[1]): StatusEvent {
  const { connections, draining, connections_accepted, ...counted } = server
  return {
    type: 'status',
    request_id,
    protocol_version: 1,
    version: '0.0.0',
    pid: 1,
    uptime_ms: 0,
    draining,
    config: { source: 'canned', loaded_at: '2026-01-01T00:00:00.000Z', last_error: null },
    connections,
    in_flight: 0,
    queued: 0,
    default_target: null,
    targets: [],
    routes: [],
    counters: {
      connections: connections_accepted,
      ...counted,
      requests: 0,
      completed: 0,
      failed: 0,
      cancelled: 0,
      retries: 0,
      dropped_log_lines: 0,
    },
  }
}
