// The vocabulary in which configuration, gateway and dialects speak about a target. Types and literals; decides nothing.
import type { Dialect as DialectId } from './gateway-event.gen.ts'

export type { Dialect as DialectId } from './gateway-event.gen.ts'

/** Every capability a model can have; the names are the configuration's and the protocol's. */
export const CAPABILITIES = [
  'streaming',
  'tools',
  'parallel_tools',
  'forced_tool_choice',
  'json_mode',
  'json_schema',
  'vision',
  'documents',
  'audio',
  'reasoning',
  'sampling',
  'top_k',
  'seed',
  'stop',
  'penalties',
  'prompt_cache',
] as const
export type Capability = (typeof CAPABILITIES)[number]
export type Capabilities = Readonly<Record<Capability, boolean>>

const collect: (entries: [Capability, boolean][]) => Capabilities = Object.fromEntries

/** Of each capability, whether it holds. */
export const capabilitiesWhere = (holds: (name: Capability) => boolean): Capabilities =>
  collect(CAPABILITIES.map((name) => [name, holds(name)]))

/** The reasoning levels of the protocol, weakest first. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof EFFORTS)[number]

/**
 * What one model accepts beyond plain capabilities: the built-in family row with the configuration's overrides laid over it.
 * The rows stand in `config/families.ts`.
 */
export interface ModelRules {
  /** Name of the family row; null: no row matched and the dialect's plain defaults hold. */
  readonly family: string | null
  /** Reasoning levels the model takes; empty: none can be asked for. */
  readonly efforts: readonly Effort[]
  /** A token budget for reasoning is accepted. */
  readonly budget: boolean
  /** Anthropic: the form of `thinking` that asks for reasoning. Others: null. */
  readonly thinking: 'adaptive' | 'enabled' | null
  /** Anthropic: `thinking: {type: "disabled"}` is accepted (that is what effort `none` means there). */
  readonly thinking_can_be_disabled: boolean
  /** A last assistant message is continued. */
  readonly prefill: boolean
  /** A system message after the first user or assistant message has a place on the wire. */
  readonly system_in_conversation: boolean
  /** Structured output together with tools is accepted. */
  readonly tools_with_schema: boolean
  /** Temperature and top_p exclude each other. */
  readonly one_of_temperature_top_p: boolean
  /** Sampling is refused while reasoning is on (effort other than none, or on by default). */
  readonly sampling_only_without_reasoning: boolean
  /** The model reasons when nothing is asked for. */
  readonly reasons_by_default: boolean
  /** Gemini: function responses may carry media. */
  readonly media_in_tool_results: boolean
  /** Gemini: an unsigned foreign call needs the skip sentinel. */
  readonly signatures_required: boolean
  /** Other models of the same target whose reasoning this model can read, as name prefixes; null: all. */
  readonly reads_reasoning_of: readonly string[] | null
}

/** How an OpenAI-compatible server differs in what it takes; read by `dialects/openai-chat` alone. Decoding accepts everything always. */
export interface Quirks {
  readonly max_tokens_field: 'max_tokens' | 'max_completion_tokens'
  readonly system_role: 'system' | 'developer'
  /** Send `stream_options: {include_usage: true}`. */
  readonly stream_usage: boolean
  /** The field in which reasoning goes back on assistant messages; null: it is not sent back. */
  readonly reasoning_field: 'reasoning' | 'reasoning_content' | null
  /** Where the effort goes; null: the wire has no switch. */
  readonly reasoning_effort: 'reasoning_effort' | 'reasoning_object' | 'thinking_object' | null
  /** `modes`: auto, none, required and a named function. `strings`: no named form. `any`: like strings, but required is "any". `none`: the field is ignored by the server. */
  readonly tool_choice: 'modes' | 'strings' | 'any' | 'none'
  readonly json_mode: boolean
  readonly json_schema: boolean
  readonly strict: boolean
  readonly parallel_tool_calls: boolean
  readonly seed_field: 'seed' | 'random_seed' | null
  readonly top_k: boolean
  readonly stop: boolean
  readonly penalties: boolean
  readonly image_url: 'object' | 'string'
  /** Images by URL are fetched by the server; false: base64 only. */
  readonly remote_images: boolean
  readonly documents: boolean
  readonly audio: boolean
  /** Tool results may carry images as content parts. */
  readonly images_in_tool_results: boolean
  /** Send `name` on tool messages. */
  readonly tool_message_name: boolean
  /** Ids must match this form (Mistral: nine alphanumerics); null: any. */
  readonly tool_call_id: 'nine_alphanumerics' | null
}

/** A target and one of its models, with everything a dialect needs to know about them and nothing secret. */
export interface ResolvedTarget {
  readonly name: string
  readonly dialect: DialectId
  /** Base URL without a trailing slash. */
  readonly endpoint: string
  readonly model: string
  /** What the model can be asked for: wire ∧ (model, target, family row), already resolved. */
  readonly capabilities: Capabilities
  readonly rules: ModelRules
  readonly quirks: Quirks
  /** Tokens the model takes; null: unknown. */
  readonly context_window: number | null
  /** The most it may answer with; null: unknown. */
  readonly max_output_tokens: number | null
  /** The endpoint is the vendor's own host (and not a compatible server's). */
  readonly official_host: boolean
  /** Extra headers of the configuration. */
  readonly headers: Readonly<Record<string, string>>
}
