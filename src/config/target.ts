// One target as the gateway uses it: its endpoint, credential, models and patience, with nothing left open. Holds no secret.
import type { PriceTable } from '../protocol/prices.ts'
import { CAPABILITIES } from '../protocol/target.ts'
import type { DialectId, ModelRules, Quirks } from '../protocol/target.ts'
import { isReadableByOthers } from './check.ts'
import type {
  CapabilitiesConfig,
  ModelConfig,
  QuirkPreset,
  TargetReliabilityConfig,
} from './config.gen.ts'
import { credentialOf, type Credential } from './credentials.ts'
import { endpointOf, isOfficialHost } from './endpoint.ts'
import type { Env } from './paths.ts'
import { pricingOf } from './pricing.ts'
import { denyingQuirk, serverOf } from './quirks.ts'
import type { FilledConfig, TargetSettings } from './validate.ts'

export type Reliability = FilledConfig['reliability']

export interface Target {
  readonly name: string
  readonly dialect: DialectId
  /** Base URL without a trailing slash. */
  readonly endpoint: string
  readonly official_host: boolean
  readonly credential: Credential
  readonly default_model: string | null
  readonly any_model: boolean
  /** Configured names; where there are none, the default model. */
  readonly models: readonly string[]
  readonly entries: ReadonlyMap<string, ModelConfig>
  readonly capabilities: CapabilitiesConfig
  readonly pricing: PriceTable | null
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly max_concurrency: number
  readonly max_queue: number
  readonly requests_per_second: number | null
  readonly reliability: Reliability
  readonly quirks: Quirks
  /** What the server's preset says about every model behind it. */
  readonly server_rules: Partial<ModelRules>
}

/** The settings resolved; relative paths are relative to `directory`. */
export function targetOf(
  name: string,
  settings: TargetSettings,
  reliability: Reliability,
  directory: string,
  env: Env,
): Target {
  const { dialect, models, default_model, pricing, max_concurrency, max_queue } = settings
  const endpoint = endpointOf(dialect, settings.endpoint) ?? ''
  const official_host = isOfficialHost(dialect, endpoint)
  const { quirks, rules } = serverOf(settings.quirks ?? presetFor(dialect, official_host))
  const names = Object.keys(models)
  return {
    name,
    dialect,
    endpoint,
    official_host,
    credential: credentialOf(settings.credential, { target: name, directory, env }),
    default_model: default_model ?? null,
    any_model: settings.any_model,
    models: names.length === 0 && default_model !== undefined ? [default_model] : names,
    entries: new Map(Object.entries(models)),
    capabilities: settings.capabilities ?? {},
    pricing: pricing && pricingOf(pricing),
    headers: Object.fromEntries(
      Object.entries(settings.headers).map(([header, value]) => [header.toLowerCase(), value]),
    ),
    max_concurrency,
    max_queue,
    requests_per_second: settings.requests_per_second,
    reliability: reliabilityOf(reliability, settings.reliability ?? {}),
    quirks,
    server_rules: rules,
  }
}

/** Whoever runs another server says which it is. */
function presetFor(dialect: DialectId, official_host: boolean): QuirkPreset {
  return dialect === 'openai_chat' && official_host ? 'openai' : 'generic'
}

function reliabilityOf(section: Reliability, own: TargetReliabilityConfig): Reliability {
  return { ...section, ...own, breaker: { ...section.breaker, ...own.breaker } }
}

/** What does not stop the daemon and should be known. */
export function warningsOf(target: Target, { allow_insecure_http }: TargetSettings): string[] {
  const { name, credential, endpoint } = target
  const warnings = vainSwitches(target)
  if (credential.available === false)
    warnings.push(`target "${name}" has no credential yet: ${credential.describe} is missing`)
  else if (credential.file && isReadableByOthers(credential.file))
    warnings.push(`target "${name}": others can read the key file ${credential.file}; chmod 600 it`)
  if (allow_insecure_http && endpoint.startsWith('http:'))
    warnings.push(
      `target "${name}" sends its credential and all content unencrypted to ${endpoint}`,
    )
  return warnings
}

/** Capabilities that the configuration switches on and its quirks deny all the same. */
function vainSwitches(target: Target): string[] {
  const place = `targets.${target.name}`
  const said: readonly [string, CapabilitiesConfig][] = [
    [place, target.capabilities],
    ...[...target.entries].map(([model, entry]): (typeof said)[number] => [
      `${place}.models.${model}`,
      entry.capabilities ?? {},
    ]),
  ]
  return said.flatMap(([where, capabilities]) =>
    CAPABILITIES.flatMap((name) => {
      const quirk = capabilities[name] ? denyingQuirk(target, name) : null
      return quirk === null
        ? []
        : [
            `${where}.capabilities.${name} switches nothing on: quirk ${quirk} of ${place} denies it`,
          ]
    }),
  )
}
