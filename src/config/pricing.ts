// Prices as the configuration gives them, with every field filled in. Exact decimals stay strings here; the arithmetic is telemetry's.
import type { PriceTable } from '../protocol/prices.ts'
import type { PricingConfig } from './config.gen.ts'

const PER_TOKENS = 1_000_000

export function pricingOf(config: PricingConfig): PriceTable {
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
    tiers,
  }
}
