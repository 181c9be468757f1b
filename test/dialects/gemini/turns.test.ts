// The conversation on the wire: what goes back, where, and signed how.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { gemini } from '../../../src/dialects/gemini/index.ts'
import type {
  AssistantPart,
  AssistantToolCall,
  Message,
  ToolPart,
} from '../../../src/protocol/client-message.gen.ts'
import type { ResolvedTarget } from '../../../src/protocol/target.ts'
import { geminiTarget, ORIGIN } from './answer.ts'

const USER: Message = { role: 'user', content: 'q' }
const own = (rest: JsonObject = {}) => ({ ...ORIGIN, ...rest })
const call = (id: string, rest: Partial<AssistantToolCall> = {}): AssistantToolCall => ({
  type: 'tool_call',
  id,
  name: 'f',
  arguments_json: '{}',
  ...rest,
})
const step = (...content: AssistantPart[]): Message => ({ role: 'assistant', content })
const result = (
  id: string,
  content: string | ToolPart[] = 'r',
  rest: { is_error?: boolean } = {},
): Message => ({ role: 'tool', tool_call_id: id, tool_name: 'f', content, ...rest })

function encoded(
  messages: Message[],
  {
    omit_reasoning = false,
    target = geminiTarget(),
  }: { omit_reasoning?: boolean; target?: ResolvedTarget } = {},
) {
  const { call: sent, warnings } = gemini.encode({ type: 'infer', messages }, target, {
    credential_fingerprint: null,
    omit_reasoning,
  })
  return {
    contents: sent.body['contents'],
    warnings: warnings.map(({ code, pointer }) => `${code} ${pointer}`),
  }
}

const SKIP = 'skip_thought_signature_validator'
const called = (thoughtSignature?: string) => ({
  functionCall: { name: 'f', args: {} },
  ...(thoughtSignature && { thoughtSignature }),
})
const answered = (output: unknown = 'r') => ({
  functionResponse: { name: 'f', response: { output } },
})

test('only the first unsigned foreign call of each step of the current turn gets the sentinel', () => {
  const { contents, warnings } = encoded([
    USER,
    step(call('a')),
    result('a'),
    step({ type: 'text', text: 'done' }),
    USER,
    step({ type: 'text', text: 'hm' }, call('b'), call('c')),
    result('b'),
    result('c'),
    step(call('d')),
    result('d'),
  ])
  assert.deepEqual(contents, [
    { role: 'user', parts: [{ text: 'q' }] },
    { role: 'model', parts: [called()] },
    { role: 'user', parts: [answered()] },
    { role: 'model', parts: [{ text: 'done' }] },
    { role: 'user', parts: [{ text: 'q' }] },
    { role: 'model', parts: [{ text: 'hm' }, called(SKIP), called()] },
    { role: 'user', parts: [answered(), answered()] },
    { role: 'model', parts: [called(SKIP)] },
    { role: 'user', parts: [answered()] },
  ])
  assert.deepEqual(warnings, ['thought_signature_missing /messages/5/content/1'])
})

const FIRST_CALLS: readonly [string, AssistantToolCall, boolean, boolean, string | undefined][] = [
  [
    'its own signature goes back',
    call('a', { state: own({ thoughtSignature: 'S' }) }),
    true,
    false,
    'S',
  ],
  [
    'what this target sent unsigned goes back unsigned',
    call('a', { state: own() }),
    true,
    false,
    undefined,
  ],
  [
    'a foreign signature is replaced',
    call('a', { state: { ...own({ thoughtSignature: 'S' }), target: 'there' } }),
    true,
    false,
    SKIP,
  ],
  ['older models need no sentinel', call('a'), false, false, undefined],
  [
    'after a refusal no signature goes back',
    call('a', { state: own({ thoughtSignature: 'S' }) }),
    true,
    true,
    SKIP,
  ],
  [
    'after a refusal older models get none either',
    call('a', { state: own({ thoughtSignature: 'S' }) }),
    false,
    true,
    undefined,
  ],
  ['after a refusal a hand-written call is marked on any model', call('a'), false, true, SKIP],
]
for (const [name, first, signatures_required, omit_reasoning, expected] of FIRST_CALLS)
  test(`the first call of a step: ${name}`, () => {
    const target = geminiTarget({ rules: { signatures_required } })
    const { contents } = encoded([USER, step(first), result('a')], { target, omit_reasoning })
    assert.deepEqual(contents, [
      { role: 'user', parts: [{ text: 'q' }] },
      { role: 'model', parts: [called(expected)] },
      { role: 'user', parts: [answered()] },
    ])
  })

test('once the provider could not verify it, every signature and every thought stays behind', () => {
  const item = { executableCode: { code: '1' } }
  const { contents } = encoded(
    [
      USER,
      step(
        { type: 'reasoning', text: 'hm', state: own({ thoughtSignature: 'S' }) },
        { type: 'text', text: 'a', state: own({ thoughtSignature: 'S' }) },
        { type: 'text', text: '', state: own({ thoughtSignature: 'S' }) },
        { type: 'opaque', state: own({ part: { ...item, thoughtSignature: 'S' } }) },
      ),
      USER,
    ],
    { omit_reasoning: true },
  )
  assert.deepEqual(contents, [
    { role: 'user', parts: [{ text: 'q' }] },
    { role: 'model', parts: [{ text: 'a' }, item] },
    { role: 'user', parts: [{ text: 'q' }] },
  ])
})

test('results stand in the order of the calls, alone in their content; words after them come in the next', () => {
  const { contents } = encoded([
    USER,
    step(
      call('a', { state: own({ id: 'a' }) }),
      call('own', { state: own({ own_id: true }), name: 'g' }),
    ),
    { role: 'tool', tool_call_id: 'own', tool_name: 'g', content: '2' },
    result('a', '1'),
    { role: 'user', content: 'and now?' },
  ])
  assert.deepEqual(contents, [
    { role: 'user', parts: [{ text: 'q' }] },
    {
      role: 'model',
      parts: [
        { functionCall: { id: 'a', name: 'f', args: {} } },
        { functionCall: { name: 'g', args: {} } },
      ],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { id: 'a', name: 'f', response: { output: '1' } } },
        { functionResponse: { name: 'g', response: { output: '2' } } },
      ],
    },
    { role: 'user', parts: [{ text: 'and now?' }] },
  ])
})

const inlineData = { mimeType: 'image/png', data: 'aGk=' }
const image: ToolPart = { type: 'image', source: { media_type: 'image/png', data: 'aGk=' } }
const RESULTS: readonly [string | ToolPart[], boolean, JsonObject][] = [
  ['text', false, { response: { output: 'text' } }],
  ['broken', true, { response: { error: 'broken' } }],
  ['', false, { response: { output: '' } }],
  [[{ type: 'json', value: { a: null } }], false, { response: { output: { a: null } } }],
  [
    [
      { type: 'text', text: 'a' },
      { type: 'json', value: { b: 1 } },
    ],
    false,
    { response: { output: ['a', { b: 1 }] } },
  ],
  [
    [{ type: 'text', text: 'see' }, image],
    false,
    { response: { output: 'see' }, parts: [{ inlineData }] },
  ],
  [
    [{ type: 'opaque', state: own({ part: { fileData: { fileUri: 'gs://b/a' } } }) }],
    false,
    { response: { output: '' }, parts: [{ fileData: { fileUri: 'gs://b/a' } }] },
  ],
]
test('a result is an object on the wire, whatever it was, with media in its parts', () => {
  for (const [content, is_error, expected] of RESULTS) {
    const { contents } = encoded([
      USER,
      step(call('a', { state: own() })),
      result('a', content, { is_error }),
    ])
    assert.deepEqual(contents, [
      { role: 'user', parts: [{ text: 'q' }] },
      { role: 'model', parts: [called()] },
      { role: 'user', parts: [{ functionResponse: { name: 'f', ...expected } }] },
    ])
  }
})

test('arguments keep every digit, and malformed ones go as none with a warning', () => {
  const long = encoded([
    USER,
    step(call('a', { state: own(), arguments_json: '{"n":12345678901234567890}' })),
    result('a'),
  ])
  assert.match(JSON.stringify(long.contents), /"args":\{"n":12345678901234567890\}/)
  const broken = encoded([
    USER,
    step(call('a', { state: own(), arguments_json: '{"n', status: 'malformed' })),
    result('a'),
  ])
  assert.match(JSON.stringify(broken.contents), /"args":\{\}/)
  assert.deepEqual(broken.warnings, [
    'malformed_arguments_emptied /messages/1/content/0/arguments_json',
  ])
})

test('a refusal goes back as text, and a provider item where it stood', () => {
  const item = { codeExecutionResult: { outcome: 'OUTCOME_OK' } }
  const { contents } = encoded([
    USER,
    step({ type: 'refusal', text: 'no' }, { type: 'opaque', state: own({ part: item }) }),
    USER,
  ])
  assert.deepEqual(contents, [
    { role: 'user', parts: [{ text: 'q' }] },
    { role: 'model', parts: [{ text: 'no' }, item] },
    { role: 'user', parts: [{ text: 'q' }] },
  ])
})
