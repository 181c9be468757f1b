import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { gemini } from '../../../src/dialects/gemini/index.ts'
import type { InferRequest, Message } from '../../../src/protocol/client-message.gen.ts'
import { FRESH } from '../shared/target.ts'
import { geminiTarget } from './answer.ts'

const USER: Message = { role: 'user', content: 'hi' }
const TOOL = { name: 'f', input_schema: { type: 'object', properties: { a: { type: 'string' } } } }

const encode = (fields: Partial<InferRequest>, target = geminiTarget()) =>
  gemini.encode({ type: 'infer', messages: [USER], ...fields }, target, FRESH)
const body = (fields: Partial<InferRequest>, target = geminiTarget()) =>
  encode(fields, target).call.body

test('a request that uses everything becomes one body, and the same one each time', () => {
  const request: Partial<InferRequest> = {
    messages: [
      { role: 'system', content: 'One.' },
      { role: 'system', content: [{ type: 'text', text: 'Two.' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'look' },
          { type: 'image', source: { media_type: 'image/png', data: 'aGk=' } },
        ],
      },
      { role: 'user', content: 'and say' },
    ],
    tools: [{ ...TOOL, description: 'd' }],
    tool_choice: { name: 'f' },
    sampling: {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      stop: ['END'],
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
    },
    limits: { max_output_tokens: 99 },
    reasoning: { effort: 'low', include_text: true },
    output: { mode: 'json' },
    provider_options: {
      gemini: {
        safetySettings: [],
        tools: [{ googleSearch: {} }],
        generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' },
      },
    },
  }
  const { call, warnings } = encode(request, geminiTarget({ official_host: true }))
  assert.deepEqual(warnings, [])
  assert.deepEqual(call, {
    path: '/models/m-1:streamGenerateContent?alt=sse',
    headers: {},
    body: {
      systemInstruction: { parts: [{ text: 'One.' }, { text: 'Two.' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'look' },
            { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
            { text: 'and say' },
          ],
        },
      ],
      tools: [
        {
          functionDeclarations: [
            { name: 'f', description: 'd', parametersJsonSchema: TOOL.input_schema },
          ],
        },
        { googleSearch: {} },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: {
        maxOutputTokens: 99,
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        seed: 7,
        stopSequences: ['END'],
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        thinkingConfig: { thinkingLevel: 'LOW', includeThoughts: true },
        responseMimeType: 'application/json',
        mediaResolution: 'MEDIA_RESOLUTION_LOW',
      },
      store: false,
      safetySettings: [],
    },
  })
  assert.equal(JSON.stringify(encode(request)), JSON.stringify(encode(request)))
})

test('a plain request sends no empty field, and store only to the official host', () => {
  assert.deepEqual(body({}), { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] })
})

const path = (model: string, rest = {}) => encode({}, geminiTarget({ model, ...rest })).call.path
assert.equal(path('models/a'), '/models/a:streamGenerateContent?alt=sse')
assert.equal(path('tunedModels/a b?'), '/tunedModels/a%20b%3F:streamGenerateContent?alt=sse')

test('a model stands in the path with or without its collection, escaped; a unary target has a path of its own', () => {
  const capabilities = { ...geminiTarget().capabilities, streaming: false }
  assert.equal(path('a', { capabilities }), '/models/a:generateContent')
})

/** Names made of what leads through a path. */
const names = fc
  .array(
    fc.constantFrom(
      '/',
      '/',
      '.',
      '..',
      '%2e',
      'models',
      'tunedModels',
      'a',
      '?',
      '#',
      '\\',
      ':',
      ' ',
    ),
  )
  .map((pieces) => pieces.join(''))

test('whatever a model is called, its call goes to the endpoint and nowhere else, or it is unknown', () => {
  fc.assert(
    fc.property(fc.oneof(names, fc.string({ unit: 'grapheme' })), (model) => {
      const lost = model.split('/').some((segment) => ['', '.', '..'].includes(segment))
      if (lost) {
        const fault = { kind: 'not_found', code: 'unknown_model', pointer: '/model' }
        assert.throws(() => path(model), fault)
        return
      }
      const { pathname } = new URL(`http://127.0.0.1/v1beta${path(model)}`)
      const [, resource = ''] = /^\/v1beta\/(.+):streamGenerateContent$/.exec(pathname) ?? []
      const named = resource.split('/').map(decodeURIComponent).join('/')
      assert.ok([model, `models/${model}`].includes(named), pathname)
    }),
    { numRuns: 2000 },
  )
})

const MODES: readonly [Partial<InferRequest>, unknown][] = [
  [{}, undefined],
  [{ tool_choice: 'auto' }, { mode: 'AUTO' }],
  [{ tool_choice: 'none' }, { mode: 'NONE' }],
  [{ tool_choice: 'none', parallel_tool_calls: false }, { mode: 'NONE' }],
  [{ tool_choice: 'required', parallel_tool_calls: true }, { mode: 'ANY' }],
  [{ tools: [TOOL, { ...TOOL, name: 'g', strict: true }] }, { mode: 'VALIDATED' }],
  [{ tools: [{ ...TOOL, strict: false }] }, undefined],
]
test('the choice of tools and their strictness are one mode', () => {
  for (const [fields, mode] of MODES) {
    const config = body({ tools: [TOOL], ...fields })['toolConfig']
    assert.deepEqual(config, mode && { functionCallingConfig: mode })
  }
})

const sent = (input_schema: Record<string, unknown>) =>
  body({ tools: [{ name: 'f', input_schema }] })['tools']

const parameters = (schema?: object) => [
  { functionDeclarations: [{ name: 'f', ...(schema && { parametersJsonSchema: schema }) }] },
]
assert.deepEqual(
  sent({ type: 'object', properties: {}, additionalProperties: false }),
  parameters(),
)
assert.deepEqual(
  sent({ type: 'object', additionalProperties: true }),
  parameters({ type: 'object', additionalProperties: true }),
)

test('a schema goes out as it is but for $schema, and not at all where it allows nothing', () => {
  const odd = { type: 'object', patternProperties: { '^a': { const: 1 } } }
  assert.deepEqual(
    sent({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...odd }),
    parameters(odd),
  )
})

const THINKING: readonly [InferRequest['reasoning'], unknown][] = [
  [{ effort: 'minimal' }, { thinkingLevel: 'MINIMAL' }],
  [{ effort: 'none' }, { thinkingBudget: 0 }],
  [
    { budget_tokens: 512, include_text: true },
    { thinkingBudget: 512, includeThoughts: true },
  ],
  [{ include_text: false }, undefined],
]
const thinking = (reasoning: InferRequest['reasoning'], target = geminiTarget()) =>
  body({ ...(reasoning && { reasoning }) }, target)['generationConfig']

test('effort is a level, none is no budget, and a model that does not think is not asked for thoughts', () => {
  for (const [reasoning, thinkingConfig] of THINKING)
    assert.deepEqual(thinking(reasoning), thinkingConfig && { thinkingConfig })
  const capabilities = { ...geminiTarget().capabilities, reasoning: false }
  assert.equal(thinking({ include_text: true }, geminiTarget({ capabilities })), undefined)
})

test('an answer schema goes out with its media type', () => {
  const schema = { type: 'object', properties: { const: { enum: ['a'] } }, required: ['const'] }
  const output = {
    mode: 'json_schema',
    name: 'n',
    schema: { $schema: 'x', ...schema },
    strict: true,
  } as const
  assert.deepEqual(body({ output, tools: [TOOL] })['generationConfig'], {
    responseMimeType: 'application/json',
    responseJsonSchema: schema,
  })
})

const uri = (url: string) => {
  const source = { url, media_type: 'image/png' }
  return body({ messages: [{ role: 'user', content: [{ type: 'image', source }] }] })['contents']
}

test('URLs that the server reads itself go as file data', () => {
  for (const url of [
    'gs://b/a',
    'https://www.youtube.com/watch?v=1',
    'https://generativelanguage.googleapis.com/v1beta/files/a',
    'http://127.0.0.1:1/v1/files/a',
  ])
    assert.deepEqual(uri(url), [
      { role: 'user', parts: [{ fileData: { mimeType: 'image/png', fileUri: url } }] },
    ])
})

test('what has no place but changes nothing is warned of, once each', () => {
  const cache = { ttl: '5m' } as const
  const document = {
    type: 'document',
    source: { media_type: 'application/pdf', data: 'aGk=' },
    filename: 'a.pdf',
    detail: 'high',
    cache,
  } as const
  const { warnings } = encode({
    messages: [{ role: 'user', content: [{ type: 'text', text: 'a', cache }, document] }],
    tools: [{ ...TOOL, cache }],
  })
  assert.deepEqual(
    warnings.map(({ code, pointer }) => `${code} ${pointer}`),
    [
      'cache_breakpoint_left_out /messages/0/content/0/cache',
      'filename_left_out /messages/0/content/1/filename',
      'detail_left_out /messages/0/content/1/detail',
    ],
  )
  assert.match(warnings[0]?.message ?? '', /3 places/)
})
