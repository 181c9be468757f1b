// Gemini's generateContent wire. The first call of each step is signed, and the current turn's signatures must come back.
import type { Block, Counts, Failure, Heard, JsonObject, Said, Turn, Wire, Writer } from './wire.ts'
import {
  isObject,
  object,
  objects,
  parsed,
  plainText,
  Refused,
  seal,
  string,
  strings,
  unseal,
} from './wire.ts'

const STATUSES: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}
const FINISHES: Record<string, string> = {
  stop: 'STOP',
  tool_calls: 'STOP',
  pause: 'STOP',
  length: 'MAX_TOKENS',
  content_filter: 'SAFETY',
  refusal: 'SAFETY',
}
const FIELDS = new Set(
  'contents systemInstruction tools toolConfig safetySettings generationConfig cachedContent serviceTier store'.split(
    ' ',
  ),
)
const SENTINELS = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']
const RPC = 'type.googleapis.com/google.rpc.'

export const gemini: Wire = {
  named: false,
  hear,
  judge,
  writer,
  error: ({ status, message, code, retry_after }: Failure) => ({
    error: {
      code: status,
      message,
      status: STATUSES[status] ?? 'UNKNOWN',
      details: [
        ...(code === undefined ? [] : [{ '@type': `${RPC}ErrorInfo`, reason: code }]),
        ...(retry_after === undefined
          ? []
          : [{ '@type': `${RPC}RetryInfo`, retryDelay: `${retry_after}s` }]),
      ],
    },
  }),
  kinds: {
    context: {
      status: 400,
      message:
        'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).',
    },
    quota: { status: 402, message: 'Your prepayment credits are depleted.' },
    key: {
      status: 400,
      code: 'API_KEY_INVALID',
      message: 'API key not valid. Please pass a valid API key.',
    },
  },
}

function hear(body: JsonObject): Heard {
  const config = object(object(body['toolConfig'])['functionCallingConfig'])
  const generation = object(body['generationConfig'])
  const modes: Record<string, string> = { ANY: 'required', NONE: 'none' }
  return {
    history: objects(body['contents']).flatMap(({ role, parts }): Said[] => [
      ...objects(parts)
        .filter((part) => 'functionResponse' in part)
        .map(({ functionResponse: told }): Said => {
          const { output, ...rest } = object(object(told)['response'])
          const value = output ?? rest
          return { role: 'tool', text: typeof value === 'string' ? value : JSON.stringify(value) }
        }),
      ...(objects(parts).some((part) => string(part['text']) !== '')
        ? [{ role: role === 'model' ? 'other' : 'user', text: plainText(parts) } as const]
        : []),
    ]),
    tools: objects(body['tools'])
      .flatMap((tool) => objects(tool['functionDeclarations']))
      .map(({ name, parametersJsonSchema, parameters }) => ({
        name: string(name),
        schema: object(parametersJsonSchema ?? parameters),
      })),
    choice: strings(config['allowedFunctionNames'])[0] || (modes[string(config['mode'])] ?? 'auto'),
    parallel: true,
    output:
      generation['responseMimeType'] === 'application/json'
        ? object(generation['responseJsonSchema'] ?? generation['responseSchema'])
        : null,
    reasoning: object(generation['thinkingConfig'])['includeThoughts'] === true,
  }
}

function judge(body: JsonObject): void {
  const extra = Object.keys(body).find((key) => !FIELDS.has(key))
  if (extra !== undefined)
    throw new Refused(`Invalid JSON payload received. Unknown name "${extra}": Cannot find field.`)
  const contents = objects(body['contents'])
  if (contents.length === 0)
    throw new Refused('GenerateContentRequest.contents: contents is not specified')
  const turns = contents.map(({ role, parts }) => ({ role, parts: objects(parts) }))
  const current = turns.findLastIndex(
    ({ role, parts }) => role !== 'model' && !parts.some((part) => 'functionResponse' in part),
  )
  for (const [index, { parts }] of turns.entries()) {
    judgeParts(parts, index)
    judgeResponses(held(turns[index - 1]?.parts ?? [], 'functionCall'), parts)
    const [call] = held(parts, 'functionCall')
    if (call === undefined) continue
    if (turns[index - 1]?.role === 'model' || index === 0)
      throw new Refused(
        'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
      )
    const signed = parts.find((part) => 'functionCall' in part)?.['thoughtSignature'] !== undefined
    if (index > current && !signed)
      throw new Refused(
        `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly. Additional data, function call \`default_api:${string(call['name'])}\`, position ${index + 1}.`,
      )
  }
  if (turns.at(-1)?.role === 'model')
    throw new Refused('Requests ending with a model turn are not supported.')
}

function held(parts: readonly JsonObject[], key: string): JsonObject[] {
  return parts.filter((part) => key in part).map((part) => object(part[key]))
}

function judgeParts(parts: readonly JsonObject[], index: number): void {
  if (parts.length === 0 || parts.some((part) => !Object.keys(part).some((key) => DATA.has(key))))
    throw new Refused(
      `* GenerateContentRequest.contents[${index}].parts: required oneof field 'data' must have one initialized field`,
    )
  for (const part of parts) {
    const { thoughtSignature: signature, functionCall: call } = part
    if (signature === undefined || SENTINELS.includes(string(signature))) continue
    const about = unseal(signature)
    if (about === null || (isObject(call) && about !== aboutCall(call['name'], call['args'])))
      throw new Refused('Corrupted thought signature.')
  }
}

const DATA = new Set(
  'text inlineData fileData functionCall functionResponse executableCode codeExecutionResult toolCall toolResponse'.split(
    ' ',
  ),
)

function judgeResponses(calls: readonly JsonObject[], parts: readonly JsonObject[]): void {
  const given = held(parts, 'functionResponse')
  const open = [...calls]
  for (const { id, name } of given) {
    const at = open.findIndex(
      (call) => call['name'] === name && (call['id'] === undefined || call['id'] === id),
    )
    if (at !== -1) open.splice(at, 1)
  }
  if (given.length !== calls.length || open.length > 0)
    throw new Refused(
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    )
  if (given.length > 0 && !('functionResponse' in (parts.at(-1) ?? {})))
    throw new Refused('Requests ending with a model turn are not supported.')
}

function aboutCall(name: unknown, args: unknown): string {
  const sorted = Object.entries(object(args)).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `call ${string(name)} ${JSON.stringify(sorted)}`
}

function usageOf(counts: Counts): JsonObject {
  const { input, cached, output, reasoning } = counts
  return {
    promptTokenCount: input,
    ...(cached > 0 && { cachedContentTokenCount: cached }),
    ...(output > reasoning && { candidatesTokenCount: output - reasoning }),
    ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
    totalTokenCount: input + output,
  }
}

/** The part of a block, or of one piece of its text. */
function partOf(block: Block, turn: Turn, piece: string = block.text): JsonObject {
  if (block.type === 'item') return block.item
  if (block.type !== 'tool')
    return block.type === 'text' ? { text: piece } : { thought: true, text: piece }
  const args = object(parsed(block.text))
  const first = turn.blocks.find(({ type }) => type === 'tool') === block
  return {
    functionCall: { id: block.id, name: block.name, args },
    ...(first && { thoughtSignature: seal(aboutCall(block.name, args)) }),
  }
}

function content(parts: JsonObject[]): JsonObject {
  return { content: { role: 'model', parts } }
}

function writer(turn: Turn): Writer {
  const { asked, id } = turn
  const usageMetadata = usageOf(turn.usage)
  const broken = turn.blocks.filter(
    ({ type, text }) => type === 'tool' && !isObject(parsed(text || '{}')),
  )
  const refused = turn.blocks.some(({ type }) => type === 'refusal')
  const told = refused ? 'SAFETY' : (FINISHES[turn.finish] ?? turn.finish)
  const finishReason = broken.length > 0 ? 'MALFORMED_FUNCTION_CALL' : told
  // What this wire cannot say is left out: refusals, thoughts unseen, arguments that are no object.
  const shown = turn.blocks.filter(
    (block) => block.type !== 'refusal' && !block.redacted && !broken.includes(block),
  )
  const lastIsText = shown.at(-1)?.type === 'text'
  // A streamed text is signed by an empty part after it, which carries nothing else.
  const signature = { text: '', thoughtSignature: seal(`text ${id}`) }
  const answer = (candidate: JsonObject): JsonObject => ({
    candidates: [{ ...candidate, index: 0 }],
    usageMetadata,
    modelVersion: asked.model,
    responseId: id,
  })
  return {
    open: () => [],
    block(block) {
      if (!shown.includes(block)) return []
      const whole = block.type === 'tool' || block.type === 'item'
      const pieces = whole ? [block.text] : block.pieces
      return pieces.map((piece) => answer(content([partOf(block, turn, piece)])))
    },
    close: () => [answer({ ...(lastIsText && content([signature])), finishReason })],
    fail: (failure) => [gemini.error(failure)],
    whole: () => {
      const parts = shown.map((block) => partOf(block, turn))
      return answer({ ...content(lastIsText ? [...parts, signature] : parts), finishReason })
    },
  }
}
