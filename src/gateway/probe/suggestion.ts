// What a probe found, as YAML to paste into the configuration: only what differs from what is there. Changes nothing itself.
import { isDeepStrictEqual } from 'node:util'
import type { QuirkPreset } from '../../config/config.gen.ts'
import { denyingQuirk, openedFor, serverOf } from '../../config/quirks.ts'
import { CAPABILITIES } from '../../protocol/target.ts'
import type { Capabilities, Quirks, ResolvedTarget } from '../../protocol/target.ts'
import type { Book } from './book.ts'

const PRESETS: Readonly<Record<string, QuirkPreset>> = {
  openai: 'openai',
  ollama: 'ollama',
  'llama.cpp': 'llama_cpp',
  vllm: 'vllm',
  lm_studio: 'lm_studio',
  openrouter: 'openrouter',
  groq: 'groq',
  deepseek: 'deepseek',
  mistral: 'mistral',
  xai: 'xai',
}

const quirksOf = (preset: QuirkPreset): Quirks => serverOf(preset).quirks

/** The block to paste, or null where nothing differs. `wire`: what the dialect can say at all. */
export function suggest(target: ResolvedTarget, wire: Capabilities, book: Book): string | null {
  const wanted = target.dialect === 'openai_chat' ? wantedQuirks(target, book) : target.quirks
  const quirks = quirksLine(target, wanted, book)
  const model = modelLines(target, { ...target, quirks: wanted }, wire, book)
  if (quirks === null && model.length === 0) return null
  const lines = ['targets:', `  ${JSON.stringify(target.name)}:`]
  if (quirks !== null) lines.push(`    quirks: ${quirks}`)
  if (model.length > 0)
    lines.push('    models:', `      ${JSON.stringify(target.model)}:`, ...model)
  return `${lines.join('\n')}\n`
}

/** `wanted`: the target as it is with the suggested quirks, which is what the lines must fit. */
function modelLines(
  target: ResolvedTarget,
  wanted: ResolvedTarget,
  wire: Capabilities,
  book: Book,
): string[] {
  const lines: string[] = []
  for (const field of ['context_window', 'max_output_tokens'] as const) {
    const said = book.facts[field]
    if (said !== undefined && said !== target[field]) lines.push(`        ${field}: ${said}`)
  }
  const changes = CAPABILITIES.flatMap((name) => {
    const found = book.sightings.get(name)?.observed ?? book.declared.get(name)?.declared
    if (found === undefined || !wire[name] || denyingQuirk(wanted, name) !== null) return []
    // What the quirks denied until now, nothing else has been asked about.
    const same = found === target.capabilities[name] && denyingQuirk(target, name) === null
    return same ? [] : [`          ${name}: ${found}`]
  })
  return changes.length > 0 ? [...lines, '        capabilities:', ...changes] : lines
}

/** Whoever has named the differences one by one keeps them; a preset, or nothing, gives way to the server's own preset. */
export function fittingQuirks(current: Quirks, server: string | undefined): Quirks {
  const preset = PRESETS[server ?? '']
  const known: readonly QuirkPreset[] = ['generic', ...Object.values(PRESETS)]
  const replaceable = known.some((name) => isDeepStrictEqual(quirksOf(name), current))
  return preset && replaceable ? quirksOf(preset) : current
}

function wantedQuirks({ quirks }: ResolvedTarget, book: Book): Quirks {
  const seen = CAPABILITIES.filter((name) => book.sightings.get(name)?.observed)
  const fitting = fittingQuirks(quirks, book.facts.server?.name)
  return { ...openedFor(fitting, seen), ...seenQuirks(book) }
}

function quirksLine(
  { quirks: current }: ResolvedTarget,
  wanted: Quirks,
  { facts }: Book,
): string | null {
  if (isDeepStrictEqual(wanted, current)) return null
  const preset = PRESETS[facts.server?.name ?? ''] ?? 'generic'
  const plain: Readonly<Record<string, unknown>> = { ...quirksOf(preset) }
  const differences = Object.entries(wanted).filter(([name, value]) => value !== plain[name])
  if (differences.length === 0) return preset
  const named = differences.map(([name, value]) => `${name}: ${value}`)
  return `{ preset: ${preset}, ${named.join(', ')} }`
}

/** What live requests showed about the server itself. */
function seenQuirks({ observations }: Book): Partial<Quirks> {
  const valueOf = (name: string): string | null =>
    observations.find((seen) => seen.name === name)?.value ?? null
  const tokens = valueOf('max_tokens_field')
  const reasoning = valueOf('reasoning_field')
  return {
    ...((tokens === 'max_tokens' || tokens === 'max_completion_tokens') && {
      max_tokens_field: tokens,
    }),
    ...((reasoning === 'reasoning' || reasoning === 'reasoning_content') && {
      reasoning_field: reasoning,
    }),
    ...(valueOf('tool_choice') === 'strings' && { tool_choice: 'strings' }),
  }
}
