// What one probe has come to know so far: kept outside of the steps, so that a probe that is cut short still tells it. Decides nothing.
import type { ProbedObservation, Usage } from '../../protocol/gateway-event.gen.ts'
import type { Fault } from '../../protocol/fault.ts'
import { CAPABILITIES, type Capability } from '../../protocol/target.ts'
import type { PriceTable } from '../../protocol/prices.ts'
import { addDecimals, bill, type Bill } from '../../telemetry/cost.ts'
import { TOKEN_FIELDS } from '../../telemetry/observer.ts'
import type { Life } from '../life.ts'
import type { Member } from '../route.ts'
import type { Means } from '../trial.ts'
import type { Facts } from './pages.ts'

/** What a live request showed; null: it showed nothing either way. */
export interface Sighting {
  readonly observed: boolean | null
  readonly evidence: string
}

/** What a server says of itself, and on which page. */
interface Declaration {
  readonly declared: boolean
  readonly page: string
}

/** One probe under way. */
export interface Probing {
  readonly request_id: string
  readonly client: number
  readonly means: Means
  readonly member: Member
  readonly life: Life
  readonly book: Book
}

export class Book {
  reachable: boolean | null = null
  authenticated: boolean | null = null
  requests = 0
  usage: Usage | null = null
  cost: Bill['cost'] = null
  facts: Facts = {}
  readonly faults: Fault[] = []
  readonly declared = new Map<Capability, Declaration>()
  readonly sightings = new Map<Capability, Sighting>()
  readonly observations: ProbedObservation[] = []
  /** Why `cost` is null although something was charged. */
  cost_unknown_reason: string | null = null

  /** Lays a page over what earlier ones told: later pages are nearer to the truth. */
  read(page: string, { declared = {}, seen = {}, ...facts }: Facts): void {
    const told = Object.entries(facts).filter(([, value]) => value !== undefined)
    this.facts = { ...this.facts, ...Object.fromEntries(told) }
    for (const name of CAPABILITIES) {
      const value = declared[name]
      if (value !== undefined) this.declared.set(name, { declared: value, page })
    }
    for (const [name, value] of Object.entries(seen))
      if (value !== undefined) this.observe(name, value, page)
  }

  observe(name: string, value: string | null, evidence: string): void {
    this.observations.push({ name, value, evidence })
  }

  /** One live answer's tokens, and what they cost; unknown once one of them is. Gives the bill of this one. */
  charge(usage: Usage | null, prices: PriceTable | null, tier: string | undefined): Bill {
    const charged = bill(usage, prices, tier)
    const { cost, reason } = charged
    this.cost_unknown_reason ??= reason
    const known = this.cost_unknown_reason === null
    this.cost = known ? (this.cost && cost ? sumCosts(this.cost, cost) : cost) : null
    if (usage) this.usage = this.usage ? sumUsages(this.usage, usage) : { ...usage, raw: {} }
    return charged
  }
}

const COUNTS = [...TOKEN_FIELDS, 'total_tokens'] as const

function sumUsages(a: Usage, b: Usage): Usage {
  const sum: Usage = { ...a, raw: {} }
  for (const field of COUNTS) {
    const [one, other] = [a[field], b[field]]
    sum[field] = one === null || other === null ? null : one + other
  }
  return sum
}

type KnownCost = NonNullable<Bill['cost']>

const sumCosts = (a: KnownCost, b: KnownCost): KnownCost => ({
  currency: a.currency,
  total: addDecimals(a.total, b.total),
  input: addDecimals(a.input, b.input),
  cached_input: addDecimals(a.cached_input, b.cached_input),
  cache_write: addDecimals(a.cache_write, b.cache_write),
  output: addDecimals(a.output, b.output),
})
