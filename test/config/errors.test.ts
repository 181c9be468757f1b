import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { ConfigError, loadConfig } from '../../src/config/load.ts'
import PINS from './errors.pins.json' with { type: 'json' }
import { directory, ENV, file, MINIMAL } from './fixture.ts'

function mistakes(path: string): string[] {
  try {
    loadConfig(path, ENV)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    const lines = error.message.replaceAll(`${dirname(path)}/`, '').split('\n')
    assert.equal(error.problems.length, lines.length, 'as many are counted as are told')
    return lines
  }
}

for (const { law, file: name, text, says } of PINS)
  test(`told with its place: ${law}`, (t) => {
    assert.deepEqual(mistakes(file(t, name, text)), says)
  })

test('no mistake repeats a value that could be a secret', () => {
  for (const { says } of PINS)
    for (const line of says) assert.doesNotMatch(line, /sk-live|hunter2|0123456789abcdef/)
})

test('a problem has its file, line, column and field apart', (t) => {
  const path = file(
    t,
    'config.yaml',
    'targets:\n  a: {dialect: gemini, credential: none, any_model: 1}\n',
  )
  assert.throws(() => loadConfig(path, ENV), {
    name: 'ConfigError',
    problems: [
      {
        file: path,
        line: 2,
        column: 53,
        field: 'targets.a.any_model',
        message: 'must be true or false, not a number',
      },
    ],
  })
})

test('a key in the file is taken only if nobody else can read it', (t) => {
  const text = JSON.stringify({
    targets: { a: { ...MINIMAL, credential: { value: 'sk-live-1' } } },
  })
  assert.deepEqual(mistakes(file(t, 'config.json', text, 0o600)), [])
  assert.deepEqual(mistakes(file(t, 'config.json', text, 0o640)), [
    'config.json:1:59: targets.a.credential.value: others can read this file: chmod 600 it, or use "env", "file" or "command"',
  ])
})

test('a file that cannot be read, is too large or is no UTF-8 is refused as a whole', (t) => {
  const missing = `${directory(t)}/config.json`
  const large = file(t, 'config.yaml', 'x'.repeat(4 * 1024 * 1024 + 1))
  const latin = file(t, 'config.yaml', '')
  writeFileSync(latin, Uint8Array.of(0x61, 0x3a, 0x20, 0xe9))
  assert.deepEqual([missing, large, latin].map(mistakes), [
    ['config.json: cannot be read (ENOENT)'],
    ['config.yaml: is larger than 4194304 bytes'],
    ['config.yaml: is not valid UTF-8'],
  ])
})
