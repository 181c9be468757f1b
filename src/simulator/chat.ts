// The chat/completions wire: what OpenAI and its many imitators send, and the linkage of tool messages that they insist on.
import type { Block, Counts, Failure, Heard, JsonObject, Turn, Wire, Writer } from './wire.ts'
import { matchIds, object, objects, plainText, string } from './wire.ts'

const TYPES: Record<string, string> = {
  insufficient_quota: 'insufficient_quota',
  429: 'requests',
  500: 'server_error',
  503: 'service_unavailable_error',
}
const CODES: Record<number, string> = {
  401: 'invalid_api_key',
  404: 'model_not_found',
  429: 'rate_limit_exceeded',
  503: 'server_is_overloaded',
}

/** OpenAI's error object, the same on both of its wires. */
export function openAiError({ status, message, code }: Failure): JsonObject {
  const type =
    TYPES[code ?? status] ??
    TYPES[status] ??
    (status < 500 ? 'invalid_request_error' : 'server_error')
  return { error: { message, type, param: null, code: code ?? CODES[status] ?? null } }
}

export const OPENAI_KINDS: Wire['kinds'] = {
  context: {
    status: 400,
    code: 'context_length_exceeded',
    message: 'Your input exceeds the context window of this model.',
  },
  quota: {
    status: 429,
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  key: { status: 401, message: 'Incorrect API key provided.' },
}

export const chat: Wire = {
  named: false,
  hear,
  judge,
  writer,
  error: openAiError,
  kinds: OPENAI_KINDS,
}

function hear(body: JsonObject): Heard {
  const format = object(body['response_format'])
  const choice = body['tool_choice']
  return {
    history: objects(body['messages']).map(({ role, content }) => ({
      role: role === 'user' || role === 'tool' ? role : 'other',
      text: plainText(content),
    })),
    tools: objects(body['tools']).map((tool) => {
      const { name, parameters } = object(tool['function'])
      return { name: string(name), schema: object(parameters) }
    }),
    choice: string(choice) || string(object(object(choice)['function'])['name']) || 'auto',
    parallel: body['parallel_tool_calls'] !== false,
    output: string(format['type']).startsWith('json')
      ? object(object(format['json_schema'])['schema'])
      : null,
    reasoning: (body['reasoning_effort'] ?? body['reasoning'] ?? 'none') !== 'none',
  }
}

function judge(body: JsonObject): void {
  let calls: string[] = []
  let results: string[] = []
  const settle = (): void => {
    matchIds(
      calls,
      results,
      (id) =>
        `Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls' (${id}).`,
      (ids) =>
        `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`,
    )
  }
  for (const message of objects(body['messages'])) {
    if (message['role'] === 'tool') results.push(string(message['tool_call_id']))
    else {
      settle()
      calls = objects(message['tool_calls']).map((call) => string(call['id']))
      results = []
    }
  }
  settle()
}

function usageOf(counts: Counts): JsonObject {
  return {
    prompt_tokens: counts.input,
    completion_tokens: counts.output,
    total_tokens: counts.input + counts.output,
    prompt_tokens_details: { cached_tokens: counts.cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: counts.reasoning, audio_tokens: 0 },
  }
}

function writer(turn: Turn): Writer {
  const { asked, blocks, id, created } = turn
  const { model } = asked
  const finish = ['refusal', 'pause'].includes(turn.finish) ? 'stop' : turn.finish
  const withUsage = object(asked.body['stream_options'])['include_usage'] === true
  const head = { id: `chatcmpl-${id}`, created, model, system_fingerprint: 'fp_simulator' }
  const chunk = (choices: JsonObject[], usage: JsonObject | null = null): JsonObject => ({
    ...head,
    object: 'chat.completion.chunk',
    choices,
    ...(withUsage && { usage }),
  })
  const delta = (fields: JsonObject, finish_reason: string | null = null): JsonObject =>
    chunk([{ index: 0, delta: fields, logprobs: null, finish_reason }])
  let calls = 0
  return {
    open: () => [delta({ role: 'assistant', content: '', refusal: null })],
    block(block) {
      const { type, item, pieces } = block
      if (type === 'item') return [delta(item)]
      if (type !== 'tool') return pieces.map((piece) => delta({ [FIELDS[type]]: piece }))
      const index = calls++
      const first = { index, ...callOf(block), function: { name: block.name, arguments: '' } }
      const rest = pieces.map((piece) => ({ index, function: { arguments: piece } }))
      return [first, ...rest].map((call) => delta({ tool_calls: [call] }))
    },
    close: () => [
      delta({}, finish),
      ...(withUsage ? [chunk([], usageOf(turn.usage))] : []),
      '[DONE]',
    ],
    fail: (failure) => [openAiError(failure)],
    whole: () => ({
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message: messageOf(blocks), logprobs: null, finish_reason: finish }],
      usage: usageOf(turn.usage),
    }),
  }
}

const FIELDS = { text: 'content', reasoning: 'reasoning_content', refusal: 'refusal' } as const

function callOf({ id, name, text }: Block): JsonObject {
  return { id, type: 'function', function: { name, arguments: text } }
}

function messageOf(blocks: readonly Block[]): JsonObject {
  const message: JsonObject = { role: 'assistant', content: null, refusal: null }
  for (const block of blocks)
    if (block.type === 'item') Object.assign(message, block.item)
    else if (block.type !== 'tool') {
      const field = FIELDS[block.type]
      message[field] = string(message[field]) + block.text
    }
  const calls = blocks.filter(({ type }) => type === 'tool').map(callOf)
  return calls.length > 0 ? { ...message, tool_calls: calls } : message
}
