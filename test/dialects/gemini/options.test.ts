// The caller's own fields go out as they were written, and what is refused is refused in every spelling that proto JSON takes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { gemini } from '../../../src/dialects/gemini/index.ts'
import { asObject } from '../../../src/dialects/shared/json.ts'
import type { InferRequest } from '../../../src/protocol/client-message.gen.ts'
import { Fault } from '../../../src/protocol/fault.ts'
import { FRESH, requestOf } from '../shared/target.ts'
import { geminiTarget } from './answer.ts'

const FULL: Partial<InferRequest> = {
  tools: [{ name: 'f', input_schema: { type: 'object' } }],
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
  output: { mode: 'json_schema', name: 'n', schema: { type: 'object' } },
}

function body(options: Record<string, unknown>, fields: Partial<InferRequest> = {}) {
  const messages = [
    { role: 'system', content: 'One.' },
    { role: 'user', content: 'hi' },
  ] as const
  const request = requestOf([...messages], { ...fields, provider_options: { gemini: options } })
  return gemini.encode(request, geminiTarget(), FRESH).call.body
}

/** `code pointer` of the refusal, the pointer below the options. */
function refusal(options: Record<string, unknown>, fields: Partial<InferRequest> = {}): string {
  try {
    body(options, fields)
  } catch (fault) {
    assert.ok(fault instanceof Fault && fault.kind === 'invalid_request')
    return `${fault.code} ${fault.pointer?.replace('/provider_options/gemini', '')}`
  }
  return 'none'
}

/** The paths to all that is no object. */
const leaves = (value: unknown, path: readonly string[] = []): (readonly string[])[] => {
  const fields = asObject(value)
  if (!fields) return [path]
  return Object.entries(fields).flatMap(([key, inner]) => leaves(inner, [...path, key]))
}
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const nested = (
  [key = '', ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> => ({
  [key]: rest.length > 0 ? nested(rest, value) : value,
})

/** One of the paths, each of its names in either spelling. */
const spelled = (paths: readonly (readonly string[])[]) =>
  fc
    .tuple(fc.constantFrom(...paths), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
    .map(([path, snakes]) => path.map((name, at) => (snakes[at] ? snake(name) : name)))

test('a leaf that the request sets too is refused in every spelling', () => {
  const { contents: _, tools: __, ...set } = body({}, FULL)
  const paths = leaves(set)
  assert.ok(paths.length > 12)
  fc.assert(
    fc.property(spelled(paths), (path) => {
      const expected = `provider_option_conflict /${path.join('/')}`
      assert.equal(refusal(nested(path, 1), FULL), expected)
    }),
  )
})

test('what would not fit the protocol is refused in every spelling, whatever its value', () => {
  const fields = ['model', 'contents', 'stream', 'store', 'n']
  const config = ['candidateCount', 'speechConfig'].map((name) => ['generationConfig', name])
  fc.assert(
    fc.property(
      spelled([...fields.map((name) => [name]), ...config]),
      fc.constantFrom(2, true, {}),
      (path, value) =>
        assert.equal(refusal(nested(path, value)), `provider_option_refused /${path.join('/')}`),
    ),
  )
})

test('sound in the answer is refused in every form that the server takes it in', () => {
  const forms = [['AUDIO'], ['TEXT', 'AUDIO'], 'AUDIO', 'audio', 3, [1, 3]]
  fc.assert(
    fc.property(
      spelled([['generationConfig', 'responseModalities']]),
      fc.constantFrom(...forms),
      (path, form) =>
        assert.equal(refusal(nested(path, form)), `provider_option_refused /${path.join('/')}`),
    ),
  )
  const both = { generationConfig: {}, generation_config: { response_modalities: ['AUDIO'] } }
  assert.match(refusal(both), /^provider_option_refused/)
})

test('what the request does not set is merged in either spelling, and goes out as it was written', () => {
  const options = {
    generation_config: { media_resolution: 'MEDIA_RESOLUTION_LOW', responseModalities: ['TEXT'] },
    labels: { my_key: 'a', myKey: 'b' },
  }
  const { contents: _, systemInstruction: __, ...plain } = body(options)
  assert.deepEqual(plain, options)
  const { generationConfig, labels } = body(options, { limits: { max_output_tokens: 99 } })
  assert.deepEqual(generationConfig, { maxOutputTokens: 99, ...options.generation_config })
  assert.deepEqual(labels, options.labels)
})
