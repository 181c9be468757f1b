// A reader of the four wire formats, as small as can be and independent of the simulator's own code.
import type { Format } from './caller.ts'

export const json = (text: string): unknown => JSON.parse(text) as unknown

/** What stands at a path inside of JSON. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined,
    value,
  )
}
export const list = (value: unknown, ...path: readonly (string | number)[]): unknown[] => {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}
export const str = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}
const num = (value: unknown, ...path: readonly (string | number)[]): number => {
  const found = at(value, ...path)
  return typeof found === 'number' ? found : 0
}

export interface Folded {
  text: string
  reasoning: string
  refusal: string
  calls: { name: string; arguments: unknown }[]
  finish: string
  usage: { input: number; cached: number; output: number; reasoning: number }
}

/** The data of each event. */
export function events(text: string): unknown[] {
  return text
    .split(/\r?\n\r?\n/)
    .flatMap((event) => event.split(/\r?\n/).filter((line) => line.startsWith('data: ')))
    .map((line) => line.slice(6))
    .filter((data) => data !== '[DONE]')
    .map(json)
}

/** The answer that a stream's deltas add up to. */
export function fold(format: Format, text: string): Folded {
  return FOLDS[format](events(text))
}

const joined = (values: readonly unknown[], ...path: readonly (string | number)[]): string =>
  values.map((value) => str(value, ...path)).join('')

const FOLDS: Record<Format, (events: readonly unknown[]) => Folded> = {
  chat(chunks) {
    const deltas = chunks.map((chunk) => at(chunk, 'choices', 0, 'delta'))
    const pieces = deltas.flatMap((delta) => list(delta, 'tool_calls'))
    const calls = pieces.filter((piece) => str(piece, 'id') !== '')
    return {
      text: joined(deltas, 'content'),
      reasoning: joined(deltas, 'reasoning_content'),
      refusal: joined(deltas, 'refusal'),
      calls: calls.map((call) => ({
        name: str(call, 'function', 'name'),
        arguments: json(
          joined(
            pieces.filter((piece) => num(piece, 'index') === num(call, 'index')),
            'function',
            'arguments',
          ),
        ),
      })),
      finish: joined(chunks, 'choices', 0, 'finish_reason'),
      usage: chatUsage(at(chunks.at(-1), 'usage')),
    }
  },
  responses(all) {
    const deltas = (type: string, item?: unknown): string =>
      joined(
        all.filter(
          (event) =>
            str(event, 'type') === `response.${type}.delta` &&
            (item === undefined || at(event, 'item_id') === item),
        ),
        'delta',
      )
    const items = all
      .filter((event) => str(event, 'type') === 'response.output_item.done')
      .map((event) => at(event, 'item'))
    const response = at(all.at(-1), 'response')
    assertNumbered(all)
    return {
      text: deltas('output_text'),
      reasoning: deltas('reasoning_summary_text'),
      refusal: deltas('refusal'),
      calls: items
        .filter((item) => str(item, 'type') === 'function_call')
        .map((item) => ({
          name: str(item, 'name'),
          arguments: json(deltas('function_call_arguments', at(item, 'id'))),
        })),
      finish: str(response, 'incomplete_details', 'reason') || str(response, 'status'),
      usage: responsesUsage(at(response, 'usage')),
    }
  },
  messages(all) {
    const deltas = all.map((event) => at(event, 'delta'))
    const ended = all.findLast((event) => str(event, 'type') === 'message_delta')
    const starts = all.filter((event) => str(event, 'content_block', 'type') === 'tool_use')
    return {
      text: joined(deltas, 'text'),
      reasoning: joined(deltas, 'thinking'),
      refusal: str(ended, 'delta', 'stop_details', 'explanation'),
      calls: starts.map((start) => ({
        name: str(start, 'content_block', 'name'),
        arguments: json(
          joined(
            all.filter((event) => at(event, 'index') === at(start, 'index')),
            'delta',
            'partial_json',
          ),
        ),
      })),
      finish: str(ended, 'delta', 'stop_reason'),
      usage: messagesUsage(at(ended, 'usage')),
    }
  },
  gemini(chunks) {
    const parts = chunks.flatMap((chunk) => list(chunk, 'candidates', 0, 'content', 'parts'))
    return geminiParts(parts, joined(chunks, 'candidates', 0, 'finishReason'), chunks.at(-1))
  },
}

function assertNumbered(all: readonly unknown[]): void {
  if (all.some((event, index) => num(event, 'sequence_number') !== index))
    throw new Error('sequence numbers are not consecutive')
}

/** The same from an answer that was not streamed. */
export function foldWhole(format: Format, body: unknown): Folded {
  return WHOLES[format](body)
}

const textOf = (values: readonly unknown[], type: string, key: string): string =>
  joined(
    values.filter((value) => str(value, 'type') === type),
    key,
  )

const WHOLES: Record<Format, (body: unknown) => Folded> = {
  chat(body) {
    const message = at(body, 'choices', 0, 'message')
    return {
      text: str(message, 'content'),
      reasoning: str(message, 'reasoning_content'),
      refusal: str(message, 'refusal'),
      calls: list(message, 'tool_calls').map((call) => ({
        name: str(call, 'function', 'name'),
        arguments: json(str(call, 'function', 'arguments')),
      })),
      finish: str(body, 'choices', 0, 'finish_reason'),
      usage: chatUsage(at(body, 'usage')),
    }
  },
  responses(body) {
    const output = list(body, 'output')
    const content = output.flatMap((item) => list(item, 'content'))
    return {
      text: textOf(content, 'output_text', 'text'),
      reasoning: joined(
        output.flatMap((item) => list(item, 'summary')),
        'text',
      ),
      refusal: textOf(content, 'refusal', 'refusal'),
      calls: output
        .filter((item) => str(item, 'type') === 'function_call')
        .map((item) => ({ name: str(item, 'name'), arguments: json(str(item, 'arguments')) })),
      finish: str(body, 'incomplete_details', 'reason') || str(body, 'status'),
      usage: responsesUsage(at(body, 'usage')),
    }
  },
  messages(body) {
    const content = list(body, 'content')
    return {
      text: textOf(content, 'text', 'text'),
      reasoning: textOf(content, 'thinking', 'thinking'),
      refusal: str(body, 'stop_details', 'explanation'),
      calls: content
        .filter((block) => str(block, 'type') === 'tool_use')
        .map((block) => ({ name: str(block, 'name'), arguments: at(block, 'input') })),
      finish: str(body, 'stop_reason'),
      usage: messagesUsage(at(body, 'usage')),
    }
  },
  gemini: (body) =>
    geminiParts(
      list(body, 'candidates', 0, 'content', 'parts'),
      str(body, 'candidates', 0, 'finishReason'),
      body,
    ),
}

function geminiParts(parts: readonly unknown[], finish: string, last: unknown): Folded {
  const usage = at(last, 'usageMetadata')
  const thoughts = num(usage, 'thoughtsTokenCount')
  return {
    text: joined(
      parts.filter((part) => at(part, 'thought') !== true),
      'text',
    ),
    reasoning: joined(
      parts.filter((part) => at(part, 'thought') === true),
      'text',
    ),
    refusal: '',
    calls: parts
      .map((part) => at(part, 'functionCall'))
      .filter((call) => call !== undefined)
      .map((call) => ({ name: str(call, 'name'), arguments: at(call, 'args') })),
    finish,
    usage: {
      input: num(usage, 'promptTokenCount'),
      cached: num(usage, 'cachedContentTokenCount'),
      output: num(usage, 'candidatesTokenCount') + thoughts,
      reasoning: thoughts,
    },
  }
}

const chatUsage = (usage: unknown): Folded['usage'] => ({
  input: num(usage, 'prompt_tokens'),
  cached: num(usage, 'prompt_tokens_details', 'cached_tokens'),
  output: num(usage, 'completion_tokens'),
  reasoning: num(usage, 'completion_tokens_details', 'reasoning_tokens'),
})
const responsesUsage = (usage: unknown): Folded['usage'] => ({
  input: num(usage, 'input_tokens'),
  cached: num(usage, 'input_tokens_details', 'cached_tokens'),
  output: num(usage, 'output_tokens'),
  reasoning: num(usage, 'output_tokens_details', 'reasoning_tokens'),
})
const messagesUsage = (usage: unknown): Folded['usage'] => ({
  input: num(usage, 'input_tokens') + num(usage, 'cache_read_input_tokens'),
  cached: num(usage, 'cache_read_input_tokens'),
  output: num(usage, 'output_tokens'),
  reasoning: num(usage, 'output_tokens_details', 'thinking_tokens'),
})

/** The ids that a stream gives its calls. */
export function callIds(format: Format, text: string): string[] {
  const found: Record<Format, (event: unknown) => unknown[]> = {
    chat: (chunk) => list(chunk, 'choices', 0, 'delta', 'tool_calls').map((call) => at(call, 'id')),
    responses: (event) => [at(event, 'item', 'call_id')],
    messages: (event) => [at(event, 'content_block', 'id')],
    gemini: (chunk) =>
      list(chunk, 'candidates', 0, 'content', 'parts').map((part) =>
        at(part, 'functionCall', 'id'),
      ),
  }
  const ids = events(text).flatMap(found[format])
  return [...new Set(ids.filter((id) => typeof id === 'string'))]
}
