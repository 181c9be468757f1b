// Token counts and prices → money, in exact decimals. Unknown is null, never 0; nothing is rounded.
import type { Cost, Usage, Warning } from '../protocol/gateway-event.gen.ts'
import type { PriceTable, Prices } from '../protocol/prices.ts'
import { foreignFee, listIn, objectIn } from './fees.ts'

export interface Bill {
  readonly cost: Cost | null
  /** Why the cost is unknown; null: it is known. */
  readonly reason: string | null
  readonly warning: Warning | null
}

const unknown = (reason: string, warning: Warning | null = null): Bill => ({
  cost: null,
  reason,
  warning,
})

/** What an answer cost. `table` null: the model has no price. `tier`: the service tier, where it is told beside the usage. */
export function bill(usage: Usage | null, table: PriceTable | null, tier?: string): Bill {
  if (!table) return unknown('no price is configured for the model')
  if (!usage) return unknown('the provider reported no usage')
  const fee = foreignFee(usage.raw, tier ?? null, table)
  if (fee) {
    const message = `the answer tells of ${fee}, which the configured prices do not know`
    return unknown(message, { code: 'cost_incomplete', message, pointer: null })
  }
  const { input_tokens, output_tokens } = usage
  if (input_tokens === null || output_tokens === null)
    return unknown('the provider reported no token counts')
  const prices = pricesFor(table, input_tokens)
  if (prices.input === null || prices.output === null)
    return unknown('the price table has no input or output price')
  const classes = split(usage, prices)
  if (typeof classes === 'string') return unknown(classes)
  const per = BigInt(table.per_tokens)
  const charge = (parts: readonly [number, string][]): Decimal =>
    parts.map(([count, price]) => times(price, count, per)).reduce(plus, ZERO)
  const amounts = {
    input: charge([[classes.plain, prices.input]]),
    cached_input: charge([[classes.cached, prices.cached_input ?? prices.input]]),
    cache_write: charge(classes.written),
    output: charge([[output_tokens, prices.output]]),
  }
  const flat = prices.request === null ? ZERO : decimal(prices.request)
  const total = Object.values(amounts).reduce(plus, flat)
  const cost: Cost = {
    currency: table.currency,
    total: text(total),
    input: text(amounts.input),
    cached_input: text(amounts.cached_input),
    cache_write: text(amounts.cache_write),
    output: text(amounts.output),
  }
  return { cost, reason: null, warning: null }
}

function pricesFor(table: PriceTable, inputTokens: number): Prices {
  const tier = table.tiers.findLast(({ above_input_tokens: above }) => inputTokens > above)
  if (!tier) return table
  const named = Object.fromEntries(
    Object.entries(tier).filter(([, price]) => price !== undefined && price !== null),
  )
  return { ...table, ...named }
}

interface Classes {
  readonly plain: number
  readonly cached: number
  readonly written: readonly [number, string][]
}

/** Input split into disjoint classes: each token is charged once. A text says why it cannot be done. */
function split(usage: Usage, prices: Prices): Classes | string {
  const input = usage.input_tokens ?? 0
  const cached = usage.cached_input_tokens
  if (cached === null && prices.cached_input !== null)
    return 'the provider did not report cached input tokens'
  const written = writes(usage, prices)
  if (typeof written === 'string') return written
  const plain = input - (cached ?? 0) - (usage.cache_write_input_tokens ?? 0)
  if (plain < 0) return 'the reported token counts do not add up'
  return { plain, cached: cached ?? 0, written }
}

/** Tokens written to the cache, by how long they live. */
function writes(usage: Usage, prices: Prices): Classes['written'] | string {
  const { cache_write_input_tokens: total, raw } = usage
  const { cache_write, cache_write_1h } = prices
  if (total === null)
    return cache_write === null && cache_write_1h === null
      ? []
      : 'the provider did not report cache write tokens'
  const base = cache_write ?? prices.input ?? '0'
  if (cache_write_1h === null) return [[total, base]]
  const hour = oneHourTokens(raw, total)
  if (hour === null) return 'the provider did not tell cache writes of an hour from shorter ones'
  return [
    [total - hour, base],
    [hour, cache_write_1h],
  ]
}

/** Of the tokens written, those kept for an hour, compaction passes included; null: what is told does not make up `written`. */
function oneHourTokens(raw: Usage['raw'], written: number): number | null {
  const passes = listIn(raw, 'iterations').filter(({ type }) => type === 'compaction')
  const sum = (field: string): number =>
    [raw, ...passes].reduce((all, pass) => {
      const count = objectIn(pass, 'cache_creation')[field]
      return all + (typeof count === 'number' ? count : 0)
    }, 0)
  const hour = sum('ephemeral_1h_input_tokens')
  return hour + sum('ephemeral_5m_input_tokens') === written ? hour : null
}

/** units × 10^-scale. */
interface Decimal {
  readonly units: bigint
  readonly scale: number
}

const ZERO: Decimal = { units: 0n, scale: 0 }

function decimal(value: string): Decimal {
  const [whole = '0', fraction = ''] = value.split('.')
  return { units: BigInt(whole + fraction), scale: fraction.length }
}

/** price × count ÷ per. Exact: the configuration allows powers of ten up to a million, and twelve more digits hold 10^12. */
function times(price: string, count: number, per: bigint): Decimal {
  const { units, scale } = decimal(price)
  const extra = 12
  return { units: (units * BigInt(count) * 10n ** BigInt(extra)) / per, scale: scale + extra }
}

function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  const lift = (value: Decimal): bigint => value.units * 10n ** BigInt(scale - value.scale)
  return { units: lift(a) + lift(b), scale }
}

function text({ units, scale }: Decimal): string {
  const digits = units.toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** Sums of decimal strings, for running totals. */
export const addDecimals = (a: string, b: string): string => text(plus(decimal(a), decimal(b)))
