// OpenAI's Responses wire. Reasoning goes out sealed and must come back unchanged and in front of what it led to.
import type { Block, Counts, Heard, JsonObject, Payload, Turn, Wire, Writer } from './wire.ts'
import { openAiError, OPENAI_KINDS } from './chat.ts'
import { matchIds, object, objects, plainText, Refused, seal, string, unseal } from './wire.ts'

export const responses: Wire = {
  named: true,
  hear,
  judge,
  writer,
  error: openAiError,
  kinds: OPENAI_KINDS,
}

function hear(body: JsonObject): Heard {
  const { input, tool_choice: choice } = body
  const format = object(object(body['text'])['format'])
  return {
    history: (typeof input === 'string' ? [{ role: 'user', content: input }] : objects(input)).map(
      (item: JsonObject) =>
        item['type'] === 'function_call_output'
          ? { role: 'tool', text: plainText(item['output']) }
          : { role: item['role'] === 'user' ? 'user' : 'other', text: plainText(item['content']) },
    ),
    tools: objects(body['tools'])
      .filter(({ type }) => type === 'function')
      .map(({ name, parameters }) => ({ name: string(name), schema: object(parameters) })),
    choice: string(choice) || string(object(choice)['name']) || 'auto',
    parallel: body['parallel_tool_calls'] !== false,
    output: string(format['type']).startsWith('json') ? object(format['schema']) : null,
    reasoning: (object(body['reasoning'])['effort'] ?? 'none') !== 'none',
  }
}

function judge(body: JsonObject): void {
  const calls: string[] = []
  const results: string[] = []
  const input = objects(body['input'])
  for (const [index, item] of input.entries()) {
    const id = string(item['call_id'])
    if (item['type'] === 'function_call') calls.push(id)
    if (item['type'] === 'function_call_output') {
      if (!calls.includes(id)) throw new Refused(noCall(id))
      results.push(id)
    }
    if (item['type'] === 'reasoning') judgeReasoning(item, input[index + 1])
  }
  matchIds(calls, results, noCall, (ids) => `No tool output found for function call ${ids}.`)
}

function noCall(id: string): string {
  return `No tool call found for function call output with call_id ${id}.`
}

function judgeReasoning(item: JsonObject, next: JsonObject | undefined): void {
  const id = string(item['id'])
  const sealed = unseal(item['encrypted_content'])
  if (sealed === null || !['', sealed].includes(id))
    throw new Refused(
      `The encrypted content for item ${id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
      'invalid_encrypted_content',
    )
  if (!Array.isArray(item['summary']))
    throw new Refused(
      "Missing required parameter: 'input[].summary'.",
      'missing_required_parameter',
    )
  const follows = next?.['type'] ?? 'message'
  const made = follows !== 'message' || next?.['role'] === 'assistant'
  if (!made || follows === 'function_call_output')
    throw new Refused(
      `Item '${id || sealed}' of type 'reasoning' was provided without its required following item.`,
    )
}

function usageOf(counts: Counts): JsonObject {
  return {
    input_tokens: counts.input,
    input_tokens_details: { cached_tokens: counts.cached, cache_write_tokens: counts.cache_write },
    output_tokens: counts.output,
    output_tokens_details: { reasoning_tokens: counts.reasoning },
    total_tokens: counts.input + counts.output,
  }
}

function itemOf(block: Block, id: string, status: string): JsonObject {
  if (block.type === 'item') return block.item
  if (block.type === 'tool')
    return {
      type: 'function_call',
      id: `fc_${id}`,
      call_id: block.id,
      name: block.name,
      arguments: block.text,
      status,
    }
  if (block.type === 'reasoning')
    return {
      type: 'reasoning',
      id: `rs_${id}`,
      summary: block.redacted ? [] : [{ type: 'summary_text', text: block.text }],
      encrypted_content: seal(`rs_${id}`),
    }
  return { type: 'message', id: `msg_${id}`, role: 'assistant', status, content: [partOf(block)] }
}

function partOf({ type, text }: Block, value: string = text): JsonObject {
  return type === 'refusal'
    ? { type: 'refusal', refusal: value }
    : { type: 'output_text', text: value, annotations: [], logprobs: [] }
}

/** The item as it is announced: empty, and its sealed content not whole yet. */
function announced(item: JsonObject): JsonObject {
  return {
    ...item,
    ...('status' in item && { status: 'in_progress' }),
    ...('content' in item && { content: [] }),
    ...('arguments' in item && { arguments: '' }),
    ...('encrypted_content' in item && {
      summary: [],
      encrypted_content: string(item['encrypted_content']).slice(0, 12),
    }),
  }
}

function writer(turn: Turn): Writer {
  const { blocks, finish, id } = turn
  const reason = { length: 'max_output_tokens', content_filter: 'content_filter' }[finish]
  const status = reason === undefined ? 'completed' : 'incomplete'
  const ending = {
    usage: usageOf(turn.usage),
    incomplete_details: reason === undefined ? null : { reason },
  }
  const output = blocks.map((block, index) =>
    itemOf(block, `${id}_${index}`, block === blocks.at(-1) ? status : 'completed'),
  )
  let sequence = 0
  let sent = 0
  const event = (type: string, fields: JsonObject): JsonObject => ({
    type,
    sequence_number: sequence++,
    ...fields,
  })
  const inProgress = (name: string): JsonObject =>
    event(`response.${name}`, { response: envelope(turn, 'in_progress', []) })
  return {
    open: () => [inProgress('created'), inProgress('in_progress')],
    block(block) {
      const output_index = sent++
      const item = output[output_index] ?? {}
      const added = event('response.output_item.added', { output_index, item: announced(item) })
      const inner = innerEvents(block, { item_id: item['id'], output_index }, event)
      return [added, ...inner, event('response.output_item.done', { output_index, item })]
    },
    close: () => [
      event(`response.${status}`, { response: envelope(turn, status, output, ending) }),
    ],
    fail({ code = 'server_error', message }) {
      const error = { code, message }
      const response = envelope(turn, 'failed', output.slice(0, sent), { error })
      return [
        event('error', { error: { type: 'server_error', ...error, param: null } }),
        event('response.failed', { response }),
      ]
    },
    whole: () => envelope(turn, status, output, ending),
  }
}

function envelope(turn: Turn, status: string, output: JsonObject[], more?: JsonObject): JsonObject {
  return {
    id: `resp_${turn.id}`,
    object: 'response',
    created_at: turn.created,
    status,
    error: null,
    incomplete_details: null,
    model: turn.asked.model,
    output,
    usage: null,
    ...more,
  }
}

/** What stands between an item's announcement and its end: a part that opens and closes around its deltas, or bare deltas. */
function innerEvents(
  block: Block,
  place: JsonObject,
  event: (type: string, fields: JsonObject) => JsonObject,
): Payload[] {
  const flow = (name: string, at: JsonObject, last: JsonObject): Payload[] => [
    ...block.pieces.map((delta) => event(`response.${name}.delta`, { ...at, delta })),
    event(`response.${name}.done`, { ...at, ...last }),
  ]
  if (block.type === 'item' || block.redacted) return []
  if (block.type === 'tool')
    return flow('function_call_arguments', place, { name: block.name, arguments: block.text })
  const reasoning = block.type === 'reasoning'
  const at = { ...place, [reasoning ? 'summary_index' : 'content_index']: 0 }
  const part = (text: string): JsonObject =>
    reasoning ? { type: 'summary_text', text } : partOf(block, text)
  const around = reasoning ? 'reasoning_summary_part' : 'content_part'
  const name = { text: 'output_text', reasoning: 'reasoning_summary_text', refusal: 'refusal' }
  return [
    event(`response.${around}.added`, { ...at, part: part('') }),
    ...flow(name[block.type], at, { [block.type === 'refusal' ? 'refusal' : 'text']: block.text }),
    event(`response.${around}.done`, { ...at, part: part(block.text) }),
  ]
}
