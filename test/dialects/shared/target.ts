// Targets for tests: everything possible, and what a test names otherwise.
import { wireCapabilities } from '../../../src/dialects/shared/capabilities.ts'
import type { Replay } from '../../../src/dialects/contract.ts'
import type { InferRequest, Message } from '../../../src/protocol/client-message.gen.ts'
import type { ModelRules, Quirks, ResolvedTarget } from '../../../src/protocol/target.ts'

export const QUIRKS: Quirks = {
  max_tokens_field: 'max_tokens',
  system_role: 'system',
  stream_usage: true,
  reasoning_field: 'reasoning_content',
  reasoning_effort: 'reasoning_effort',
  tool_choice: 'modes',
  json_mode: true,
  json_schema: true,
  strict: true,
  parallel_tool_calls: true,
  seed_field: 'seed',
  top_k: true,
  stop: true,
  penalties: true,
  image_url: 'object',
  remote_images: true,
  documents: true,
  audio: true,
  images_in_tool_results: true,
  tool_message_name: false,
  tool_call_id: null,
}

export const RULES: ModelRules = {
  family: null,
  efforts: ['none', 'low', 'high'],
  budget: true,
  thinking: null,
  thinking_can_be_disabled: false,
  prefill: false,
  system_in_conversation: true,
  tools_with_schema: true,
  one_of_temperature_top_p: false,
  sampling_only_without_reasoning: false,
  reasons_by_default: false,
  media_in_tool_results: false,
  signatures_required: false,
  reads_reasoning_of: null,
}

interface Changes extends Partial<Omit<ResolvedTarget, 'quirks' | 'rules'>> {
  readonly quirks?: Partial<Quirks>
  readonly rules?: Partial<ModelRules>
}

export function targetOf({ quirks, rules, ...rest }: Changes = {}): ResolvedTarget {
  return {
    name: 'here',
    dialect: 'openai_chat',
    endpoint: 'http://127.0.0.1:1/v1',
    model: 'm-1',
    capabilities: wireCapabilities([]),
    context_window: null,
    max_output_tokens: null,
    official_host: false,
    headers: {},
    ...rest,
    quirks: { ...QUIRKS, ...quirks },
    rules: { ...RULES, ...rules },
  }
}

export function requestOf(messages: Message[], rest: Partial<InferRequest> = {}): InferRequest {
  return { type: 'infer', messages, ...rest }
}

export const FRESH: Replay = { credential_fingerprint: null, omit_reasoning: false }

/** State as the gateway writes it for {@link targetOf}. */
export function ownState(rest: Record<string, unknown> = {}) {
  return { dialect: 'openai_chat' as const, target: 'here', model: 'm-1', ...rest }
}
