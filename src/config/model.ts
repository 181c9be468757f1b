// What one model of a target can be asked for: its family row, its server, and the configuration laid over each other.
import type { PriceTable } from '../protocol/prices.ts'
import { capabilitiesWhere } from '../protocol/target.ts'
import type { Capabilities, Capability, ModelRules, ResolvedTarget } from '../protocol/target.ts'
import type { ModelConfig } from './config.gen.ts'
import { familyNamed, familyOf, familyOfUnknown, type Family } from './families.ts'
import { pricingOf } from './pricing.ts'
import { denyingQuirk } from './quirks.ts'
import type { Target } from './target.ts'

export interface ResolvedModel {
  readonly resolved: ResolvedTarget
  /** Null: no price is known. */
  readonly pricing: PriceTable | null
}

/**
 * The target and one of its models, with everything a dialect needs to know; null: the target does not serve that model.
 * `wire`: what the target's dialect can say at all.
 */
export function resolveModel(
  target: Target,
  model: string,
  wire: Capabilities,
): ResolvedModel | null {
  const entry = target.entries.get(model)
  if (!entry && !target.any_model && !target.models.includes(model)) return null
  const config = entry ?? {}
  const row =
    config.family === undefined
      ? familyOf(target.dialect, model)
      : familyNamed(target.dialect, config.family)
  const family = row ?? familyOfUnknown(target.dialect)
  const { name, dialect, endpoint, quirks, official_host, headers } = target
  return {
    resolved: {
      name,
      dialect,
      endpoint,
      model,
      capabilities: capabilitiesOf(wire, target, [
        config.capabilities,
        target.capabilities,
        family.capabilities,
      ]),
      rules: rulesOf(family, row?.prefix ?? null, target, config),
      quirks,
      context_window: config.context_window ?? family.context_window,
      max_output_tokens: config.max_output_tokens ?? family.max_output_tokens,
      official_host,
      headers,
    },
    pricing: priceOf(target, config),
  }
}

/** The wire can say it, the server's quirks leave room for it, and the first that names it says so; unnamed: it holds. */
function capabilitiesOf(
  wire: Capabilities,
  target: Target,
  voices: readonly (Partial<Capabilities> | undefined)[],
): Capabilities {
  const said = (name: Capability): boolean =>
    voices.map((voice) => voice?.[name]).find((word) => word !== undefined) ?? true
  return capabilitiesWhere(
    (name) => wire[name] && denyingQuirk(target, name) === null && said(name),
  )
}

function rulesOf(
  family: Family,
  row: string | null,
  target: Target,
  { reasoning, prefill, system_in_conversation }: ModelConfig,
): ModelRules {
  const rules: ModelRules = { ...family.rules, ...target.server_rules, family: row }
  return {
    ...rules,
    efforts: reasoning?.efforts ?? rules.efforts,
    budget: reasoning?.budget ?? rules.budget,
    prefill: prefill ?? rules.prefill,
    system_in_conversation: system_in_conversation ?? rules.system_in_conversation,
  }
}

/** A model's own prices win, also where they say that there are none. */
function priceOf(target: Target, { pricing }: ModelConfig): PriceTable | null {
  if (pricing === undefined) return target.pricing
  return pricing === null ? null : pricingOf(pricing)
}
