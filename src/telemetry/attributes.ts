// What one ended request is called in OpenTelemetry's conventions for generative AI: the names that logs and traces share.
import type { ErrorKind, Fault } from '../protocol/fault.ts'
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

/** Kinds that are about the account or the server, so that their words quote no request. */
const ABOUT_NO_CONTENT: ReadonlySet<ErrorKind> = new Set([
  'authentication',
  'permission',
  'not_found',
  'rate_limited',
  'quota_exceeded',
  'overloaded',
])

/** What a fault says where no content may stand: elsewhere a provider's words often quote the prompt or the answer. */
export function messageWithoutContent({ kind, message, provider }: Fault): string {
  if (provider === null || provider.message === null || ABOUT_NO_CONTENT.has(kind)) return message
  const { http_status, code, type } = provider
  const facts = [`HTTP ${http_status}`, code ?? type].filter((fact) => fact !== null)
  return `the provider failed the request (${facts.join(', ')}); its words may quote content: only the client is told them`
}

function known(values: Record<string, Attributes[string] | null | undefined>): Attributes {
  const kept: Attributes = {}
  for (const name in values) {
    const value = values[name]
    if (value !== null && value !== undefined) kept[name] = value
  }
  return kept
}
