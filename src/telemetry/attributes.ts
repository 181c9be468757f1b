// What one ended request is called in OpenTelemetry's conventions for generative AI: the names that logs and traces share.
import type { Usage } from '../protocol/gateway-event.gen.ts'
import type { DialectId } from '../protocol/target.ts'
import type { TerminalEvent } from './facts.ts'

/** By the conventions a compatible server goes by the name of the wire that it speaks. */
const PROVIDERS: Readonly<Record<DialectId, string>> = {
  openai_responses: 'openai',
  openai_chat: 'openai',
  anthropic_messages: 'anthropic',
  gemini: 'gcp.gemini',
}

type Attributes = Record<string, string | number | readonly string[]>

/** Only what is known; counts that were not reported are not there. */
export function genAiAttributes(terminal: TerminalEvent, dialect: DialectId | null): Attributes {
  const { usage, provider_metadata, model } = terminal
  return known({
    ...callAttributes(model, dialect),
    'gen_ai.response.model': provider_metadata?.model,
    'gen_ai.response.id': provider_metadata?.response_id,
    'gen_ai.response.finish_reasons':
      terminal.type === 'completed' ? [terminal.finish_reason] : undefined,
    ...usageAttributes(usage),
    'error.type': terminal.type === 'failed' ? terminal.error.kind : undefined,
  })
}

/** What is called, before there is an answer. */
export const callAttributes = (model: string | null, dialect: DialectId | null): Attributes =>
  known({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': dialect && PROVIDERS[dialect],
    'gen_ai.request.model': model,
  })

/** The counts that were reported. */
export const usageAttributes = (usage: Usage | null): Attributes =>
  known({
    'gen_ai.usage.input_tokens': usage?.input_tokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cached_input_tokens,
    'gen_ai.usage.cache_creation.input_tokens': usage?.cache_write_input_tokens,
    'gen_ai.usage.output_tokens': usage?.output_tokens,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoning_tokens,
  })

function known(values: Record<string, Attributes[string] | null | undefined>): Attributes {
  const kept: Attributes = {}
  for (const name in values) {
    const value = values[name]
    if (value !== null && value !== undefined) kept[name] = value
  }
  return kept
}
