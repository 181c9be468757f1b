// Errors of chat/completions servers, in HTTP answers and inside streams. The common words are known to `shared/error`.
import { Fault } from '../../protocol/fault.ts'
import { faultReaders } from '../shared/error.ts'
import type { ProviderWords, Rule } from '../shared/error.ts'
import { exhausted, googleDetails } from '../shared/google-error.ts'

const RULES: readonly Rule[] = [
  {
    // llama.cpp answers 500 to malformed arguments in the history; sending them again cannot help.
    when: ({ message }) => /failed to parse tool call arguments/i.test(message ?? ''),
    kind: 'invalid_request',
    code: 'tool_call_arguments',
  },
]

/** Google's own words come through its compatible endpoint as they are. */
const rulesOf = (words: ProviderWords): readonly Rule[] =>
  words.type === 'RESOURCE_EXHAUSTED'
    ? [...exhausted(words, googleDetails(words)), ...RULES]
    : RULES

export const { readFault, faultInside } = faultReaders(rulesOf)

export const truncated = (): Fault =>
  new Fault('transport', 'truncated', 'the answer ended without a finish_reason or [DONE]')

export const badEvent = (): Fault =>
  new Fault('protocol_violation', 'bad_event', 'the stream holds an event that is not JSON')

export const badAnswer = (): Fault =>
  new Fault(
    'protocol_violation',
    'bad_answer',
    'the answer is no chat completion; check that the endpoint speaks chat/completions',
  )

export const namelessCall = (): Fault =>
  new Fault('provider_error', 'malformed_tool_call', 'the answer holds a tool call without a name')
