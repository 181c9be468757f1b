// The schemas themselves are sound: the daemon compiles them without looking.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'

const SCHEMAS = [
  'schemas/client-message.schema.json',
  'schemas/gateway-event.schema.json',
  'beluna-gateway.schema.json',
]

for (const path of SCHEMAS) {
  test(`${path} keeps to its meta-schema`, () => {
    const read: (text: string) => object = JSON.parse
    const schema = read(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
    const ajv = new Ajv2020({ logger: false })
    assert.equal(ajv.validateSchema(schema), true, ajv.errorsText())
  })
}
