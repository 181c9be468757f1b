// The validators that the build compiles ahead, against AJV itself: a package must refuse what a checkout refuses.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import type { Fits } from '../../src/protocol/ahead.ts'
import { createAjv } from '../../src/protocol/ajv.ts'
import { validatorsAhead } from '../../scripts/ahead.ts'
import { invalidMessages, validMessages } from './examples.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const readSchema: (text: string) => object = JSON.parse
const schemaOf = (file: string): object => readSchema(readFileSync(join(ROOT, file), 'utf8'))

const directory = mkdtempSync(join(tmpdir(), 'ahead-'))
after(() => rmSync(directory, { recursive: true }))
symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
const file = join(directory, 'ahead.mjs')
writeFileSync(file, validatorsAhead())
const load: (path: string) => Record<'fitsClientMessage' | 'fitsConfig', Fits> = createRequire(
  import.meta.url,
)
const ahead = load(file)

const messages = createAjv({ discriminator: true }).compile(
  schemaOf('schemas/client-message.schema.json'),
)
const configs = createAjv({ useDefaults: true })
  .addKeyword('patternErrorMessage')
  .compile(schemaOf('beluna-gateway.schema.json'))

/** A change at a random place of a JSON value: another value, one more field, or one less. */
const changed = (values: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      fc.constantFrom(...values),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.constantFrom('set', 'add', 'remove'),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('text', 'user', -1, 0.5, '', null)),
    )
    .map(([value, steps, how, other]) => {
      const copy = structuredClone(value)
      let at: unknown = copy
      for (const [index, step] of steps.entries()) {
        if (typeof at !== 'object' || at === null) break
        const names = Object.keys(at)
        const name = names[step % names.length]
        if (name === undefined) break
        const next: unknown = Reflect.get(at, name)
        if (index === steps.length - 1 || typeof next !== 'object' || next === null) {
          if (how === 'remove') Reflect.deleteProperty(at, name)
          else Reflect.set(at, how === 'add' ? `${name}_` : name, other)
          break
        }
        at = next
      }
      return copy
    })

test('messages: the verdicts are the same for every example and for what becomes of them', () => {
  for (const { message, name } of validMessages) assert.ok(ahead.fitsClientMessage(message), name)
  const refused = invalidMessages.filter(({ refused_by }) => refused_by === 'schema')
  assert.ok(refused.length > 5)
  for (const { message, name } of refused) assert.ok(!ahead.fitsClientMessage(message), name)
  let kept = 0
  fc.assert(
    fc.property(changed(validMessages.map(({ message }) => message)), (message) => {
      const verdict = messages(message)
      if (verdict) kept += 1
      assert.equal(ahead.fitsClientMessage(message), verdict)
    }),
    { numRuns: 2_000 },
  )
  assert.ok(kept > 20 && kept < 1_980, `${kept} of 2,000 were valid`)
})

test('configurations: the verdicts and the defaults are the same', () => {
  const example = schemaOf('config.example.json')
  const full = {
    targets: {
      a: {
        dialect: 'openai_chat',
        credential: { env: 'KEY' },
        endpoint: 'http://127.0.0.1:1/v1',
        quirks: { preset: 'ollama', strict: false },
        models: { m: { capabilities: { vision: true }, context_window: 8_192 } },
        timeouts: { connect_timeout_ms: 100 },
        pricing: { m: { input: '1.5', output: 2 } },
      },
    },
    routes: { r: [{ target: 'a', model: 'm' }] },
    limits: { max_in_flight: 3 },
  }
  fc.assert(
    fc.property(changed([example, full]), (config) => {
      const [ours, theirs] = [structuredClone(config), structuredClone(config)]
      const verdict = configs(theirs)
      assert.equal(ahead.fitsConfig(ours), verdict)
      if (verdict) assert.deepEqual(ours, theirs)
    }),
    { numRuns: 1_000 },
  )
})
