// The tables of docs/config.md that no schema holds: what the quirks of each preset are.
import type { QuirkPreset } from '../../src/config/config.gen.ts'
import { serverOf } from '../../src/config/quirks.ts'
import { table } from './schema-tables.ts'

const SERVERS: Readonly<Record<QuirkPreset, string>> = {
  generic: 'a server of unknown make',
  openai: 'OpenAI',
  ollama: 'Ollama',
  llama_cpp: 'llama.cpp',
  vllm: 'vLLM',
  lm_studio: 'LM Studio',
  openrouter: 'OpenRouter',
  groq: 'Groq',
  deepseek: 'DeepSeek',
  mistral: 'Mistral',
  xai: 'xAI',
}

/** A row for each preset: all quirks of `generic`, and of the others what differs from it. */
export function quirkTable(): string {
  const generic: Readonly<Record<string, unknown>> = { ...serverOf('generic').quirks }
  const rows = Object.entries(SERVERS).map(([preset, server]) => {
    const quirks = Object.entries(serverOf({ preset: named(preset) }).quirks)
    const shown = quirks.filter(([name, value]) => preset === 'generic' || value !== generic[name])
    const text = shown.map(([name, value]) => `\`${name}: ${JSON.stringify(value)}\``).join(', ')
    return [`\`${preset}\``, server, text]
  })
  return table(['preset', 'server', 'quirks (but for `generic`: what differs from it)'], rows)
}

function named(preset: string): QuirkPreset {
  if (isPreset(preset)) return preset
  throw new Error(`"${preset}" is no preset`)
}

const isPreset = (name: string): name is QuirkPreset => Object.hasOwn(SERVERS, name)
