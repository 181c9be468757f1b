// Hand-made Messages answers and the means to read them: blocks → events of the wire → canonical message → blocks again.
import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { anthropicMessages } from '../../../src/dialects/anthropic/index.ts'
import type { DialectEvent, Encoded, JsonObject } from '../../../src/dialects/contract.ts'
import { asArray, asObject, isObject, parseJson } from '../../../src/dialects/shared/json.ts'
import { Assembler } from '../../../src/gateway/assemble.ts'
import type { AssistantToolCall, InferRequest } from '../../../src/protocol/client-message.gen.ts'
import type { AssistantMessage } from '../../../src/protocol/gateway-event.gen.ts'
import { Fault } from '../../../src/protocol/fault.ts'
import type { ModelRules, ResolvedTarget } from '../../../src/protocol/target.ts'
import { QUIRKS } from '../shared/target.ts'

export type Block = JsonObject & { readonly type: string }

export const RULES: ModelRules = {
  family: 'claude-test',
  efforts: ['none', 'low', 'medium', 'high', 'max'],
  budget: true,
  thinking: 'adaptive',
  thinking_can_be_disabled: true,
  prefill: false,
  system_in_conversation: true,
  tools_with_schema: true,
  one_of_temperature_top_p: true,
  sampling_only_without_reasoning: true,
  reasons_by_default: false,
  media_in_tool_results: true,
  signatures_required: false,
  reads_reasoning_of: null,
}

export function targetWith(rules: Partial<ModelRules> = {}): ResolvedTarget {
  return {
    name: 'anthropic',
    dialect: 'anthropic_messages',
    endpoint: 'https://api.anthropic.com/v1',
    model: 'claude-test-1',
    capabilities: anthropicMessages.capabilities,
    rules: { ...RULES, ...rules },
    quirks: { ...QUIRKS, reasoning_field: null, reasoning_effort: null },
    context_window: null,
    max_output_tokens: null,
    official_host: true,
    headers: {},
  }
}

export const STATE = {
  dialect: 'anthropic_messages',
  target: 'anthropic',
  model: 'claude-test-1',
} as const

export function encode(
  request: Partial<InferRequest>,
  target: ResolvedTarget = targetWith(),
): Encoded {
  const messages: InferRequest['messages'] = [{ role: 'user', content: 'hi' }]
  const replay = { credential_fingerprint: 'f', omit_reasoning: false }
  return anthropicMessages.encode({ type: 'infer', messages, ...request }, target, replay)
}

/** The value as whoever reads its JSON has it. */
function reread(value: object): JsonObject {
  return asObject(parseJson(JSON.stringify(value))) ?? {}
}

/** The wire's JSON of a body, as a server reads it. */
export function bodyOf(request: Partial<InferRequest>, target?: ResolvedTarget): JsonObject {
  return reread(encode(request, target).call.body)
}

/** The body's messages. */
export function messagesOf(request: Partial<InferRequest>, target?: ResolvedTarget): JsonObject[] {
  return asArray(bodyOf(request, target)['messages']).filter(isObject)
}

/** Kind, code and pointer of the fault that this request is refused with; null: it is not. */
export function refused(request: Partial<InferRequest>, target?: ResolvedTarget): unknown {
  return faultOf(() => encode(request, target))
}

export function faultOf(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof Fault)
    return [error.kind, error.code, error.pointer]
  }
  return null
}

/** Wire events through a fresh decoder; with `close`, the body ends after them. */
export function decode(values: readonly JsonObject[], close = true): DialectEvent[] {
  const decoder = anthropicMessages.decoder()
  const events = values.flatMap((value) =>
    decoder.push({ event: String(value['type']), data: JSON.stringify(value) }),
  )
  return close ? [...events, ...decoder.end()] : events
}

/** The canonical message that the gateway makes of these events. */
export function messageOf(events: readonly DialectEvent[]): AssistantMessage | null {
  const assembler = new Assembler('r', { ...STATE, fingerprint: 'f' }, 1 << 24)
  for (const event of events) {
    assembler.take(event, [])
    if (event.type === 'finish') assembler.finish(event.cause, [])
  }
  return assembler.message()
}

export const START: JsonObject = {
  type: 'message_start',
  message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-test-1', content: [] },
}
export const STOP: JsonObject = { type: 'message_stop' }
export const ends = (events: readonly DialectEvent[]): DialectEvent[] =>
  events.filter(({ type }) => type === 'finish' || type === 'fault')
export const ended = (stop_reason: string, more: JsonObject = {}): JsonObject => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null, ...more },
})

/** One block as start, deltas cut into pieces of `size`, and stop. */
export function blockEvents(block: Block, index: number, size: number): JsonObject[] {
  const delta = (value: JsonObject): JsonObject => ({
    type: 'content_block_delta',
    index,
    delta: value,
  })
  const pieces = (text: unknown, type: string, field: string): JsonObject[] =>
    (String(text).match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []).map((piece) =>
      delta({ type, [field]: piece }),
    )
  const { empty, deltas } = ((): { empty: JsonObject; deltas: JsonObject[] } => {
    switch (block.type) {
      case 'text': {
        const citations = asArray(block['citations'])
        const cited = citations.map((citation) => delta({ type: 'citations_delta', citation }))
        return {
          empty: { type: 'text', text: '' },
          deltas: [...pieces(block['text'], 'text_delta', 'text'), ...cited],
        }
      }
      case 'thinking': {
        const signed = delta({ type: 'signature_delta', signature: block['signature'] })
        return {
          empty: { type: 'thinking', thinking: '', signature: '' },
          deltas: [...pieces(block['thinking'], 'thinking_delta', 'thinking'), signed],
        }
      }
      case 'tool_use':
      case 'server_tool_use':
        return {
          empty: { ...block, input: {} },
          deltas: pieces(JSON.stringify(block['input']), 'input_json_delta', 'partial_json'),
        }
      default:
        return { empty: block, deltas: [] }
    }
  })()
  const start = { type: 'content_block_start', index, content_block: empty }
  return [start, ...deltas, { type: 'content_block_stop', index }]
}

const word = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `w${text}`)
const token = fc.base64String({ minLength: 4, maxLength: 16 })
const json = fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 })).map(reread)

/** A server tool's call with its result. */
const served = fc
  .record({ name: word, input: json, content: fc.array(json) })
  .map(({ name, input, content }): Block[] => [
    { type: 'server_tool_use', id: 'srvtoolu_1', name, input },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content },
  ])

/** Any block of an answer but calls. */
const plain: fc.Arbitrary<Block> = fc
  .oneof(
    fc.record({ type: fc.constant('text'), text: word }),
    fc.record({
      type: fc.constant('text'),
      text: word,
      citations: fc.array(fc.record({ type: fc.constant('char_location'), cited_text: word }), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
    fc.record({
      type: fc.constant('thinking'),
      thinking: fc.oneof(word, fc.constant('')),
      signature: token,
    }),
    fc.record({ type: fc.constant('redacted_thinking'), data: token }),
  )
  .map((block) => ({ ...reread(block), type: block.type }))

/** Any answer that ends in `calls` calls or fewer. */
export const answers = (calls = 2): fc.Arbitrary<Block[]> =>
  fc
    .tuple(
      fc.array(fc.oneof({ weight: 4, arbitrary: plain.map((block) => [block]) }, served), {
        minLength: calls === 0 ? 1 : 0,
        maxLength: 4,
      }),
      fc.array(fc.record({ input: json, name: word, direct: fc.boolean() }), {
        minLength: 1,
        maxLength: Math.max(calls, 1),
      }),
    )
    .map(([blocks, asked]) => [
      ...blocks.flat(),
      ...asked.slice(0, calls).map(({ input, name, direct }, index) => ({
        type: 'tool_use',
        id: `toolu_${index}`,
        name,
        input,
        ...(direct && { caller: { type: 'direct' } }),
      })),
    ])

/** A whole stream of these blocks, one after the other. */
export function streamOf(blocks: readonly Block[], size = 3): JsonObject[] {
  const events = blocks.flatMap((block, index) => blockEvents(block, index, size))
  const reason = blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn'
  return [START, ...events, ended(reason), STOP]
}

/** A call in a history. */
export const asked = (id: string): AssistantToolCall => ({
  type: 'tool_call',
  id,
  name: 'clock',
  arguments_json: '{}',
  status: 'ready',
})
