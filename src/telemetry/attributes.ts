// What one ended request is called in OpenTelemetry's conventions for generative AI: the names that logs and traces share.
import type { ErrorKind, Fault } from '../protocol/fault.ts'
import type { Attempt, Usage } from '../protocol/gateway-event.gen.ts'
import type { DialectId } from '../protocol/target.ts'
import type { TerminalEvent } from './facts.ts'

/** By the conventions a compatible server goes by the name of the wire that it speaks. */
const PROVIDERS: Readonly<Record<DialectId, string>> = {
  openai_responses: 'openai',
  openai_chat: 'openai',
  anthropic_messages: 'anthropic',
  gemini: 'gcp.gemini',
}

/** Undefined: not known, or not reported. */
type Attributes = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** `about` and what the conventions call the rest: it stands first because what is spread after others is copied field by field. */
export function genAiAttributes<T extends object>(
  about: T,
  terminal: TerminalEvent,
  dialect: DialectId | null,
): T & Attributes {
  const { usage, provider_metadata, model } = terminal
  const answered = {
    ...callAttributes(about, model, dialect),
    'gen_ai.response.model': provider_metadata?.model ?? undefined,
    'gen_ai.response.id': provider_metadata?.response_id ?? undefined,
    'gen_ai.response.finish_reasons':
      terminal.type === 'completed' ? [terminal.finish_reason] : undefined,
  }
  return {
    ...usageAttributes(answered, usage),
    'error.type': terminal.type === 'failed' ? terminal.error.kind : undefined,
  }
}

/** What is called, before there is an answer. */
export const callAttributes = <T extends object>(
  about: T,
  model: string | null,
  dialect: DialectId | null,
): T & Attributes => ({
  ...about,
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': dialect ? PROVIDERS[dialect] : undefined,
  'gen_ai.request.model': model ?? undefined,
})

/** The counts that were reported. */
export const usageAttributes = <T extends object>(
  about: T,
  usage: Usage | null,
): T & Attributes => ({
  ...about,
  'gen_ai.usage.input_tokens': usage?.input_tokens ?? undefined,
  'gen_ai.usage.cache_read.input_tokens': usage?.cached_input_tokens ?? undefined,
  'gen_ai.usage.cache_creation.input_tokens': usage?.cache_write_input_tokens ?? undefined,
  'gen_ai.usage.output_tokens': usage?.output_tokens ?? undefined,
  'gen_ai.usage.reasoning.output_tokens': usage?.reasoning_tokens ?? undefined,
})

/** How an attempt ended: `ok`, `cancelled`, or the kind of its fault. The client's leave is no fault, and ends only the last. */
export const outcomeOf = ({ error }: Attempt, { type }: TerminalEvent): string =>
  error?.kind ?? (type === 'cancelled' ? type : 'ok')

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
