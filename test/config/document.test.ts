import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { readDocument } from '../../src/config/document.ts'
import { file } from './fixture.ts'

test('JSON means the same whatever the file is called', (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(3), (value, indent) => {
      // Keys like __proto__ are refused in JSON and never meant.
      const text = JSON.stringify(
        value,
        (key: string, inner: unknown) => (key.startsWith('__') ? undefined : inner),
        indent,
      )
      const read = (name: string): unknown => readDocument(file(t, name, text)).value
      assert.deepEqual(read('config.json'), read('config.yaml'))
    }),
    { numRuns: 200 },
  )
})

test('a finding in JSON has its place in the text', (t) => {
  const text = '{\n  "targets": {\n    "a": {"models": [1]}\n  }\n}'
  const document = readDocument(file(t, 'config.json', text))
  const [found] = document.locate([{ path: ['targets', 'a', 'models', '0'], message: 'is wrong' }])
  assert.deepEqual([found?.line, found?.column, found?.field], [3, 22, 'targets.a.models[0]'])
})
