// The bugs that prove the long harnesses are sown into lines of the sources: they must be there, or nothing is proved.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SEEDS } from '../torture/seeds.ts'

test('every bug has a place to be sown', () => {
  for (const { bug, file, from, to } of SEEDS) {
    const text = readFileSync(join(import.meta.dirname, '..', file), 'utf8')
    assert.ok(text.includes(from), `${bug}: nowhere to sow it in ${file}`)
    assert.notEqual(text.replace(from, to), text, bug)
  }
})
