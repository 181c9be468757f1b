// Errors of chat/completions servers, in HTTP answers and inside streams. The common words are known to `shared/error`.
import { Fault } from '../../protocol/fault.ts'
import type { JsonObject } from '../contract.ts'
import { classify, readWords, wordsOf } from '../shared/error.ts'
import type { Rule } from '../shared/error.ts'

const RULES: readonly Rule[] = [
  {
    // llama.cpp answers 500 to malformed arguments in the history; sending them again cannot help.
    when: ({ message }) => /failed to parse tool call arguments/i.test(message ?? ''),
    kind: 'invalid_request',
    code: 'tool_call_arguments',
  },
]

/** The fault of an HTTP error answer. */
export function readFault(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): Fault {
  return classify(readWords(headers, body), status, RULES)
}

/** The fault that a chunk, choice or body of a 200 answer tells of. */
export function faultInside(value: JsonObject): Fault {
  return classify(wordsOf(value), 200, RULES)
}

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
