// The generated parts of docs/: what stands between `<!-- begin … -->` and `<!-- end -->`. Everything else there is written by hand.
import { readFileSync } from 'node:fs'
import { quirkTable } from './docs/config-tables.ts'
import { eventTables, familyTable, requestTables } from './docs/dialect-tables.ts'
import { branch, fieldTable, readSchema, table, typeSections } from './docs/schema-tables.ts'
import { KINDS } from '../src/protocol/fault.ts'

const PAGES = ['docs/protocol.md', 'docs/config.md', 'docs/dialects.md']
const REGION = /^<!-- begin ([^\n]+?) -->\n[^]*?^<!-- end -->$/gm

/** Each page with its generated parts made anew, by path. Throws for a part that nobody makes. */
export function generatedDocs(): readonly (readonly [path: string, text: string])[] {
  return PAGES.map((path) => {
    const text = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
    const filled = text.replace(REGION, (_, words: string) => {
      return `<!-- begin ${words} -->\n\n${part(words)}\n\n<!-- end -->`
    })
    return [path, filled]
  })
}

const MESSAGES = 'schemas/client-message.schema.json'
const EVENTS = 'schemas/gateway-event.schema.json'
const CONFIG = 'beluna-gateway.schema.json'
/** The fields with which every terminal event ends. */
const ENDING =
  'target model message usage cost timing attempts warnings provider_metadata metadata'.split(' ')

const PARTS: Readonly<Record<string, (name: string) => string>> = {
  message: (title) => messageTable(title),
  'message-types': () => typeSections(readSchema(MESSAGES), { marks: true, level: '####' }),
  event: (title) => eventTable(title),
  ending: () => endingTable(),
  'event-types': () =>
    typeSections(readSchema(EVENTS), {
      marks: false,
      level: '####',
      skipped: ['AssistantPart', 'State'],
    }),
  kinds: () =>
    table(
      ['kind', 'retryable', 'breaker'],
      Object.entries(KINDS).map(([kind, { retryable, verdict }]) => [
        `\`${kind}\``,
        retryable ? 'yes' : 'no',
        verdict,
      ]),
    ),
  example: (name) => exampleOf('client-message', 'message', name),
  'event-example': (name) => exampleOf('gateway-event', 'event', name),
  'config-fields': () => configTable(),
  'config-types': () =>
    typeSections(readSchema(CONFIG), {
      marks: true,
      level: '###',
      skipped: ['Name', 'QuirkPreset'],
    }),
  quirks: () => quirkTable(),
  'dialect-requests': () => requestTables(),
  'dialect-events': () => eventTables(),
  families: () => familyTable(),
}

function part(words: string): string {
  const [kind = '', ...rest] = words.split(' ')
  const make = PARTS[kind]
  if (!make) throw new Error(`nobody makes "${words}"`)
  return make(rest.join(' '))
}

function messageTable(title: string): string {
  const root = readSchema(MESSAGES)
  return fieldTable(root, branch(root, title), { marks: true })
}

function eventTable(title: string): string {
  const root = readSchema(EVENTS)
  const event = branch(root, title)
  const terminal = ENDING.every((name) => name in (event.properties ?? {}))
  const skipped = ['type', 'request_id', ...(terminal ? ENDING : [])]
  return fieldTable(root, event, { marks: false, skipped })
}

function endingTable(): string {
  const root = readSchema(EVENTS)
  const { properties = {} } = branch(root, 'FailedEvent')
  const kept = Object.entries(properties).filter(([name]) => ENDING.includes(name))
  return fieldTable(root, { properties: Object.fromEntries(kept) }, { marks: false })
}

function configTable(): string {
  const root = readSchema(CONFIG)
  return fieldTable(root, root, { marks: true })
}

/** A golden example, as the line that it is on the wire. */
function exampleOf(file: string, key: string, name: string): string {
  const text = readFileSync(
    new URL(`../schemas/examples/${file}.valid.ndjson`, import.meta.url),
    'utf8',
  )
  const parse: (line: string) => Readonly<Record<string, unknown>> = JSON.parse
  const found = text
    .trimEnd()
    .split('\n')
    .map(parse)
    .find((each) => each['name'] === name)
  if (!found) throw new Error(`there is no golden example "${name}"`)
  return ['```json', JSON.stringify(found[key], null, 1).replace(/\n\s*/g, ' '), '```'].join('\n')
}
