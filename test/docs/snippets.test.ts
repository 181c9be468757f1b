// Every command and every piece of code in the README and the docs is typed as it stands there, in order, page by page.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { loadSnapshot } from '../../src/config/snapshot.ts'
import { isInstalled, sandbox, type Ended, type Sandbox } from './sandbox.ts'
import { shows, snippetsOf, type Snippet } from './snippets.ts'

const PAGES = [
  'README.md',
  ...readdirSync(new URL('../../docs', import.meta.url))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const RUNNERS: Readonly<Record<string, (file: string) => string>> = {
  ts: (file) => `node ${file}`,
  python: (file) => `python3 ${file}`,
  sh: (file) => `bash ${file}`,
}

test('every snippet does what its page says', { concurrency: 2 }, async (t) => {
  const cache = await mkdtemp(join(tmpdir(), 'beluna-docs-cache-'))
  await Promise.all(
    PAGES.map((page) =>
      t.test(page, async (sub) => {
        await using here = await sandbox(cache)
        let last: Ended | null = null
        for (const snippet of snippetsOf(page)) last = await perform(snippet, last, here, sub)
      }),
    ),
  )
  await rm(cache, { recursive: true, force: true })
})

/** Does what a block asks for; gives what a later `output` block is held against (null: nothing ran). */
async function perform(
  snippet: Snippet,
  last: Ended | null,
  here: Sandbox,
  t: TestContext,
): Promise<Ended | null> {
  const { words, values, language, place, generated } = snippet
  if (generated || 'skip' in values || (language === 'text' && words.length === 0)) return null
  if (words.includes('config')) return holdConfig(snippet, here)
  if (words.includes('output')) return holdOutput(snippet, last, here)
  if (words.includes('background')) {
    await here.start(snippet.text, values['until'] ?? '')
    return null
  }
  assert.ok(
    words.includes('run') || 'file' in values,
    `${place}: say what a test does with this block (see test/docs/snippets.ts)`,
  )
  const missing = (values['needs'] ?? '').split(',').filter((name) => name && !isInstalled(name))
  if (missing.length > 0) {
    t.diagnostic(`${place} is skipped: ${missing.join(', ')} is not installed`)
    return null
  }
  return run(snippet, here)
}

async function run({ text, words, values, language, place }: Snippet, here: Sandbox) {
  const { file } = values
  if (file !== undefined) await here.write(file, text)
  if (!words.includes('run')) return null
  const script = file === undefined ? text : RUNNERS[language]?.(file)
  assert.ok(script, `${place}: nobody runs ${language}`)
  const ended = await here.run(script)
  assert.equal(ended.status, Number(values['status'] ?? 0), `${place} said:\n${ended.output}`)
  return ended
}

/** What follows a block that was skipped for want of a program is skipped, too. */
function holdOutput({ text, place }: Snippet, last: Ended | null, here: Sandbox): Ended | null {
  if (last === null) return null
  const said = here.delocalize(last.output)
  assert.ok(shows(text, said), `${place}: it said\n${said}`)
  return last
}

async function holdConfig({ text, language, values }: Snippet, here: Sandbox): Promise<null> {
  const file = join(here.directory, values['file'] ?? `snippet.${language}`)
  await writeFile(file, here.localize(text))
  loadSnapshot(file, {})
  return null
}
