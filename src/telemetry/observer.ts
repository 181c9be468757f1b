// Facts → log lines and counters. Holds what `status` tells; keeps no prompt, no output and no secret.
import type { Logger } from 'pino'
import type { FaultStatus, Outcomes, Percentiles, Tokens } from '../protocol/gateway-event.gen.ts'
import { addDecimals } from './cost.ts'
import type { Fact, Observe, TerminalEvent } from './facts.ts'

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
}

export interface Totals {
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
}

export function createObserver(logger: Logger): Observer {
  const totals: Totals = { requests: 0, completed: 0, failed: 0, cancelled: 0, retries: 0 }
  const counts = new Map<string, ModelCounts>()
  const of = (target: string, model: string): ModelCounts => {
    const key = `${target}/${model}`
    const known = counts.get(key)
    if (known) return known
    if (counts.size >= MOST_MODELS && model !== REST) return of(target, REST)
    const fresh = emptyCounts(target, model)
    counts.set(key, fresh)
    return fresh
  }
  return {
    observe: (fact) => take(fact, logger, totals, of),
    totals,
    counts: (target, model) => counts.get(`${target}/${model}`),
    models: (target) =>
      [...counts.values()].filter((each) => each.target === target).map(({ model }) => model),
  }
}

/** The name under which models over the limit are counted. */
const REST = '*'

type CountsOf = (target: string, model: string) => ModelCounts

function take(fact: Fact, logger: Logger, totals: Totals, of: CountsOf): void {
  switch (fact.fact) {
    case 'request_started':
      totals.requests += 1
      return
    case 'request_ended': {
      const { terminal } = fact
      totals[terminal.type] += 1
      if (terminal.target !== null && terminal.model !== null && fact.dialect !== null)
        countEnd(of(terminal.target, terminal.model), terminal, fact.cost_unknown_reason)
      return logEnd(logger, fact)
    }
    case 'attempt_failed': {
      const { kind, code, message } = fact.fault
      of(fact.target, fact.model).last_fault = { kind, code, message, at: new Date().toISOString() }
      return
    }
    case 'retrying': {
      totals.retries += 1
      const { request_id, target, model, delay_ms } = fact
      return logger.info({ request_id, target, model, delay_ms }, 'retrying')
    }
    case 'breaker_changed': {
      const { target, model, state } = fact
      return logger.warn({ target, model, state }, 'circuit breaker changed')
    }
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
  }
}

const TOKEN_FIELDS = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const

function countEnd(counts: ModelCounts, terminal: TerminalEvent, costUnknown: string | null): void {
  counts.requests[terminal.type] += 1
  for (const field of TOKEN_FIELDS) counts.tokens[field] += terminal.usage?.[field] ?? 0
  const { cost, timing } = terminal
  if (cost)
    counts.costs.set(cost.currency, addDecimals(counts.costs.get(cost.currency) ?? '0', cost.total))
  else if (costUnknown !== null) {
    counts.cost_unknown += 1
    counts.cost_unknown_reason = costUnknown
  }
  if (timing?.first_event_ms !== null && timing?.first_event_ms !== undefined)
    keep(counts.first_event_ms, timing.first_event_ms)
  if (timing && terminal.type === 'completed') keep(counts.total_ms, timing.total_ms)
}

function keep(values: number[], value: number): void {
  values.push(value)
  if (values.length > KEPT) values.shift()
}

/** Percentiles of what is kept; null where nothing is. */
export function percentiles(values: readonly number[]): Percentiles | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}

/** One line a request. Names follow OpenTelemetry's conventions for generative AI where they exist. */
function logEnd(
  logger: Logger,
  { terminal, dialect, fault, cost_unknown_reason }: Extract<Fact, { fact: 'request_ended' }>,
): void {
  const { usage, timing } = terminal
  const line = {
    request_id: terminal.request_id,
    outcome: terminal.type,
    target: terminal.target,
    dialect,
    'gen_ai.request.model': terminal.model,
    'gen_ai.response.model': terminal.provider_metadata?.model,
    'gen_ai.response.id': terminal.provider_metadata?.response_id,
    'gen_ai.response.finish_reasons':
      terminal.type === 'completed' ? [terminal.finish_reason] : undefined,
    'gen_ai.usage.input_tokens': usage?.input_tokens,
    'gen_ai.usage.output_tokens': usage?.output_tokens,
    'error.type': fault?.kind,
    error_code: fault?.code ?? undefined,
    error_message: fault?.message,
    attempts: terminal.attempts.length,
    ...timing,
    cost: terminal.cost ?? undefined,
    cost_unknown: terminal.cost ? undefined : (cost_unknown_reason ?? undefined),
    warnings: terminal.warnings.map(({ code }) => code),
    metadata: terminal.metadata,
  }
  if (fault?.kind === 'internal') logger.error({ ...line, stack: stackOf(fault) }, 'request ended')
  else logger.info(line, 'request ended')
}

/** A bug is told on the wire without a stack, and in the log with the stack but without the thrown message, which could hold anything. */
function stackOf(fault: Error): string | undefined {
  const at = fault.cause instanceof Error ? fault.cause : fault
  return at.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
