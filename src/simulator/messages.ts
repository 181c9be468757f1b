// Anthropic's Messages wire. Thinking is signed over its text; results must stand first in the very next message.
import type {
  Block,
  Counts,
  Failure,
  Heard,
  JsonObject,
  Payload,
  Said,
  Turn,
  Wire,
  Writer,
} from './wire.ts'
import {
  matchIds,
  object,
  objects,
  parsed,
  plainText,
  Refused,
  seal,
  string,
  unseal,
} from './wire.ts'

const TYPES: Record<number, string> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}
const STOPS: Record<string, string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  pause: 'pause_turn',
}
const FIELDS = new Set(
  'model max_tokens messages system stop_sequences temperature top_p top_k stream metadata tools tool_choice thinking output_config cache_control service_tier container inference_geo context_management'.split(
    ' ',
  ),
)

export const messages: Wire = {
  named: true,
  hear,
  judge,
  writer,
  error: ({ status, message, code }: Failure) => ({
    type: 'error',
    error: {
      type: code ?? TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'),
      message,
    },
    request_id: 'req_simulated',
  }),
  kinds: {
    context: { status: 400, message: 'prompt is too long: 200001 tokens > 200000 maximum' },
    quota: {
      status: 400,
      message: 'Your credit balance is too low to access the API. Please go to Plans & Billing.',
    },
    key: { status: 401, message: 'invalid x-api-key' },
  },
}

/** The blocks of a content, a string being one text block. */
function blocksOf(content: unknown): JsonObject[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objects(content)
}

function hear(body: JsonObject): Heard {
  const choice = object(body['tool_choice'])
  const format = object(object(body['output_config'])['format'])
  return {
    history: objects(body['messages']).flatMap(({ role, content }): Said[] => {
      const results = blocksOf(content).filter(({ type }) => type === 'tool_result')
      const text = plainText(content)
      const said: Said = { role: role === 'user' ? 'user' : 'other', text }
      return [
        ...results.map((result): Said => ({ role: 'tool', text: plainText(result['content']) })),
        ...(text === '' && results.length > 0 ? [] : [said]),
      ]
    }),
    tools: objects(body['tools']).map(({ name, input_schema }) => ({
      name: string(name),
      schema: object(input_schema),
    })),
    choice:
      string(choice['name']) || (choice['type'] === 'any' ? 'required' : string(choice['type'])),
    parallel: choice['disable_parallel_tool_use'] !== true,
    output: format['type'] === 'json_schema' ? object(format['schema']) : null,
    reasoning: ['enabled', 'adaptive'].includes(string(object(body['thinking'])['type'])),
  }
}

function judgeEnvelope(body: JsonObject, headers: Readonly<Record<string, unknown>>): void {
  const extra = Object.keys(body).find((key) => !FIELDS.has(key))
  if (extra !== undefined) throw new Refused(`${extra}: Extra inputs are not permitted`)
  if (headers['anthropic-version'] === undefined)
    throw new Refused('anthropic-version: header is required')
  if (typeof body['max_tokens'] !== 'number') throw new Refused('max_tokens: Field required')
  if (objects(body['messages'])[0]?.['role'] !== 'user')
    throw new Refused('messages: first message must use the "user" role')
}

function judge(body: JsonObject, headers: Readonly<Record<string, unknown>>): void {
  judgeEnvelope(body, headers)
  const history = objects(body['messages']).map(({ role, content }) => ({
    role,
    blocks: blocksOf(content),
  }))
  const thoughts = history.some(({ blocks }) => blocks.some(isThinking))
  const enabled = object(body['thinking'])['type'] === 'enabled'
  for (const [index, { blocks }] of history.entries()) {
    judgeResults(idsOf(history[index - 1]?.blocks ?? [], 'tool_use', 'id'), blocks, index)
    judgeBlocks(blocks, index)
    const calls = blocks.slice(blocks.findIndex(isCall))
    if (blocks.some(isCall) && !calls.every(isCall))
      throw new Refused(unanswered(index, idsOf(calls, 'tool_use', 'id').join(', ')))
    const thoughtful = blocks.some(({ id }) => string(id).endsWith(THOUGHTFUL))
    if (thoughtful && !blocks.some(isThinking) && (thoughts || enabled))
      throw new Refused(
        `messages.${index}.content: \`thinking\` or \`redacted_thinking\` blocks in the latest assistant message cannot be modified.`,
      )
  }
  const last = history.at(-1)
  if (last?.role !== 'assistant') return
  if (['text', 'thinking'].includes(string(last.blocks.at(-1)?.['type'])))
    throw new Refused(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    )
  judgeResults(idsOf(last.blocks, 'tool_use', 'id'), [], history.length)
}

/** Ends the id of a call that was thought about, so that a replay without the thought is noticed. */
const THOUGHTFUL = '_t'

function isThinking({ type }: JsonObject): boolean {
  return type === 'thinking' || type === 'redacted_thinking'
}

function idsOf(blocks: readonly JsonObject[], type: string, key: string): string[] {
  return blocks.filter((block) => block['type'] === type).map((block) => string(block[key]))
}

function judgeResults(
  calls: readonly string[],
  blocks: readonly JsonObject[],
  index: number,
): void {
  const end = blocks.findIndex(({ type }) => type !== 'tool_result')
  const leading = idsOf(end === -1 ? blocks : blocks.slice(0, end), 'tool_result', 'tool_use_id')
  const all = idsOf(blocks, 'tool_result', 'tool_use_id')
  matchIds(
    calls,
    all.length > leading.length ? leading : all,
    (id) =>
      `messages.${index}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    (ids) => unanswered(index - 1, ids),
  )
}

const unanswered = (index: number, ids: string): string =>
  `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}.`

const isCall = ({ type }: JsonObject): boolean => type === 'tool_use'

function judgeBlocks(blocks: readonly JsonObject[], index: number): void {
  for (const [at, block] of blocks.entries()) {
    const place = `messages.${index}.content.${at}`
    const { type, thinking, signature, data, text, id } = block
    if (type === 'thinking' && unseal(signature) !== `thinking ${string(thinking)}`)
      throw new Refused(`${place}: Invalid \`signature\` in \`thinking\` block`)
    if (type === 'redacted_thinking' && unseal(data) === null)
      throw new Refused(`${place}: Invalid \`data\` in \`redacted_thinking\` block`)
    if (type === 'text' && text === '')
      throw new Refused('messages: text content blocks must be non-empty')
    if (type === 'tool_use' && !/^[\w-]+$/.test(string(id)))
      throw new Refused(`${place}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`)
  }
}

function usageOf(counts: Counts): JsonObject {
  return {
    input_tokens: counts.input - counts.cached - counts.cache_write,
    cache_creation_input_tokens: counts.cache_write,
    cache_read_input_tokens: counts.cached,
    output_tokens: counts.output,
    output_tokens_details: { thinking_tokens: counts.reasoning },
  }
}

/** A finished block, and the same block empty with the deltas that fill it. */
function contentOf(
  block: Block,
  id: string,
): { full: JsonObject; empty: JsonObject; deltas: JsonObject[] } {
  const { type, text, pieces, name, item } = block
  if (type === 'item') return { full: item, empty: item, deltas: [] }
  if (type === 'text')
    return {
      full: { type, text },
      empty: { type, text: '' },
      deltas: pieces.map((piece) => ({ type: 'text_delta', text: piece })),
    }
  if (type === 'tool') {
    const empty = { type: 'tool_use', id, name, input: {} }
    return {
      full: { ...empty, input: object(parsed(text)) },
      empty,
      deltas: ['', ...pieces].map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    }
  }
  const signature = seal(`thinking ${text}`)
  if (block.redacted) {
    const full = { type: 'redacted_thinking', data: signature }
    return { full, empty: full, deltas: [] }
  }
  return {
    full: { type: 'thinking', thinking: text, signature },
    empty: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...pieces.map((piece) => ({ type: 'thinking_delta', thinking: piece })),
      { type: 'signature_delta', signature },
    ],
  }
}

function writer(turn: Turn): Writer {
  // This wire has no refusal part: a refusal is a stop reason, its words an explanation.
  const refusal = turn.blocks.find(({ type }) => type === 'refusal')
  const blocks = turn.blocks.filter(({ type }) => type !== 'refusal')
  const thoughtful = blocks.some(({ type }) => type === 'reasoning')
  // Ids that the script gives stay as they are.
  const idOf = ({ id }: Block): string =>
    id.startsWith('call_sim') ? `toolu_${id.slice(5)}${thoughtful ? THOUGHTFUL : ''}` : id
  const usage = usageOf(turn.usage)
  const stop = {
    stop_reason: refusal === undefined ? (STOPS[turn.finish] ?? turn.finish) : 'refusal',
    stop_sequence: null,
    ...(refusal && {
      stop_details: { type: 'refusal', category: null, explanation: refusal.text },
    }),
  }
  const message = {
    id: `msg_${turn.id}`,
    type: 'message',
    role: 'assistant',
    model: turn.asked.model,
    content: [] as JsonObject[],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  }
  let index = 0
  return {
    open: () => [{ type: 'message_start', message }, { type: 'ping' }],
    block(block): Payload[] {
      if (block.type === 'refusal') return []
      const { empty, deltas } = contentOf(block, idOf(block))
      const at = index++
      return [
        { type: 'content_block_start', index: at, content_block: empty },
        ...deltas.map((delta) => ({ type: 'content_block_delta', index: at, delta })),
        { type: 'content_block_stop', index: at },
      ]
    },
    close: () => [{ type: 'message_delta', delta: stop, usage }, { type: 'message_stop' }],
    fail: (failure) => [messages.error(failure)],
    whole: () => ({
      ...message,
      content: blocks.map((block) => contentOf(block, idOf(block)).full),
      ...stop,
      usage,
    }),
  }
}
