// What tokens cost, as exact decimals.

/** Prices per `per_tokens` tokens, as decimal strings; null: no price of its own. */
export interface Prices {
  readonly input: string | null
  readonly cached_input: string | null
  readonly cache_write: string | null
  readonly cache_write_1h: string | null
  readonly output: string | null
  readonly request: string | null
}

interface Tier extends Partial<Prices> {
  readonly above_input_tokens: number
}

/** As the configuration gives it, with every field filled in. Tiers rise; a tier replaces the prices it names. */
export interface PriceTable extends Prices {
  readonly currency: string
  readonly per_tokens: number
  readonly tiers: readonly Tier[]
}
