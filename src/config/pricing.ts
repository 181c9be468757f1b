// Prices as the configuration gives them, with every field filled in. Exact decimals stay strings here; the arithmetic is telemetry's.
import type { PricingConfig } from './config.gen.ts'

type PriceClass = 'input' | 'cached_input' | 'cache_write' | 'cache_write_1h' | 'output'

/** Prices per `per_tokens` tokens; null: the class has none of its own. Tiers rise; a tier replaces the prices it names. */
export interface Pricing extends Readonly<Record<PriceClass | 'request', string | null>> {
  readonly currency: string
  readonly per_tokens: number
  readonly tiers: readonly PricingTier[]
}

interface PricingTier extends Readonly<Partial<Record<PriceClass, string | null>>> {
  readonly above_input_tokens: number
}

const PER_TOKENS = 1_000_000

export function pricingOf(config: PricingConfig): Pricing {
  const { currency, input, output, tiers = [], per_tokens = PER_TOKENS } = config
  return {
    currency,
    per_tokens,
    input,
    cached_input: config.cached_input ?? null,
    cache_write: config.cache_write ?? null,
    cache_write_1h: config.cache_write_1h ?? null,
    output,
    request: config.request ?? null,
    tiers: tiers.toSorted((a, b) => a.above_input_tokens - b.above_input_tokens),
  }
}
