// The commands that only tell: help, version, schema, and check.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { COMMANDS } from '../../src/cli/run.ts'
import { directory, typed } from './desk.ts'

const read = (file: string): Promise<string> =>
  readFile(new URL(`../../${file}`, import.meta.url), 'utf8')

test('every command has a page that opens with its usage and ends with an example', async () => {
  for (const name of Object.keys(COMMANDS).filter((command) => command !== 'help')) {
    const { status, out, err } = await typed(['help', name])
    assert.deepEqual([status, err], [0, ''])
    assert.match(out, new RegExp(`^beluna-gateway ${name}\\b`))
    assert.match(out, new RegExp(`\\n {2}(?:.* \\| )?beluna-gateway ${name}\\b[^\\n]*\\n$`))
    assert.deepEqual(await typed([name, '--help']), { status, out, err })
  }
})

test('no page is wider than a terminal usually is', async () => {
  for (const name of ['help', ...Object.keys(COMMANDS)]) {
    const { out } = await typed(['help', name])
    assert.deepEqual(
      out.split('\n').filter((line) => line.length > 80),
      [],
    )
  }
})

test('the overview names every command, and is shown where none is given', async () => {
  const { status, out } = await typed([])
  assert.equal(status, 0)
  for (const name of Object.keys(COMMANDS)) assert.match(out, new RegExp(`beluna-gateway ${name}`))
  for (const argv of [['help'], ['--help'], ['-h']]) assert.equal((await typed(argv)).out, out)
})

test('a command that is none has exit status 2 and shows the way to help', async () => {
  const told = { status: 2, out: '' }
  assert.deepEqual(await typed(['sing']), {
    ...told,
    err: 'beluna-gateway: there is no command "sing"; see: beluna-gateway help\n',
  })
  for (const word of ['sing', 'constructor'])
    assert.deepEqual(await typed(['help', word]), {
      ...told,
      err: `beluna-gateway: there is no command "${word}"; see: beluna-gateway help\n`,
    })
})

test('version is one line with the version of the package and of Node', async () => {
  const parse: (text: string) => { version: string } = JSON.parse
  const { version } = parse(await read('package.json'))
  const line = `beluna-gateway ${version} (node ${process.versions.node})\n`
  for (const argv of [['version'], ['--version'], ['-v']])
    assert.deepEqual(await typed(argv), { status: 0, out: line, err: '' })
})

test('schema prints the shipped files, one by name or all as one object', async () => {
  const files = {
    message: 'schemas/client-message.schema.json',
    event: 'schemas/gateway-event.schema.json',
    config: 'beluna-gateway.schema.json',
  }
  const all: Record<string, unknown> = {}
  for (const [name, file] of Object.entries(files)) {
    const { status, out } = await typed(['schema', name])
    assert.deepEqual([status, out], [0, await read(file)])
    all[name] = JSON.parse(out)
  }
  assert.deepEqual(JSON.parse((await typed(['schema'])).out), all)
  const unknown = await typed(['schema', 'events'])
  assert.deepEqual([unknown.status, unknown.out], [2, ''])
})

test('check prints what would run, with the same facts as JSON', async () => {
  await using here = await directory()
  const config = join(here.path, 'config.yaml')
  await writeFile(
    config,
    'default_target: local\nroutes: {both: [local, local/b]}\ntargets:\n' +
      '  local: {dialect: openai_chat, endpoint: http://127.0.0.1:1/v1, credential: {env: NO_KEY}, models: {a: {}, b: {}}, default_model: a}\n',
  )
  const page = await typed(['check', '--config', config])
  assert.equal(page.status, 0)
  assert.match(page.out, /^.+config\.yaml is sound\nsocket \//)
  assert.match(page.out, /local \(default\) openai_chat http:\/\/127\.0\.0\.1:1\/v1\n/)
  assert.match(page.out, /both → local\/a → local\/b/)
  assert.match(page.out, /warning: target "local" has no credential yet/)
  const { status, out } = await typed(['check', '--json', '--config', config])
  const parse: (text: string) => Record<string, unknown> = JSON.parse
  const report = parse(out)
  assert.deepEqual([status, report['default_target'], report['source']], [0, 'local', config])
})

test('check lists every mistake with its line and ends with 78', async () => {
  await using here = await directory()
  const config = join(here.path, 'config.json')
  await writeFile(
    config,
    '{\n  "targets": {\n    "a": { "dialect": "openai", "credential": "none" }\n  },\n  "socket_pth": "x"\n}\n',
  )
  const { status, out, err } = await typed(['check', '--config', config])
  assert.deepEqual([status, out], [78, ''])
  assert.match(err, /config\.json:3:\d+/)
  assert.match(err, /config\.json:5:\d+.*did you mean "socket_path"/)
})

test('check says where it looked when there is no configuration, and that a file is not there', async () => {
  await using here = await directory()
  const missing = join(here.path, 'none.json')
  const { status, err } = await typed(['check', '--config', missing])
  assert.deepEqual([status, err.includes(missing)], [78, true])
})
