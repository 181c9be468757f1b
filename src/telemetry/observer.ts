// Facts → log lines and counters. Holds what `status` tells; keeps no prompt, no output and no secret.
import type { Logger } from 'pino'
import type {
  Cost,
  FaultStatus,
  Outcomes,
  Percentiles,
  Tokens,
  Usage,
} from '../protocol/gateway-event.gen.ts'
import { messageWithoutContent, outcomeOf } from './attributes.ts'
import { addDecimals } from './cost.ts'
import type { Fact, Observe, TerminalEvent } from './facts.ts'
import { Histogram, SECONDS } from './histogram.ts'
import { logEnd, logProbe, type EndFact } from './log.ts'
import type { Info } from './quick-line.ts'

/** Latencies kept a model, for percentiles of the recent past. */
const KEPT = 512
/** Models counted; beyond that new ones are counted together. */
const MOST_MODELS = 2_048

export interface ModelCounts {
  readonly target: string
  readonly model: string
  readonly requests: Outcomes
  readonly tokens: Tokens
  readonly costs: Map<string, string>
  cost_unknown: number
  cost_unknown_reason: string | null
  last_fault: FaultStatus | null
  readonly first_event_ms: number[]
  readonly total_ms: number[]
  /** Seconds since the line was read; the whole only of completed requests. */
  readonly first_output: Histogram
  readonly duration: Histogram
  /** How attempts ended: `ok`, `cancelled`, or the kind of fault. */
  readonly attempts: Map<string, number>
}

interface Totals {
  requests: number
  completed: number
  failed: number
  cancelled: number
  retries: number
}

export interface Observer {
  readonly observe: Observe
  readonly totals: Readonly<Totals>
  /** What is known of one model. */
  counts(target: string, model: string): ModelCounts | undefined
  models(target: string): readonly string[]
  /** What is known of every model. */
  all(): Iterable<ModelCounts>
}

export interface ObserverOptions {
  /** Asked for each line: whether prompt and output may stand in it. */
  readonly content?: () => boolean
  /** Writes the line of a request that ended; by default the logger's own. */
  readonly info?: Info
  /** Others that hear every fact. */
  readonly also?: readonly Observe[]
}

export function createObserver(logger: Logger, options: ObserverOptions = {}): Observer {
  const { content, also = [] } = options
  const info = options.info ?? ((facts, text) => logger.info(facts, text))
  const totals: Totals = { requests: 0, completed: 0, failed: 0, cancelled: 0, retries: 0 }
  const counts = new Map<string, Map<string, ModelCounts>>()
  let size = 0
  const of = (target: string, model: string): ModelCounts => {
    const known = counts.get(target)?.get(model)
    if (known) return known
    if (size >= MOST_MODELS && model !== REST) return of(target, REST)
    const fresh = emptyCounts(target, model)
    counts.set(target, (counts.get(target) ?? new Map<string, ModelCounts>()).set(model, fresh))
    size += 1
    return fresh
  }
  return {
    observe(fact) {
      count(fact, totals, of)
      if (fact.fact === 'request_ended') logEnd(logger, info, fact, content?.() ?? false)
      else log(fact, logger)
      for (const hear of also) hear(fact)
    },
    totals,
    counts: (target, model) => counts.get(target)?.get(model),
    models: (target) => [...(counts.get(target)?.keys() ?? [])],
    all: () => [...counts.values()].flatMap((models) => [...models.values()]),
  }
}

/** The name under which models over the limit are counted. */
const REST = '*'

type CountsOf = (target: string, model: string) => ModelCounts

function count(fact: Fact, totals: Totals, of: CountsOf): void {
  switch (fact.fact) {
    case 'request_started':
      totals.requests += 1
      return
    case 'request_ended':
      totals[fact.terminal.type] += 1
      countRequest(fact, of)
      return
    case 'attempt_failed': {
      const { kind, code } = fact.fault
      // Refused by our own breaker: what opened it says more.
      if (kind === 'circuit_open') return
      const message = messageWithoutContent(fact.fault)
      of(fact.target, fact.model).last_fault = { kind, code, message, at: new Date().toISOString() }
      return
    }
    case 'retrying':
      totals.retries += 1
      return
    case 'probe_charged':
      charge(of(fact.target, fact.model), fact.usage, fact.cost, fact.cost_unknown_reason)
      return
    case 'probe_ended':
    case 'breaker_changed':
      return
  }
}

function countRequest({ terminal, dialect, cost_unknown_reason }: EndFact, of: CountsOf): void {
  for (const attempt of terminal.attempts) {
    const { attempts } = of(attempt.target, attempt.model)
    const how = outcomeOf(attempt, terminal)
    attempts.set(how, (attempts.get(how) ?? 0) + 1)
  }
  if (terminal.target !== null && terminal.model !== null && dialect !== null)
    countEnd(of(terminal.target, terminal.model), terminal, cost_unknown_reason)
}

function log(fact: Fact, logger: Logger): void {
  if (fact.fact === 'probe_ended') logProbe(logger, fact)
  else if (fact.fact === 'retrying') {
    const { request_id, target, model, delay_ms, failed } = fact
    const line = {
      request_id,
      target,
      model,
      delay_ms,
      failed: `${failed.target}/${failed.model}`,
      'error.type': failed.fault.kind,
      error_code: failed.fault.code ?? undefined,
      error_message: messageWithoutContent(failed.fault),
    }
    logger.info(line, 'retrying')
  } else if (fact.fact === 'breaker_changed') {
    const { target, model, state } = fact
    logger.warn({ target, model, state }, 'circuit breaker changed')
  }
}

/** A model that has not been asked. */
export function emptyCounts(target: string, model: string): ModelCounts {
  return {
    target,
    model,
    requests: { completed: 0, failed: 0, cancelled: 0 },
    tokens: {
      input_tokens: 0,
      cached_input_tokens: 0,
      cache_write_input_tokens: 0,
      output_tokens: 0,
      reasoning_tokens: 0,
    },
    costs: new Map(),
    cost_unknown: 0,
    cost_unknown_reason: null,
    last_fault: null,
    first_event_ms: [],
    total_ms: [],
    first_output: new Histogram(SECONDS),
    duration: new Histogram(SECONDS),
    attempts: new Map(),
  }
}

/** The counts of `tokens`. */
export const TOKEN_FIELDS = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const

function countEnd(counts: ModelCounts, terminal: TerminalEvent, costUnknown: string | null): void {
  const { usage, cost, timing } = terminal
  counts.requests[terminal.type] += 1
  charge(counts, usage, cost, costUnknown)
  const first = timing?.first_event_ms ?? null
  if (first !== null) {
    keep(counts.first_event_ms, first, counts.first_output.count)
    counts.first_output.record(first / 1000)
  }
  if (!timing || terminal.type !== 'completed') return
  keep(counts.total_ms, timing.total_ms, counts.duration.count)
  counts.duration.record(timing.total_ms / 1000)
}

function charge(
  counts: ModelCounts,
  usage: Usage | null,
  cost: Cost | null,
  costUnknown: string | null,
): void {
  for (const field of TOKEN_FIELDS) counts.tokens[field] += usage?.[field] ?? 0
  if (cost)
    counts.costs.set(cost.currency, addDecimals(counts.costs.get(cost.currency) ?? '0', cost.total))
  else if (costUnknown !== null) {
    counts.cost_unknown += 1
    counts.cost_unknown_reason = costUnknown
  }
}

/** In the place of the oldest; `before`: how many values there were so far. */
function keep(values: number[], value: number, before: number): void {
  values[before % KEPT] = value
}

/** Percentiles of what is kept; null where nothing is. */
export function percentiles(values: readonly number[]): Percentiles | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}
