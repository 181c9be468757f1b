// The pages keep up with the code: what is generated is current, links lead somewhere, and nothing that exists is missing.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { EXIT } from '../../src/cli/io.ts'
import { KINDS } from '../../src/protocol/fault.ts'
import { generatedDocs } from '../../scripts/docs.ts'
import { dialectData } from '../../scripts/docs/dialect-data.ts'
import { branch, readSchema, type Schema } from '../../scripts/docs/schema-tables.ts'
import { snippetsOf } from './snippets.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const MESSAGES = readSchema('schemas/client-message.schema.json')
const EVENTS = readSchema('schemas/gateway-event.schema.json')

const tagsOf = ({ oneOf = [] }: Schema): string[] =>
  oneOf.map(({ properties }) => String(properties?.['type']?.const))

test('what is generated is what the schemas and tables say now', () => {
  for (const [path, text] of generatedDocs())
    assert.ok(read(path) === text, `${path} is out of date: run \`npm run generate\``)
})

test('every value and every pattern that a client may send stands on the page, so that one can be written from it', () => {
  const page = read('docs/protocol.md')
  const wire = JSON.stringify(MESSAGES)
  const found = [
    ...wire.matchAll(/"const":([^,}]+)/g),
    ...wire.matchAll(/"enum":\[([^\]]+)\]/g),
    ...wire.matchAll(/"pattern":"([^"]+)"/g),
  ].flatMap(([whole, said = '']) => (whole.startsWith('"enum"') ? said.split(',') : said))
  assert.ok(found.includes('"required"'))
  for (const text of found)
    assert.ok(page.includes(`\`${text}\``) || page.includes(`: ${text}\``), text)
})

/** The anchor that a heading gets, as code forges make it; a second one of the same text has -1 behind it. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>()
  const headings = text.replace(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)
  return new Set(
    [...headings].map(([, heading = '']) => {
      const anchor = heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-')
      const count = seen.get(anchor) ?? 0
      seen.set(anchor, count + 1)
      return count === 0 ? anchor : `${anchor}-${count}`
    }),
  )
}

test('every link within the project leads to a file and a heading that are there', () => {
  for (const page of PAGES) {
    const prose = read(page).replace(/^```[^]*?^```$/gm, '')
    for (const [, link = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue
      const [file = '', anchor] = link.split('#')
      const path = file === '' ? page : join(page, '..', file)
      assert.ok(existsSync(join(ROOT, path)), `${page}: ${link}`)
      if (anchor !== undefined && path.endsWith('.md'))
        assert.ok(anchorsOf(read(path)).has(anchor), `${page}: ${link}`)
    }
  }
})

test('every message and every event has its place in the protocol, and every event its line in the README', () => {
  const headings =
    read('docs/protocol.md')
      .match(/^### .+$/gm)
      ?.join('\n') ?? ''
  for (const tag of [...tagsOf(MESSAGES), ...tagsOf(EVENTS)])
    assert.ok(headings.includes(`\`${tag}\``), tag)
  const table = /### What the lines mean([^]*?)\n## /.exec(read('README.md'))?.[1] ?? ''
  for (const tag of tagsOf(EVENTS)) assert.ok(table.includes(`\`${tag}\``), tag)
})

test('every kind of error is explained with what to do, and every exit status is listed', () => {
  const page = read('docs/operations.md')
  for (const kind of Object.keys(KINDS)) assert.ok(page.includes(`### \`${kind}\`\n`), kind)
  for (const status of Object.values(EXIT))
    assert.match(read('README.md'), new RegExp(`^\\| ${status} \\|`, 'm'))
})

test('every request field that goes upstream, and every event made from an answer, has its row in the table of dialects', () => {
  const { requests, events } = dialectData()
  const fields = requests.flatMap(({ rows }) => rows.map(({ field }) => field)).join('\n')
  const ours = ['type', 'request_id', 'protocol_version', 'target', 'messages']
  const named = Object.keys(branch(MESSAGES, 'InferRequest').properties ?? {})
    .filter((name) => !ours.includes(name))
    .flatMap((name) => [name, ...inside(name)])
  const missing = named.filter(
    (name) => !new RegExp(`\`${name.replace('.', '\\.')}\\b`).test(fields),
  )
  assert.deepEqual(missing, [])
  const parts = ['UserPart', 'AssistantPart', 'ToolPart'].flatMap((name) =>
    tagsOf(MESSAGES.$defs?.[name] ?? {}),
  )
  for (const part of parts) assert.ok(new RegExp(`\\b${part}\\b`).test(fields), part)
  const told = events.flatMap(({ rows }) => rows.map(({ event }) => event)).join('\n')
  const own = ['started', 'retrying', 'completed', 'cancelled', 'status', 'probed']
  for (const tag of tagsOf(EVENTS).filter((each) => !own.includes(each)))
    assert.ok(told.includes(`\`${tag}\``), tag)
  const { properties = {} } = EVENTS.$defs?.['Usage'] ?? {}
  const counted = Object.keys(properties).filter((name) => /(input|reasoning)_tokens/.test(name))
  for (const name of counted) assert.ok(told.includes(`usage.${name}`), name)
})

function inside(name: string): string[] {
  const group = { sampling: 'Sampling', reasoning: 'Reasoning' }[name]
  if (group === undefined) return []
  return Object.keys(MESSAGES.$defs?.[group]?.properties ?? {}).map((field) => `${name}.${field}`)
}

test('the newest version of the changelog is the package’s', () => {
  const version = /"version": "([^"]+)"/.exec(read('package.json'))?.[1]
  const newest = /^## \[(\d[^\]]*)\]/m.exec(read('CHANGELOG.md'))?.[1]
  assert.equal(newest, version)
})

test('the TypeScript of the pages is well typed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'beluna-types-'))
  const snippets = PAGES.flatMap((page) => snippetsOf(page)).filter(
    ({ language, values }) => language === 'ts' && 'file' in values,
  )
  for (const { text, values } of snippets)
    writeFileSync(join(directory, values['file'] ?? ''), text)
  writeFileSync(join(directory, 'package.json'), '{"type": "module"}')
  const { compilerOptions } = tsconfig()
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...compilerOptions,
        typeRoots: [join(ROOT, 'node_modules/@types')],
        paths: { 'beluna-gateway/client': [join(ROOT, 'src/client/index.ts')] },
      },
      include: ['*.ts'],
    }),
  )
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', directory],
    { encoding: 'utf8' },
  )
  rmSync(directory, { recursive: true })
  assert.deepEqual([snippets.length > 0, status, stdout], [true, 0, ''])
})

function tsconfig(): { compilerOptions: object } {
  const parse: (text: string) => { compilerOptions: object } = JSON.parse
  return parse(read('tsconfig.json'))
}
