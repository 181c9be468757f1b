// Shell completion, asked of the shells themselves where they are installed.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { completion } from '../../src/cli/completion.ts'
import { help } from '../../src/cli/help.ts'
import { COMMANDS, type Command } from '../../src/cli/run.ts'
import { directory } from './desk.ts'

async function printed(command: Command, ...args: string[]): Promise<string> {
  const stdout = new PassThrough()
  const out = text(stdout)
  await command(args, { stdin: Readable.from([]), stdout, stderr: new PassThrough(), env: {} })
  stdout.end()
  return await out
}

const missing = (shell: string): string | false =>
  spawnSync(shell, ['-c', 'true']).error ? `${shell} is not installed` : false

/** What a shell says that has read `before`, the completion, and then `question`. */
async function asked(shell: string, before: string, question: string): Promise<string[]> {
  await using here = await directory()
  const script = join(here.path, 'script')
  await writeFile(script, [before, await printed(completion, shell), question, ''].join('\n'))
  const flags = shell === 'fish' ? ['--no-config'] : shell === 'zsh' ? ['-f'] : ['--norc']
  const env = { PATH: process.env['PATH'], HOME: here.path }
  const out = execFileSync(shell, [...flags, script], { encoding: 'utf8', env })
  return out.split('\n').filter((line) => line !== '')
}

const line = (words: readonly string[]): string =>
  ['beluna-gateway', ...words].map((word) => `'${word}'`).join(' ')

const askBash = (...words: string[]): Promise<string[]> =>
  asked(
    'bash',
    'compopt() { echo no files; }',
    `COMP_WORDS=(${line(words)}) COMP_CWORD=${words.length}
_beluna_gateway
printf '%s\\n' "\${COMPREPLY[@]}"`,
  )

// Outside of its completion system, zsh's own parts only say what they were called with.
const askZsh = (...words: string[]): Promise<string[]> =>
  asked(
    'zsh',
    `compdef() { : }
_describe() { print -l -- \${\${(P)2}%%:*} }
_arguments() { print -l -- \${@%%\\[*} }`,
    `words=(${line(words)}) CURRENT=${words.length + 1}
_beluna_gateway`,
  )

const askFish = async (...words: string[]): Promise<string[]> => {
  const out = await asked('fish', '', `complete -C "beluna-gateway ${words.join(' ')}"`)
  return out.map((each) => each.split('\t')[0] ?? '')
}

const names = Object.keys(COMMANDS).toSorted()
const flagsOf = async (command: string): Promise<string[]> =>
  [...(await printed(help, command)).matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag = '']) => flag)

test('a shell that is none is refused', async () => {
  await assert.rejects(printed(completion, 'toString'), /bash, zsh or fish/)
  await assert.rejects(printed(completion), /bash, zsh or fish/)
})

test('bash completes commands, their words and their documented options', async (t) => {
  const why = missing('bash')
  if (why) return t.skip(why)
  assert.deepEqual((await askBash('')).toSorted(), names)
  assert.deepEqual(await askBash('simu'), ['simulate'])
  assert.deepEqual(await askBash('schema', ''), ['message', 'event', 'config', '--help'])
  assert.deepEqual(await askBash('ask', '--'), [...(await flagsOf('ask')), '--help'])
  assert.deepEqual(await askBash('ask', '--model', ''), ['no files'])
  assert.deepEqual(await askBash('ask', '--image', ''), [])
})

test('zsh completes commands, their words and their documented options', async (t) => {
  const why = missing('zsh')
  if (why) return t.skip(why)
  assert.deepEqual((await askZsh('')).toSorted(), names)
  assert.deepEqual(await askZsh('schema', ''), ['--help', '1:word:(message event config)'])
  assert.deepEqual(await askZsh('ask', '--'), [
    ...(await flagsOf('ask')),
    '--help',
    '*:file:_files',
  ])
})

test('fish completes commands, their words and their documented options', async (t) => {
  const why = missing('fish')
  if (why) return t.skip(why)
  assert.deepEqual((await askFish('')).toSorted(), names)
  assert.deepEqual(await askFish('simu'), ['simulate'])
  assert.deepEqual((await askFish('schema', '')).toSorted(), ['config', 'event', 'message'])
  const flags = [...(await flagsOf('ask')), '--help']
  assert.deepEqual((await askFish('ask', '--')).toSorted(), flags.toSorted())
  assert.deepEqual(await askFish('ask', '--model', 'x'), [])
})
