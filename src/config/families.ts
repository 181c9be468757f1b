// The one table of model families: what each takes and refuses, as the vendors' documentation says. Rows are facts, newest first;
// nothing here sniffs names beyond the longest prefix, and the configuration may override every entry per model.
import { EFFORTS } from '../protocol/target.ts'
import type { Capabilities, DialectId, Effort, ModelRules } from '../protocol/target.ts'

export interface Family {
  readonly dialect: DialectId
  /** Begin of the model names it is for; also the row's own name. */
  readonly prefix: string
  /** What the wire could say and these models do not take. What is not named holds. */
  readonly capabilities: Partial<Capabilities>
  readonly rules: Omit<ModelRules, 'family'>
  readonly context_window: number | null
  readonly max_output_tokens: number | null
}

type Rules = Partial<Omit<ModelRules, 'family'>>
type Sizes = readonly [context_window: number, max_output_tokens: number | null]
type Row = readonly [prefixes: string, rules: Rules, lacks?: string, sizes?: Sizes]

const BASE: Omit<ModelRules, 'family'> = {
  efforts: [],
  budget: false,
  thinking: null,
  thinking_can_be_disabled: false,
  prefill: false,
  system_in_conversation: true,
  tools_with_schema: true,
  one_of_temperature_top_p: false,
  sampling_only_without_reasoning: false,
  reasons_by_default: false,
  media_in_tool_results: true,
  signatures_required: false,
  reads_reasoning_of: null,
}

const levels = (from: Effort, to: Effort, ...also: Effort[]): { efforts: readonly Effort[] } => ({
  efforts: [...also, ...EFFORTS.slice(EFFORTS.indexOf(from), EFFORTS.indexOf(to) + 1)],
})

// OpenAI: sampling is refused while the model reasons; where it cannot be told not to, always.
const STILL = { sampling_only_without_reasoning: true }
const THINKS = { ...STILL, reasons_by_default: true }

const OPENAI: readonly Row[] = [
  ['gpt-5.6', { ...THINKS, ...levels('low', 'max', 'none') }],
  ['gpt-5.5', { ...THINKS, ...levels('low', 'xhigh', 'none') }],
  ['gpt-5.5-pro gpt-5.4-pro gpt-5.2-pro', { ...THINKS, ...levels('medium', 'xhigh') }, 'sampling'],
  ['gpt-5.4 gpt-5.3 gpt-5.2', { ...STILL, ...levels('low', 'xhigh', 'none') }],
  ['gpt-5.1', { ...STILL, ...levels('low', 'high', 'none') }],
  ['gpt-5.3-chat gpt-5.2-chat gpt-5.1-chat', { ...THINKS, efforts: ['medium'] }, 'sampling'],
  ['gpt-5.1-codex', { ...THINKS, ...levels('low', 'high') }, 'sampling'],
  ['gpt-5.1-codex-max', { ...THINKS, ...levels('low', 'xhigh') }, 'sampling'],
  ['gpt-5', { ...THINKS, ...levels('minimal', 'high') }, 'sampling'],
  ['gpt-5-codex', { ...THINKS, ...levels('low', 'high') }, 'sampling'],
  ['gpt-5-pro', { ...THINKS, efforts: ['high'] }, 'sampling'],
  ['o1 o3 o4', { ...THINKS, ...levels('low', 'high') }, 'sampling'],
  ['gpt-5-chat gpt-4o gpt-4.1', {}, 'reasoning'],
  ['gpt-4 gpt-3.5', {}, 'reasoning json_schema'],
]

// What the chat wire has beyond Responses, the reasoning models of the same names refuse.
const CHAT = OPENAI.map(([prefixes, rules, lacks = '']): Row => {
  const more = rules.efforts ? 'top_k stop penalties' : 'top_k'
  return [prefixes, rules, `${lacks} ${more}`]
})

// Anthropic. The first generation with a budget, then those that decide for themselves how long they think.
const LEAD = { system_in_conversation: false }
const OFF = { thinking_can_be_disabled: true }
const TUNED = { one_of_temperature_top_p: true, ...STILL }
const BUDGET = {
  ...LEAD,
  ...OFF,
  ...TUNED,
  thinking: 'enabled',
  budget: true,
  prefill: true,
  efforts: ['none'],
} as const
const ADAPTS = { thinking: 'adaptive', ...OFF, ...levels('low', 'max', 'none') } as const
const GENTLE = { ...ADAPTS, efforts: ADAPTS.efforts.filter((level) => level !== 'xhigh') }
const BOTH = { ...GENTLE, ...TUNED, ...LEAD, budget: true }
const EAGER = { ...ADAPTS, reasons_by_default: true }
const ALWAYS = { ...EAGER, thinking_can_be_disabled: false, ...levels('low', 'max') }
// Fable reads what Opus thought, and documents that the reverse does not hold.
const NOT_FABLE = { reads_reasoning_of: ['claude-opus', 'claude-sonnet', 'claude-haiku'] }
const COLD = 'sampling top_k'
const FREE = `${COLD} forced_tool_choice`
const LARGE: Sizes = [1_000_000, 128_000]
const SHORT: Sizes = [1_000_000, 64_000]

const ANTHROPIC: readonly Row[] = [
  ['claude-fable-5 claude-mythos-5', ALWAYS, FREE, LARGE],
  ['claude-opus-5-5', { ...ALWAYS, ...NOT_FABLE }, FREE, LARGE],
  ['claude-sonnet-5-5 claude-haiku-5-5', { ...ALWAYS, ...LEAD }, COLD, SHORT],
  ['claude-opus-5', { ...EAGER, ...NOT_FABLE }, COLD, LARGE],
  ['claude-sonnet-5', { ...EAGER, ...LEAD }, COLD, LARGE],
  ['claude-mythos-preview', { ...ALWAYS, ...LEAD }, FREE],
  ['claude-opus-4-8', ADAPTS, COLD, LARGE],
  ['claude-opus-4-7', { ...ADAPTS, ...LEAD }, COLD, LARGE],
  ['claude-opus-4-6', BOTH, '', LARGE],
  ['claude-sonnet-4-6', BOTH, '', SHORT],
  ['claude-opus-4-5 claude-sonnet-4-5 claude-haiku-4-5', BUDGET, '', [200_000, 64_000]],
  ['claude-opus-4 claude-sonnet-4 claude-3-7', BUDGET, 'json_schema'],
  ['claude-3', { ...LEAD, prefill: true }, 'json_schema reasoning'],
]

// Gemini.
const BARE = { ...LEAD, tools_with_schema: false, media_in_tool_results: false }
const SIGNS = { ...LEAD, signatures_required: true, reasons_by_default: true }
const THIRD = { ...SIGNS, budget: true }
const SECOND = { ...BARE, prefill: true, budget: true, reasons_by_default: true }
const MEGA: Sizes = [1_048_576, 65_536]

const GEMINI: readonly Row[] = [
  ['gemini-4', { ...SIGNS, ...levels('low', 'high') }, COLD, [1_048_576, null]],
  ['gemini-3.8 gemini-3.7', { ...THIRD, ...levels('low', 'high') }, COLD, MEGA],
  ['gemini-3.6 gemini-3.5-flash-lite', { ...THIRD, ...levels('minimal', 'high') }, COLD, MEGA],
  ['gemini-3', { ...THIRD, prefill: true, ...levels('minimal', 'high') }, '', MEGA],
  ['gemini-3-pro gemini-3.1-pro', { ...THIRD, prefill: true, ...levels('low', 'high') }, '', MEGA],
  ['gemini-2.5', SECOND, '', MEGA],
  ['gemini-2.5-flash', { ...SECOND, efforts: ['none'] }, '', MEGA],
  ['gemini-2.5-flash-lite', { ...SECOND, reasons_by_default: false, efforts: ['none'] }, '', MEGA],
  ['gemini-2.5-flash-image gemma', BARE, 'reasoning'],
]

/** All rows, newest first within a dialect. */
export const FAMILIES: readonly Family[] = [
  ...rowsOf('openai_responses', OPENAI),
  ...rowsOf('anthropic_messages', ANTHROPIC),
  ...rowsOf('gemini', GEMINI),
  ...rowsOf('openai_chat', CHAT),
]

/** A server of unknown models that takes everything its wire has. */
const PLAIN: Family = {
  dialect: 'openai_chat',
  prefix: '',
  capabilities: {},
  rules: { ...BASE, efforts: EFFORTS },
  context_window: null,
  max_output_tokens: null,
}

function rowsOf(dialect: DialectId, rows: readonly Row[]): Family[] {
  return rows.flatMap(([prefixes, rules, lacks = '', sizes]) =>
    prefixes.split(' ').map((prefix) => ({
      dialect,
      prefix,
      capabilities: Object.fromEntries(
        lacks
          .split(' ')
          .filter(Boolean)
          .map((name) => [name, false]),
      ),
      rules: { ...BASE, ...rules },
      context_window: sizes?.[0] ?? null,
      max_output_tokens: sizes?.[1] ?? null,
    })),
  )
}

/** The row of that name, as the configuration's `family` names it. */
export function familyNamed(dialect: DialectId, name: string): Family | undefined {
  return FAMILIES.find((row) => row.dialect === dialect && row.prefix === name)
}

/** Words without a digit, each with a dot behind it. */
const VENDORS = /^(?:[a-z-]+\.)+/

/**
 * The row with the longest prefix of the model's name, whatever vendor path stands before it (`models/`, `openai/`, Bedrock's
 * `us.anthropic.`) and whether its version is written with a dot or a dash; null: none.
 */
export function familyOf(dialect: DialectId, model: string): Family | null {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase()
  const plain = name.replace(VENDORS, '')
  const names = [name, plain, plain.replaceAll('.', '-')]
  const fitting = FAMILIES.filter(
    (row) => row.dialect === dialect && names.some((each) => each.startsWith(row.prefix)),
  )
  return fitting.toSorted((a, b) => b.prefix.length - a.prefix.length)[0] ?? null
}

/**
 * What holds for a model without a row: the dialect's newest family, because vendors tighten and rarely loosen, but none of its sizes;
 * for openai_chat a plain server.
 */
export function familyOfUnknown(dialect: DialectId): Family {
  const newest = FAMILIES.find((row) => row.dialect === dialect)
  if (dialect === 'openai_chat' || !newest) return PLAIN
  return { ...newest, context_window: null, max_output_tokens: null }
}
