import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

interface Held {
  readonly dialect: string
  /** Bytes of the chunk that each decoder was fed. */
  readonly chunk: number
  /** Bytes that the process has grown by for each. */
  readonly grown: number
}

const parse: (text: string) => Held = JSON.parse

test('an open decoder keeps nothing of the bytes that it was fed but what they said', () => {
  const child = join(import.meta.dirname, 'retention-child.ts')
  const said = execFileSync(process.execPath, ['--expose-gc', child], { encoding: 'utf8' })
  const held = said.trimEnd().split('\n').map(parse)
  assert.equal(held.length, 4)
  for (const { dialect, chunk, grown } of held)
    assert.ok(grown < chunk / 4, `${dialect}: ${grown} of ${chunk} bytes`)
})
