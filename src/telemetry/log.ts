// Facts → log lines, one for each request and each probe that ends. Prompt and output stand in them only where the configuration asks for content.
import type { Logger } from 'pino'
import {
  callAttributes,
  genAiAttributes,
  messageWithoutContent,
  usageAttributes,
} from './attributes.ts'
import type { Fact } from './facts.ts'
import type { Info } from './quick-line.ts'

export type EndFact = Extract<Fact, { fact: 'request_ended' }>

/** Characters of prompt and of output in a line that holds content. */
const MOST_CONTENT = 64 * 1024

/** `content`: log prompt and output too. Names follow OpenTelemetry's conventions for generative AI where they exist. */
export function logEnd(
  logger: Pick<Logger, 'error'>,
  info: Info,
  ended: EndFact,
  content: boolean,
): void {
  const { terminal, dialect, fault, cost_unknown_reason } = ended
  const { request_id, type: outcome, target, timing } = terminal
  const about = { request_id, outcome, target, dialect }
  const facts = {
    ...genAiAttributes(about, terminal, dialect),
    error_code: fault?.code ?? undefined,
    error_message: fault && !content ? messageWithoutContent(fault) : fault?.message,
    attempts: terminal.attempts.length,
    queued_ms: timing?.queued_ms,
    first_event_ms: timing?.first_event_ms,
    total_ms: timing?.total_ms,
    cost: terminal.cost ?? undefined,
    cost_unknown: terminal.cost ? undefined : (cost_unknown_reason ?? undefined),
    warnings: terminal.warnings.map(({ code }) => code),
    metadata: terminal.metadata,
  }
  const line = content ? { ...facts, ...contentOf(ended) } : facts
  if (fault?.kind === 'internal') logger.error({ ...line, stack: stackOf(fault) }, 'request ended')
  else info(line, 'request ended')
}

type ProbeFact = Extract<Fact, { fact: 'probe_ended' }>

/** The same names as for a request; what a probe found is for who asked, but for whether the target is sound. */
export function logProbe(logger: Logger, { ended, ...fact }: ProbeFact): void {
  const { request_id, target, model, usage, cost } = ended
  const about = { request_id, target, depth: fact.depth, requests: fact.requests }
  const counted = {
    ...usageAttributes({}, usage),
    cost: cost ?? undefined,
    cost_unknown: cost ? undefined : (fact.cost_unknown_reason ?? undefined),
  }
  if (ended.type !== 'probed') {
    const error = ended.type === 'failed' ? ended.error : null
    const line = {
      ...about,
      outcome: ended.type,
      'gen_ai.request.model': model ?? undefined,
      'error.type': error?.kind,
      error_code: error?.code ?? undefined,
      error_message: error?.message,
      total_ms: ended.timing?.total_ms,
    }
    return logger.info({ ...line, ...counted }, 'probe ended')
  }
  const { dialect, reachable, authenticated, model_present, total_ms, errors, warnings } = ended
  const line = {
    ...callAttributes({ ...about, outcome: 'completed', dialect }, model, dialect),
    reachable,
    authenticated,
    model_present,
    errors: errors.map(({ kind }) => kind),
    total_ms,
    warnings: warnings.map(({ code }) => code),
  }
  logger.info({ ...line, ...counted }, 'probe ended')
}

function contentOf({ input, terminal }: EndFact): Record<string, string> {
  return {
    'gen_ai.input.messages': JSON.stringify(input).slice(0, MOST_CONTENT),
    'gen_ai.output.messages': JSON.stringify(terminal.message).slice(0, MOST_CONTENT),
  }
}

const stackOf = (fault: Error): string =>
  framesOf(fault.cause instanceof Error ? fault.cause : fault)

/** Where a bug was met. Without the thrown message, which could hold anything: a prompt, or a secret. */
export const framesOf = ({ stack = '' }: Error): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
