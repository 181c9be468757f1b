import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkStrict,
  firstStrictBreach,
  meetsStrictRules,
  visitSchema,
} from '../../../src/dialects/shared/schema.ts'
import { targetOf } from './target.ts'

const closed = (properties: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...rest,
})

test('every subschema is visited once, parents first, with its pointer', () => {
  const seen: string[] = []
  const schema = closed(
    { 'a/b': { items: { not: {} } }, c: { anyOf: [{}, true] } },
    { $defs: { d: {} } },
  )
  visitSchema(schema, (_node, pointer) => seen.push(pointer))
  assert.deepEqual(seen, [
    '',
    '/properties/a~1b',
    '/properties/a~1b/items',
    '/properties/a~1b/items/not',
    '/properties/c',
    '/properties/c/anyOf/0',
    '/$defs/d',
  ])
})

test('closed objects of typed, required properties meet the strict rules', () => {
  const node = { $ref: '#/$defs/node' }
  const schema = closed(
    {
      name: { type: ['string', 'null'], pattern: '^a+$', format: 'date' },
      kids: { type: 'array', items: node },
      kind: { anyOf: [{ const: 1 }, { enum: ['x'] }] },
    },
    { $defs: { node: closed({ next: node }) } },
  )
  assert.equal(firstStrictBreach(schema), null)
})

const BREACHES: readonly [string, Record<string, unknown>, string, string][] = [
  ['the root is no object', { type: 'array', items: { type: 'string' } }, '', 'type'],
  ['the root is a union', closed({}, { anyOf: [] }), '/anyOf', 'anyOf'],
  ['an object is open', { type: 'object', properties: {} }, '', 'additionalProperties'],
  [
    'a property is optional',
    closed({ a: { type: 'string' } }, { required: [] }),
    '/required',
    'required',
  ],
  ['a keyword is unknown', closed({ a: { oneOf: [] } }), '/properties/a/oneOf', 'oneOf'],
  ['a property has no type', closed({ a: { description: 'x' } }), '/properties/a', 'type'],
  ['an array has no items', closed({ a: { type: 'array' } }), '/properties/a', 'items'],
  ['a $ref has siblings', closed({ a: { $ref: '#', title: 'x' } }), '/properties/a/$ref', '$ref'],
  [
    'a format is unknown',
    closed({ a: { type: 'string', format: 'uri' } }),
    '/properties/a/format',
    'format',
  ],
  [
    'a pattern looks around',
    closed({ a: { type: 'string', pattern: '(?=a)' } }),
    '/properties/a/pattern',
    'pattern',
  ],
]
for (const [why, schema, pointer, keyword] of BREACHES)
  test(`a schema breaks the strict rules where ${why}`, () => {
    assert.deepEqual(firstStrictBreach(schema), { pointer, keyword })
    assert.equal(meetsStrictRules(schema), false)
  })

test("a schema asked for as strict that is not is refused by keyword and place, on the vendor's own host only", () => {
  const loose = {
    type: 'object',
    properties: { a: { type: 'string', default: 'x' } },
    required: ['a'],
    additionalProperties: false,
  }
  assert.throws(() => checkStrict(loose, '/output/schema', targetOf({ official_host: true })), {
    kind: 'unsupported_capability',
    code: 'schema_keyword',
    pointer: '/output/schema/properties/a/default',
  })
  assert.doesNotThrow(() =>
    checkStrict(loose, '/output/schema', targetOf({ official_host: false })),
  )
})
