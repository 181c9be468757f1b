// Holds the house's layers: reads every import in src/ and the words that only some rooms may use.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const SRC = fileURLToPath(new URL('../src', import.meta.url))
const LEVEL: Readonly<Record<string, number>> = {
  protocol: 0,
  dialects: 1,
  transport: 1,
  resilience: 1,
  config: 1,
  telemetry: 1,
  gateway: 2,
  server: 3,
  cli: 4,
  'main.ts': 4,
}

interface Source {
  readonly path: string
  readonly room: string
  readonly text: string
  readonly imports: readonly string[]
}

const sources: Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8')
    const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
    const imports = [...code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
      (match) => match[1] ?? '',
    )
    return { path, room: path.split('/')[0] ?? '', text: code, imports }
  })

const roomOf = (source: Source, specifier: string): string =>
  relative(SRC, resolve(dirname(join(SRC, source.path)), specifier)).split('/')[0] ?? ''

const breaches = (isBreach: (source: Source) => boolean): string[] =>
  sources.filter(isBreach).map(({ path }) => path)

const importing = (name: string, allowed: (source: Source) => boolean): string[] =>
  breaches(
    (source) =>
      source.imports.some((specifier) => specifier === name || specifier.startsWith(`${name}/`)) &&
      !allowed(source),
  )

test('there are sources to judge, and every room has a place', () => {
  assert.ok(sources.length > 40)
  const known = new Set([...Object.keys(LEVEL), 'client', 'simulator'])
  assert.deepEqual(
    breaches(({ room }) => !known.has(room)),
    [],
  )
})

test('a lower layer never imports a higher one, and peers never import each other', () => {
  const found: string[] = []
  for (const source of sources) {
    const level = LEVEL[source.room]
    if (level === undefined) continue
    for (const specifier of source.imports.filter((each) => each.startsWith('.'))) {
      const room = roomOf(source, specifier)
      if (
        room === source.room ||
        room === '..' ||
        (level === 4 && room in { client: 0, simulator: 0, cli: 0, 'main.ts': 0 })
      )
        continue
      const other = LEVEL[room]
      if (other === undefined || other > level || (other === level && level < 4))
        found.push(`${source.path} imports ${specifier}`)
    }
  }
  assert.deepEqual(found, [])
})

test('the client imports the protocol alone, the simulator nothing of the gateway, and only the cli imports the simulator', () => {
  const found: string[] = []
  for (const source of sources)
    for (const specifier of source.imports.filter((each) => each.startsWith('.'))) {
      const room = roomOf(source, specifier)
      if (source.room === 'client' && room !== 'client' && room !== 'protocol')
        found.push(`${source.path}: ${specifier}`)
      if (source.room === 'simulator' && room !== 'simulator')
        found.push(`${source.path}: ${specifier}`)
      if (room === 'simulator' && source.room !== 'simulator' && source.room !== 'cli')
        found.push(`${source.path}: ${specifier}`)
    }
  assert.deepEqual(found, [])
})

const inRooms =
  (...rooms: string[]) =>
  (source: Source) =>
    rooms.includes(source.room)

test('each outside part is known to its own room only', () => {
  assert.deepEqual(importing('node:net', inRooms('server', 'client', 'simulator')), [])
  assert.deepEqual(importing('undici', inRooms('transport')), [])
  assert.deepEqual(
    importing('opossum', ({ path }) => path === 'resilience/breaker.ts'),
    [],
  )
  assert.deepEqual(
    importing('eventsource-parser', ({ path }) => path === 'transport/sse.ts'),
    [],
  )
  assert.deepEqual(importing('yaml', inRooms('config')), [])
})

test('process.env is read in main, cli and config only; timers run in resilience/deadline and telemetry only', () => {
  assert.deepEqual(
    breaches(
      (source) =>
        /\bprocess\.env\b/.test(source.text) && !['main.ts', 'cli', 'config'].includes(source.room),
    ),
    [],
  )
  assert.deepEqual(
    breaches(
      (source) =>
        /\b(setTimeout|setInterval)\s*\(/.test(source.text) &&
        source.path !== 'resilience/deadline.ts' &&
        source.room !== 'telemetry' &&
        source.room !== 'simulator',
    ),
    [],
  )
})

const parsesJson = (source: Source): boolean =>
  /^(protocol\/(validate|json-scan)\.ts|dialects\/shared\/|config\/|client\/|simulator\/|cli\/(replay|demo)\.ts)/.test(
    source.path,
  )

test('foreign bytes are parsed as JSON in few rooms', () => {
  assert.deepEqual(
    breaches((source) => /\bJSON\.parse\(/.test(source.text) && !parsesJson(source)),
    [],
  )
})

test('a dialect has no sockets, clocks, randomness or logs', () => {
  const impure =
    /\b(Date\.now|new Date\(\)|performance\.|Math\.random|randomUUID|console\.|process\.|setImmediate|fetch\()/
  assert.deepEqual(
    breaches((source) => source.room === 'dialects' && impure.test(source.text)),
    [],
  )
})
