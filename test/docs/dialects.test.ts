// Every cell of docs/dialects.md, held against the code: what is sent or refused as the page says, and read as it says.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadSnapshot, type Target } from '../../src/config/snapshot.ts'
import type { Encoded } from '../../src/dialects/contract.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { judge } from '../../src/gateway/candidate.ts'
import { Fault } from '../../src/protocol/fault.ts'
import { readLine } from '../../src/protocol/validate.ts'
import { DIALECT_IDS, dialectData } from '../../scripts/docs/dialect-data.ts'
import type { EventCell, RequestCell, Wire } from '../../scripts/docs/dialect-data.ts'

const DATA = dialectData()
const FRESH = { credential_fingerprint: null, omit_reasoning: false }
const PLAIN = { type: 'infer', messages: [{ role: 'user', content: 'Hi' }] }

const directory = mkdtempSync(join(tmpdir(), 'beluna-docs-'))
after(() => rmSync(directory, { recursive: true, force: true }))
const TARGETS = targets()

/** A target for each dialect, on the vendor's own host; any model goes. */
function targets(): ReadonlyMap<string, Target> {
  const file = join(directory, 'config.json')
  const entries = DIALECT_IDS.map((dialect) => {
    const own = dialect === 'openai_chat' ? { endpoint: 'http://127.0.0.1:1/v1' } : {}
    return [dialect, { dialect, credential: 'none', any_model: true, ...own }] as const
  })
  writeFileSync(file, JSON.stringify({ targets: Object.fromEntries(entries) }))
  return loadSnapshot(file, {}).targets
}

interface Sent extends Encoded {
  readonly told: readonly string[]
}

function encode(wire: Wire, model: string, fields: object): Sent {
  const target = TARGETS.get(wire)
  assert.ok(target)
  const read = readLine(Buffer.from(JSON.stringify({ ...PLAIN, ...fields })))
  assert.ok(read.ok && read.message.type === 'infer', read.ok ? '' : read.fault.message)
  const candidate = judge(read.message, { target, model }, false)
  return { ...candidate.encode(FRESH), told: candidate.warnings.map(({ code }) => code) }
}

const at = (body: unknown, path: string): unknown =>
  path
    .split(/[.[\]]+/)
    .filter((key) => key !== '')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
      body,
    )

function hold(wire: Wire, cell: RequestCell, fields: object): void {
  const model = cell.model ?? DATA.defaults[wire]
  if (cell.refused !== undefined) {
    assert.throws(
      () => encode(wire, model, fields),
      (error: unknown) => error instanceof Fault && `${error.kind}/${error.code}` === cell.refused,
    )
    return
  }
  const { call, told } = encode(wire, model, fields)
  for (const [path, value] of Object.entries(cell.sent ?? {}))
    assert.partialDeepStrictEqual({ [path]: at(call.body, path) }, { [path]: value })
  assert.partialDeepStrictEqual(call.headers, cell.headers ?? {})
  if (cell.path !== undefined) assert.equal(call.path, cell.path)
  if (cell.unchanged) assert.deepEqual(call.body, encode(wire, model, {}).call.body)
  assert.deepEqual(
    told.includes(cell.warns ?? ''),
    cell.warns !== undefined,
    `warnings: ${told.join(', ')}`,
  )
}

for (const { title, base, rows } of DATA.requests)
  for (const row of rows)
    for (const wire of DIALECT_IDS)
      test(`${title}: ${row.field} on ${wire}`, () => {
        hold(wire, row[wire], { ...base, ...(row[wire].request ?? row.request) })
      })

function contains(event: unknown, part: unknown): boolean {
  try {
    assert.partialDeepStrictEqual(event, part)
    return true
  } catch {
    return false
  }
}

function holdEvent(wire: Wire, { wire: lines = [], gives }: EventCell): void {
  const decoder = DIALECTS[wire].decoder()
  const events = lines.flatMap((line) =>
    decoder.push({ event: '', data: line === 'DONE' ? '[DONE]' : JSON.stringify(line) }),
  )
  events.push(...decoder.end())
  // As they are told: a fault without its prototype.
  const plain: (text: string) => unknown[] = JSON.parse
  const told = plain(JSON.stringify(events))
  const fits = told.some((event) => contains(event, gives))
  assert.ok(fits, `it gave ${JSON.stringify(events)}`)
}

for (const { title, rows } of DATA.events)
  for (const row of rows)
    for (const wire of DIALECT_IDS)
      if (row[wire].gives)
        test(`${title}: ${row.event} on ${wire}`, () => {
          holdEvent(wire, row[wire])
        })
