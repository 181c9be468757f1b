// What a live probe asks, and what each answer shows. Plain values: one tiny request a row, written so that an answer which ignores
// what was asked can be told from one that heeds it. Sends nothing.
import { isObject, parseJson } from '../../dialects/shared/json.ts'
import type { InferRequest, Tool } from '../../protocol/client-message.gen.ts'
import type { AssistantPart, Usage } from '../../protocol/gateway-event.gen.ts'
import type { Capability, ModelRules } from '../../protocol/target.ts'
import type { FinishReason } from '../assemble.ts'

/** One answer, as far as the checks care. */
export interface Told {
  readonly parts: readonly AssistantPart[]
  /** Some part came in more than one piece. */
  readonly pieces: boolean
  readonly reason: FinishReason
  readonly usage: Usage | null
}

export interface Check {
  readonly capability: Capability
  /** Null: these rules leave no way to ask. */
  readonly request: (rules: ModelRules) => InferRequest | null
  readonly shows: (told: Told) => boolean
  readonly yes: string
  readonly no: string
  /** The request leaves no choice: an answer that does not show it has ignored it. */
  readonly proves: boolean
}

const MOST_TOKENS = 512
const MOST_REASONING_TOKENS = 2_048
const BUDGET_TOKENS = 1_024

/** Tokens of the first answer: it asks for more than fits, to see whether the limit is heeded. */
export const FIRST_TOKENS = 16

const ask = (content: string, more: Partial<InferRequest> = {}): InferRequest => ({
  type: 'infer',
  messages: [{ role: 'user', content }],
  limits: { max_output_tokens: MOST_TOKENS },
  ...more,
})

/** The first request: streaming, usage and the limit's field show in its answer. */
export const FIRST: InferRequest = ask('Count from one to fifty in words.', {
  limits: { max_output_tokens: FIRST_TOKENS },
})

/** Whether the system's words count for more than the user's. */
export const SYSTEM: InferRequest = ask('Which word do you answer with?', {
  messages: [
    { role: 'system', content: 'Answer every message with the single word: pong' },
    { role: 'user', content: 'Which word do you answer with?' },
  ],
})

const tool = (what: string): Tool => ({
  name: `get_${what}`,
  description: `Tells the ${what} in a city.`,
  input_schema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
})

const SCHEMA = {
  type: 'object',
  properties: { colour: { type: 'string' }, number: { type: 'integer' } },
  required: ['colour', 'number'],
  additionalProperties: false,
}

export const textOf = ({ parts }: Told): string =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join('')

const calls = ({ parts }: Told): number =>
  parts.filter((part) => part.type === 'tool_call' && part.status === 'ready').length

export const CHECKS: readonly Check[] = [
  {
    capability: 'tools',
    request: () =>
      ask('What is the weather in Paris? Call get_weather.', { tools: [tool('weather')] }),
    shows: (told) => calls(told) > 0,
    yes: 'it called the tool',
    no: 'accepted, but it called no tool',
    proves: false,
  },
  {
    capability: 'parallel_tools',
    request: () =>
      ask('What are weather and time in Paris? Call get_weather and get_time, both at once.', {
        tools: [tool('weather'), tool('time')],
        parallel_tool_calls: true,
      }),
    shows: (told) => calls(told) > 1,
    yes: 'it made two calls in one answer',
    no: 'accepted, but it did not make two calls in one answer',
    proves: false,
  },
  {
    capability: 'forced_tool_choice',
    request: () =>
      ask('Hello.', { tools: [tool('weather')], tool_choice: { name: 'get_weather' } }),
    shows: (told) => calls(told) > 0,
    yes: 'it called the tool that a greeting did not ask for',
    no: 'ignored: a greeting was answered without the call',
    proves: true,
  },
  {
    capability: 'json_mode',
    request: () => ask('Greet me. Use JSON only if you must.', { output: { mode: 'json' } }),
    shows: (told) => isObject(parseJson(textOf(told))),
    yes: 'the answer is a JSON object',
    no: 'ignored: the answer is no JSON object',
    proves: true,
  },
  {
    capability: 'json_schema',
    request: () =>
      ask('Greet me.', { output: { mode: 'json_schema', name: 'pick', schema: SCHEMA } }),
    shows: fitsSchema,
    yes: 'a greeting was answered in the form of the schema',
    no: 'ignored: the answer is not of the schema',
    proves: true,
  },
  {
    capability: 'vision',
    request: () => ask('', { messages: [{ role: 'user', content: [PICTURE, COLOUR] }] }),
    shows: (told) => /\bred\b/i.test(textOf(told)),
    yes: 'it named the colour of a picture',
    no: 'accepted, but it did not name the colour of the picture',
    proves: false,
  },
  {
    capability: 'reasoning',
    request: reasoningRequest,
    shows: ({ parts, usage }) =>
      parts.some(({ type }) => type === 'reasoning') || (usage?.reasoning_tokens ?? 0) > 0,
    yes: 'reasoning came, or was counted',
    no: 'accepted, but no reasoning showed',
    proves: false,
  },
]

function reasoningRequest({ efforts, budget }: ModelRules): InferRequest | null {
  const effort =
    efforts.find((level) => level === 'medium') ?? efforts.find((level) => level !== 'none')
  if (effort === undefined && !budget) return null
  return ask('What is 17 times 23?', {
    reasoning: {
      include_text: true,
      ...(effort === undefined ? { budget_tokens: BUDGET_TOKENS } : { effort }),
    },
    limits: { max_output_tokens: MOST_REASONING_TOKENS },
  })
}

function fitsSchema(told: Told): boolean {
  const value = parseJson(textOf(told))
  if (!isObject(value) || Object.keys(value).length !== 2) return false
  return typeof value['colour'] === 'string' && typeof value['number'] === 'number'
}

/** 32 by 32 pixels of red, as PNG: smaller pictures some models refuse. */
const RED =
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgAQMAAABJtOi3AAAAA1BMVEX/AAAZ4gk3AAAADElEQVR42mNgGNwAAACgAAGO+7G0AAAAAElFTkSuQmCC'
const PICTURE = { type: 'image', source: { media_type: 'image/png', data: RED } } as const
const COLOUR = { type: 'text', text: 'Which colour is this? One word.' } as const
