// What an answer's own report says it was charged for beyond the configured prices. Looks only; one such thing is enough to make a cost unknown.
import type { PriceTable } from '../protocol/prices.ts'

type Raw = Readonly<Record<string, unknown>>

/** Names the first charge that token prices do not cover, as part of a sentence; null: there is none. `tier`: the service tier as served. */
export function foreignFee(raw: Raw, tier: string | null, table: PriceTable): string | null {
  return (
    toolFee(raw) ??
    tierFee([raw['service_tier'] ?? raw['serviceTier'], tier]) ??
    modeFee(raw) ??
    otherModelFee(raw) ??
    mediaFee(raw) ??
    (table.request === null && positive(objectIn(raw, 'cost')['request_cost'])
      ? 'a fee for the request'
      : null)
  )
}

/** Server tools that cost nothing beside the tokens, and fields that count them twice. */
const FREE_TOOLS = new Set([
  'web_fetch_requests',
  'tool_search_requests',
  'tool_calls_requested',
  'tool_calls_executed',
])

const TOOL_COUNTS = ['server_tool_use', 'server_tool_use_details', 'server_side_tool_usage_details']

const USE_COUNTS = ['num_sources_used', 'num_server_side_tools_used', 'num_search_queries']

function toolFee(raw: Raw): string | null {
  for (const field of TOOL_COUNTS)
    for (const [name, count] of Object.entries(objectIn(raw, field)))
      if (positive(count) && !FREE_TOOLS.has(name)) return name
  return USE_COUNTS.find((name) => positive(raw[name])) ?? null
}

const BASE_TIERS = new Set(['standard', 'default', 'auto', 'on_demand'])

function tierFee(tiers: readonly unknown[]): string | null {
  const other = tiers.find(
    (tier) => typeof tier === 'string' && !BASE_TIERS.has(tier.toLowerCase()),
  )
  return typeof other === 'string' ? `service tier ${other}` : null
}

/** What the ordinary price stands for, by the field that tells of another. */
const BASE_MODES: Readonly<Record<string, readonly string[]>> = {
  inference_geo: ['global', 'not_available', ''],
  speed: ['standard'],
  trafficType: ['ON_DEMAND'],
}

function modeFee(raw: Raw): string | null {
  for (const [field, base] of Object.entries(BASE_MODES)) {
    const mode = raw[field]
    if (typeof mode === 'string' && !base.includes(mode)) return `${field} ${mode}`
  }
  return null
}

/** Passes of advisors and fallbacks are another model's, and stand nowhere else. */
function otherModelFee(raw: Raw): string | null {
  for (const pass of listIn(raw, 'iterations')) {
    const { type } = pass
    if (typeof type === 'string' && type !== 'message' && type !== 'compaction')
      return `passes of another model (${type})`
  }
  return null
}

/** Sound in and out, and images out, have prices of their own. */
function mediaFee(raw: Raw): string | null {
  const input = [objectIn(raw, 'prompt_tokens_details'), objectIn(raw, 'input_tokens_details')]
  const output = [
    objectIn(raw, 'completion_tokens_details'),
    objectIn(raw, 'output_tokens_details'),
  ]
  const made = listIn(raw, 'candidatesTokensDetails')
  const heard = [...listIn(raw, 'promptTokensDetails'), ...made]
  const audio = [...input, ...output].some((details) => positive(details['audio_tokens']))
  if (audio || heard.some((part) => isOf(part, 'AUDIO'))) return 'audio tokens'
  const image = output.some((details) => positive(details['image_tokens']))
  return image || made.some((part) => isOf(part, 'IMAGE')) ? 'image output tokens' : null
}

const isOf = (part: Raw, modality: string): boolean =>
  part['modality'] === modality && positive(part['tokenCount'])

const positive = (value: unknown): boolean => typeof value === 'number' && value > 0

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null

/** The object at `field`; an empty one where there is none. */
export function objectIn(raw: Raw, field: string): Raw {
  const value = raw[field]
  return isRaw(value) ? value : {}
}

/** The objects in the list at `field`. */
export function listIn(raw: Raw, field: string): readonly Raw[] {
  const value = raw[field]
  return Array.isArray(value) ? value.filter(isRaw) : []
}
