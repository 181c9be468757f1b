// How known OpenAI-compatible servers differ in what they take, and which capabilities that takes away. Data only: `dialects/openai-chat`
// writes by the quirks, nobody guesses a server.
import type { Capability, ModelRules, Quirks, ResolvedTarget } from '../protocol/target.ts'
import type { QuirkPreset, QuirksConfig } from './config.gen.ts'

/** A server that takes everything the plain wire has, and nothing that only some servers know. */
const GENERIC: Quirks = {
  max_tokens_field: 'max_tokens',
  system_role: 'system',
  stream_usage: true,
  reasoning_field: null,
  reasoning_effort: 'reasoning_effort',
  tool_choice: 'modes',
  json_mode: true,
  json_schema: true,
  strict: true,
  parallel_tool_calls: true,
  seed_field: 'seed',
  top_k: false,
  stop: true,
  penalties: true,
  image_url: 'object',
  remote_images: true,
  documents: true,
  audio: true,
  images_in_tool_results: false,
  tool_message_name: false,
  tool_call_id: null,
}

const NO_FILES = { documents: false, audio: false }

const PRESETS: Readonly<Record<QuirkPreset, Partial<Quirks>>> = {
  generic: {},
  openai: { max_tokens_field: 'max_completion_tokens', system_role: 'developer' },
  // Unknown fields are ignored there: what would be lost without a word is not offered.
  ollama: {
    ...NO_FILES,
    reasoning_field: 'reasoning',
    tool_choice: 'none',
    strict: false,
    parallel_tool_calls: false,
    remote_images: false,
  },
  // json_object is not enforced without a schema; a named tool choice is taken for "auto".
  llama_cpp: {
    reasoning_field: 'reasoning_content',
    tool_choice: 'strings',
    json_mode: false,
    strict: false,
    top_k: true,
    documents: false,
  },
  vllm: { reasoning_field: 'reasoning', top_k: true, documents: false },
  lm_studio: {
    ...NO_FILES,
    tool_choice: 'strings',
    json_mode: false,
    strict: false,
    parallel_tool_calls: false,
    top_k: true,
    remote_images: false,
  },
  openrouter: { reasoning_field: 'reasoning', reasoning_effort: 'reasoning_object', top_k: true },
  groq: { ...NO_FILES, max_tokens_field: 'max_completion_tokens', reasoning_field: 'reasoning' },
  deepseek: {
    ...NO_FILES,
    reasoning_field: 'reasoning_content',
    reasoning_effort: 'thinking_object',
    json_schema: false,
    strict: false,
    parallel_tool_calls: false,
    seed_field: null,
  },
  mistral: {
    ...NO_FILES,
    stream_usage: false,
    tool_choice: 'any',
    seed_field: 'random_seed',
    image_url: 'string',
    tool_message_name: true,
    tool_call_id: 'nine_alphanumerics',
  },
  xai: {
    ...NO_FILES,
    max_tokens_field: 'max_completion_tokens',
    reasoning_field: 'reasoning_content',
    stop: false,
    penalties: false,
  },
}

/** What holds for every model behind such a server, over its family row. */
const RULES: Partial<Record<QuirkPreset, Partial<ModelRules>>> = {
  // With both, the schema wins and no call is ever made.
  llama_cpp: { tools_with_schema: false },
  openrouter: { budget: true },
}

export interface Server {
  readonly quirks: Quirks
  readonly rules: Partial<ModelRules>
}

/** A preset by name, or a preset (`generic` where none is named) with the named differences laid over it. */
export function serverOf(config: QuirkPreset | QuirksConfig): Server {
  const { preset = 'generic', ...differences } =
    typeof config === 'string' ? { preset: config } : config
  return {
    quirks: { ...GENERIC, ...PRESETS[preset], ...differences },
    rules: RULES[preset] ?? {},
  }
}

/** By capability: the quirk that can leave no way to ask for it, the value that does, and how the plain wire does ask. */
const DENIALS: Partial<Record<Capability, readonly [keyof Quirks, unknown, Partial<Quirks>]>> = {
  forced_tool_choice: ['tool_choice', 'none', { tool_choice: 'modes' }],
  json_mode: ['json_mode', false, { json_mode: true }],
  json_schema: ['json_schema', false, { json_schema: true }],
  documents: ['documents', false, { documents: true }],
  audio: ['audio', false, { audio: true }],
  reasoning: ['reasoning_effort', null, { reasoning_effort: 'reasoning_effort' }],
  top_k: ['top_k', false, { top_k: true }],
  seed: ['seed_field', null, { seed_field: 'seed' }],
  stop: ['stop', false, { stop: true }],
  penalties: ['penalties', false, { penalties: true }],
}

/** The quirk for which a capability cannot be asked for, whatever the configuration says of it; null: there is none. */
export function denyingQuirk(
  { dialect, quirks }: Pick<ResolvedTarget, 'dialect' | 'quirks'>,
  capability: Capability,
): keyof Quirks | null {
  const [quirk, no] = DENIALS[capability] ?? []
  return dialect === 'openai_chat' && quirk !== undefined && quirks[quirk] === no ? quirk : null
}

/** The same quirks with a way to ask for these capabilities: the plain wire's where there was none. */
export function openedFor(quirks: Quirks, capabilities: Iterable<Capability>): Quirks {
  let opened = quirks
  for (const name of capabilities) {
    const [quirk, no, open] = DENIALS[name] ?? []
    if (quirk !== undefined && quirks[quirk] === no) opened = { ...opened, ...open }
  }
  return opened
}
