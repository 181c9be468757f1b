import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkSchema } from '../../../src/dialects/anthropic/schema.ts'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import type { Reasoning } from '../../../src/protocol/client-message.gen.ts'
import type { ModelRules } from '../../../src/protocol/target.ts'
import { bodyOf, faultOf, refused, targetWith } from './fixture.ts'

const display = (value: string): JsonObject => ({ type: 'adaptive', display: value })

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
})

const tool = (input_schema: JsonObject, strict: boolean): unknown =>
  refused({ tools: [{ name: 'a', input_schema, strict }] })

const atSchema = (pointer: string): unknown => [
  'unsupported_capability',
  'schema_keyword',
  `/tools/0/input_schema${pointer}`,
]

function asked(reasoning: Reasoning, rules: Partial<ModelRules> = {}): JsonObject {
  const { thinking, output_config } = bodyOf({ reasoning }, targetWith(rules))
  return { thinking, output_config }
}

test('sampling has its fields; what the wire lacks is refused', () => {
  const { temperature, top_k, stop_sequences } = bodyOf({
    sampling: { temperature: 0.5, top_k: 3, stop: ['END'] },
  })
  assert.deepEqual([temperature, top_k, stop_sequences], [0.5, 3, ['END']])
  for (const sampling of [{ seed: 1 }, { presence_penalty: 0 }, { frequency_penalty: 1 }]) {
    assert.deepEqual(refused({ sampling }), ['unsupported_capability', 'sampling', '/sampling'])
  }
})

test('an effort asks a model that decides for itself to think; one that takes only budgets gets the effort alone', () => {
  const output_config = { effort: 'high' }
  assert.deepEqual(asked({ effort: 'high' }), { thinking: { type: 'adaptive' }, output_config })
  assert.deepEqual(asked({ effort: 'high' }, { thinking: 'enabled' }), {
    thinking: undefined,
    output_config,
  })
})

test('effort none switches thinking off, or sends nothing where it is off and has no switch', () => {
  const nothing = { thinking: undefined, output_config: undefined }
  assert.deepEqual(asked({ effort: 'none' }), { ...nothing, thinking: { type: 'disabled' } })
  assert.deepEqual(asked({ effort: 'none' }, { thinking_can_be_disabled: false }), nothing)
})

test('asking for the text chooses its display, and never switches thinking on', () => {
  const eager = { reasons_by_default: true }
  assert.deepEqual(asked({ include_text: true }, eager)['thinking'], display('summarized'))
  assert.deepEqual(asked({ include_text: false }, eager)['thinking'], display('omitted'))
  assert.deepEqual(asked({ include_text: true })['thinking'], undefined)
  assert.deepEqual(
    asked({ include_text: true }, { ...eager, thinking: null })['thinking'],
    undefined,
  )
})

test('a budget is sent where it is at least 1024 and below the output limit', () => {
  const limits = { max_output_tokens: 4096 }
  const { thinking } = bodyOf({ reasoning: { budget_tokens: 1024, include_text: true }, limits })
  assert.deepEqual(thinking, { type: 'enabled', budget_tokens: 1024, display: 'summarized' })
  for (const budget_tokens of [1023, 4096]) {
    assert.deepEqual(refused({ reasoning: { budget_tokens }, limits }), [
      'invalid_request',
      'budget_tokens',
      '/reasoning/budget_tokens',
    ])
  }
  const tools = [{ name: 'clock', input_schema: { type: 'object' } }]
  const forced = { tools, tool_choice: 'required', reasoning: { budget_tokens: 2048 } } as const
  assert.deepEqual(refused({ ...forced, tools }), [
    'unsupported_capability',
    'forced_tool_choice',
    '/tool_choice',
  ])
})

test('an output schema goes as it is; other forms of output are refused', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'string' } },
    additionalProperties: false,
  }
  const json_schema = { mode: 'json_schema', name: 'answer', schema } as const
  const { output_config } = bodyOf({ output: json_schema, reasoning: { effort: 'low' } })
  assert.deepEqual(output_config, { effort: 'low', format: { type: 'json_schema', schema } })
  const lacks = 'unsupported_capability'
  assert.deepEqual(refused({ output: { mode: 'json' } }), [lacks, 'json_mode', '/output/mode'])
  assert.deepEqual(refused({ output: { ...json_schema, strict: false } }), [
    lacks,
    'json_schema_not_strict',
    '/output/strict',
  ])
})

test('the first keyword that the compiler refuses is named with its pointer', () => {
  const node = object({ next: { $ref: '#/$defs/node' } })
  const cases: [JsonObject, string | null][] = [
    [
      object({ a: { type: 'array', minItems: 1, items: { type: 'string', format: 'date' } } }),
      null,
    ],
    [
      object({ a: { $ref: '#/$defs/b' }, c: { $ref: '#/$defs/b' } }, { $defs: { b: object({}) } }),
      null,
    ],
    [object({ 'a/b': { type: 'integer', minimum: 1 } }), '/properties/a~1b/minimum'],
    [object({ a: { oneOf: [] } }), '/properties/a/oneOf'],
    [object({ a: { type: 'array', minItems: 2 } }), '/properties/a/minItems'],
    [object({ a: { type: 'string', format: 'uri-reference' } }), '/properties/a/format'],
    [object({ a: { enum: [{ b: 1 }] } }), '/properties/a/enum'],
    [object({ a: { allOf: [{ $ref: '#' }] } }), '/properties/a/allOf'],
    [object({ a: { $ref: 'https://example.com/s' } }), '/properties/a/$ref'],
    [object({ a: { $ref: '#' } }), '/properties/a/$ref'],
    [object({ a: { $ref: '#/$defs/node' } }, { $defs: { node } }), '/properties/a/$ref'],
    [object({ a: { type: ['object', 'null'] } }), '/properties/a'],
    [{ type: 'object', additionalProperties: true }, '/additionalProperties'],
  ]
  for (const [schema, pointer] of cases) {
    assert.deepEqual(
      faultOf(() => checkSchema(schema, '/s')),
      pointer === null ? null : ['unsupported_capability', 'schema_keyword', `/s${pointer}`],
    )
  }
})

test('a tool’s root may not be a choice, and a strict tool’s schema is checked like an output’s', () => {
  assert.deepEqual(tool({ anyOf: [] }, false), atSchema('/anyOf'))
  assert.deepEqual(tool({ type: 'string' }, false), atSchema('/type'))
  assert.deepEqual(tool({ type: 'object', minProperties: 1 }, false), null)
  assert.deepEqual(tool({ type: 'object', minProperties: 1 }, true), atSchema('/minProperties'))
  // Without a type it is sent as an object, and that has to be closed.
  assert.deepEqual(tool({}, true), atSchema(''))
  assert.deepEqual(tool({ additionalProperties: false }, true), null)
})
