import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import * as fc from 'fast-check'
import type { CredentialConfig } from '../../src/config/config.gen.ts'
import { credentialOf, redact, type Credential } from '../../src/config/credentials.ts'
import { remember } from '../../src/config/redaction.ts'
import { directory, file } from './fixture.ts'

const never = (): AbortSignal => new AbortController().signal
const credential = (
  config: CredentialConfig,
  env: NodeJS.ProcessEnv = {},
  place = '/tmp',
): Credential => credentialOf(config, { target: 'a', directory: place, env })

function script(t: TestContext, body: string): string {
  const path = file(t, 'key.sh', `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o700)
  return path
}

const missing = (message: string): object => ({
  name: 'Fault',
  kind: 'authentication',
  code: 'credential_missing',
  retryable: false,
  message: `target "a" has no credential: ${message}`,
})

test('no credential is no secret, and always there', async () => {
  const none = credential('none')
  assert.deepEqual(
    [none.source, none.available, await none.get(never())],
    ['none', true, { secret: null, fingerprint: 'none' }],
  )
})

test('every kind gives the key without its last line break, and the same fingerprint for the same key', async (t) => {
  const key = 'sk-test-abcdefgh'
  const path = file(t, 'a.key', `${key}\n`)
  const kinds = [
    credential({ env: 'KEY' }, { KEY: key }),
    credential({ file: 'a.key' }, {}, dirname(path)),
    credential({ file: 'a.key' }, { CREDENTIALS_DIRECTORY: dirname(path) }, '/nowhere'),
    credential({ command: ['printf', '%s\\n', key] }),
    credential({ value: key }),
  ]
  for (const kind of kinds)
    assert.deepEqual(
      await kind.get(never()),
      { secret: key, fingerprint: '090dac1bbfc1' },
      kind.describe,
    )
  assert.deepEqual(
    kinds.map(({ source, describe, available }) => [source, describe, available]),
    [
      ['env', 'environment variable KEY', true],
      ['file', `file ${path}`, true],
      ['file', `file ${path}`, true],
      ['command', 'command printf', true],
      ['value', 'value in the configuration', true],
    ],
  )
})

test('every key that was read is struck out of texts', async (t) => {
  const keys = ['sk-of-the-env', 'key-in-a-file', 'output-of-it', 'value-itself']
  const [env = '', written = '', printed = '', value = ''] = keys
  const path = file(t, 'a.key', written)
  for (const kind of [
    credential({ env: 'KEY' }, { KEY: env }),
    credential({ file: path }),
    credential({ command: ['printf', printed] }),
  ])
    await kind.get(never())
  credential({ value })
  assert.deepEqual(
    keys.map(redact),
    keys.map(() => '[redacted]'),
  )
})

test('another key has another fingerprint, and none tells the key', async () => {
  const { fingerprint } = await credential({ value: 'sk-test-abcdefgi' }).get(never())
  assert.notEqual(fingerprint, '090dac1bbfc1')
  assert.match(fingerprint, /^[0-9a-f]{12}$/)
})

test('a missing key names its place and the way out', async (t) => {
  const here = directory(t)
  const cases: [CredentialConfig, string][] = [
    [
      { env: 'NOT_SET' },
      'environment variable NOT_SET: it is not set; set it and restart the daemon',
    ],
    [
      { file: 'no.key' },
      `file ${here}/no.key: it cannot be read (ENOENT); write the key into it, for the daemon's user alone`,
    ],
    [{ file: '.' }, `file ${here}: it is not a regular file`],
    [
      { command: ['/nowhere/program', 'sk-live-arg'] },
      "command /nowhere/program: it failed (ENOENT); run it by hand as the daemon's user to see why",
    ],
    [
      { command: ['sh', '-c', 'echo sk-live-err >&2; exit 3'] },
      "command sh: it failed (exit status 3); run it by hand as the daemon's user to see why",
    ],
    [
      { command: ['sh', '-c', 'kill -9 $$'] },
      "command sh: it failed (ended by SIGKILL); run it by hand as the daemon's user to see why",
    ],
    [{ command: ['true'] }, 'command true: what it gives is empty'],
    [
      { command: ['printf', 'one\\ntwo'] },
      'command printf: what it gives is not one line of printable ASCII',
    ],
    [
      { command: ['sh', '-c', 'head -c 70000 /dev/zero | tr "\\0" x'] },
      "command sh: it failed (ERR_CHILD_PROCESS_STDIO_MAXBUFFER); run it by hand as the daemon's user to see why",
    ],
  ]
  for (const [config, message] of cases)
    await assert.rejects(async () => credential(config, {}, here).get(never()), missing(message))
  assert.equal(credential({ env: 'NOT_SET' }).available, false)
  assert.equal(credential({ file: 'no.key' }, {}, here).available, false)
  assert.equal(credential({ file: '.' }, {}, here).available, false)
  assert.equal(credential({ command: ['true'] }).available, null)
})

test('a command has no shell: its arguments arrive as they are', async () => {
  const { secret } = await credential({ command: ['printf', '%s', '$HOME;`id`'] }).get(never())
  assert.equal(secret, '$HOME;`id`')
})

test('a command runs once for all who ask, and anew only after the provider refused its key', async (t) => {
  const count = join(directory(t), 'runs')
  writeFileSync(count, '')
  const kept = credential({
    command: [script(t, `echo x >> ${count}; echo sk-run-$(wc -l < ${count} | tr -d ' ')`)],
  })
  const ask = async (): Promise<string | null> => (await kept.get(never())).secret
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), ['sk-run-1', 'sk-run-1', 'sk-run-1'])
  assert.equal(await ask(), 'sk-run-1')
  kept.forget()
  assert.equal(await ask(), 'sk-run-2')
})

test('a file that appears, or changes before a refusal, is read at the next request', async (t) => {
  const path = join(directory(t), 'late.key')
  const kept = credential({ file: path })
  await assert.rejects(async () => kept.get(never()))
  writeFileSync(path, 'first-key')
  assert.equal((await kept.get(never())).secret, 'first-key')
  writeFileSync(path, 'second-key')
  assert.equal((await kept.get(never())).secret, 'first-key')
  kept.forget()
  assert.equal((await kept.get(never())).secret, 'second-key')
})

test('a request that goes away waits no longer; the command ends with the last of them', async (t) => {
  const note = join(directory(t), 'pid')
  const kept = credential({
    command: [script(t, `echo $$ > ${note}.new; mv ${note}.new ${note}; exec sleep 600`)],
  })
  const [one, two] = [new AbortController(), new AbortController()]
  const answers = Promise.allSettled([kept.get(one.signal), kept.get(two.signal)])
  while (!existsSync(note)) await setImmediate()
  const pid = Number(readFileSync(note, 'utf8'))
  one.abort('gone')
  await setImmediate()
  assert.ok(lives(pid))
  two.abort('gone')
  assert.deepEqual(await answers, [
    { status: 'rejected', reason: 'gone' },
    { status: 'rejected', reason: 'gone' },
  ])
  while (lives(pid)) await setImmediate()
  await assert.rejects(
    async () => kept.get(AbortSignal.abort('late')),
    (reason) => reason === 'late',
  )
})

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('one request that goes away leaves the others their key', async (t) => {
  const gate = join(directory(t), 'gate')
  const kept = credential({
    command: [script(t, `while [ ! -e ${gate} ]; do sleep 0.01; done; echo sk-shared-key`)],
  })
  const leaving = new AbortController()
  const left = kept.get(leaving.signal)
  const stays = kept.get(never())
  leaving.abort('gone')
  await assert.rejects(
    async () => left,
    (reason) => reason === 'gone',
  )
  writeFileSync(gate, '')
  assert.equal((await stays).secret, 'sk-shared-key')
})

const RUN = 8
const secretText = fc.string({
  unit: fc.constantFrom(...Array.from('abcXYZ019-_')),
  minLength: 8,
  maxLength: 60,
})
const otherText = fc.string({
  unit: fc.constantFrom(...Array.from('abcXYZ019-_ .{"')),
  maxLength: 80,
})

test('no text keeps eight characters in a row of a loaded secret', () => {
  fc.assert(
    fc.property(
      secretText,
      fc.array(otherText),
      fc.nat(),
      fc.nat(),
      (secret, texts, from, length) => {
        remember(secret)
        const echo = secret.slice(
          from % secret.length,
          (from % secret.length) + RUN + (length % secret.length),
        )
        const struck = redact(texts.join(echo) + echo + secret)
        for (let at = 0; at + RUN <= secret.length; at++)
          assert.ok(!struck.includes(secret.slice(at, at + RUN)), struck)
      },
    ),
  )
})

test('what is no secret stays as it is, and a short secret is struck out as a whole', () => {
  remember('pass')
  remember('Qk7#Wv2!Rt9$')
  assert.equal(redact('nothing to see here'), 'nothing to see here')
  assert.equal(redact('key Qk7#Wv2!Rt9$ and pass'), 'key [redacted] and [redacted]')
  assert.equal(redact('Incorrect key: Qk7#Wv2!****'), 'Incorrect key: [redacted]****')
  assert.equal(redact('only Qk7#Wv2 of it'), 'only Qk7#Wv2 of it')
})
