// The service command, with a stand-in for the service manager that writes down how it was called.
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { service } from '../../src/cli/service.ts'
import { directory, type Written } from './desk.ts'

const linux = process.platform === 'linux' ? {} : { skip: 'systemd is of Linux' }
const UNITS = ['beluna-gateway.service', 'beluna-gateway.socket']

interface Place extends AsyncDisposable {
  readonly home: string
  readonly units: string
  /** The manager's answer to the next calls: its exit status. */
  answer(status: number): Promise<void>
  /** How the manager was called so far. */
  calls(): Promise<string[]>
  /** Every file in the home. */
  files(): Promise<string[]>
  call(argv: readonly string[], typing?: string | null): Promise<Written>
}

async function place(): Promise<Place> {
  const { path, [Symbol.asyncDispose]: remove } = await directory()
  const home = join(path, 'home')
  const log = join(path, 'calls')
  const manager = join(path, 'systemctl')
  await mkdir(home)
  await writeFile(log, '')
  const answer = (status: number): Promise<void> =>
    writeFile(manager, `#!/bin/sh\necho "$@" >> '${log}'\necho said so\nexit ${status}\n`, {
      mode: 0o755,
    })
  await answer(0)
  return {
    home,
    units: join(home, '.config/systemd/user'),
    answer,
    calls: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== ''),
    files: async () =>
      (await readdir(home, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .toSorted(),
    async call(argv, typing = null) {
      const stdout = new PassThrough()
      const stderr = new PassThrough()
      const out = text(stdout)
      const err = text(stderr)
      const stdin = Object.assign(Readable.from(typing === null ? [] : [typing]), {
        isTTY: typing !== null,
      })
      const io = { stdin, stdout, stderr, env: { HOME: home, PATH: path } }
      const status = await service(argv, io).finally(() => {
        stdout.end()
        stderr.end()
      })
      return { status, out: await out, err: await err }
    },
    [Symbol.asyncDispose]: remove,
  }
}

test('what was not agreed to is not done', linux, async () => {
  await using here = await place()
  const steps = [
    ...UNITS.map((unit) => `write ${join(here.units, unit)}`),
    'run systemctl --user daemon-reload',
    'run systemctl --user enable --now beluna-gateway.socket',
    'run systemctl --user try-restart beluna-gateway.service',
    '',
  ].join('\n')
  const dry = await here.call(['install', '--user', '--dry-run'])
  assert.deepEqual([dry.status, dry.out], [0, steps])
  assert.match(dry.err, /config\.yaml is not there yet/)
  await assert.rejects(here.call(['install', '--user']), /--yes .* --dry-run/)
  for (const typing of ['n\n', '\n', ''])
    assert.deepEqual(await here.call(['install', '--user'], typing), {
      status: 130,
      out: `${steps}nothing was changed\n`,
      err: `${dry.err}Go on? [y/N] `,
    })
  assert.deepEqual([await here.files(), await here.calls()], [[], []])
})

test('install writes the units and starts the socket; uninstall undoes it', linux, async () => {
  await using here = await place()
  const { status, out } = await here.call(['install', '--user'], 'y\n')
  assert.equal(status, 0)
  assert.match(out, /it listens at \$XDG_RUNTIME_DIR\/beluna-gateway\/gateway\.sock\n$/)
  assert.deepEqual(await here.files(), UNITS)
  const told = await here.call(['status', '--user'])
  assert.deepEqual(told, {
    status: 0,
    out: `${UNITS.map((unit) => `${join(here.units, unit)}: installed\n`).join('')}said so\n`,
    err: '',
  })
  assert.equal((await here.call(['uninstall', '--user', '--yes'])).status, 0)
  assert.deepEqual(await here.files(), [])
  assert.deepEqual(await here.calls(), [
    '--user daemon-reload',
    '--user enable --now beluna-gateway.socket',
    '--user try-restart beluna-gateway.service',
    `--user status --no-pager --lines=5 ${UNITS.join(' ')}`,
    `--user disable --now ${UNITS.join(' ')}`,
    '--user daemon-reload',
  ])
  assert.deepEqual(await here.call(['uninstall', '--user', '--yes']), {
    status: 0,
    out: 'nothing is installed\n',
    err: '',
  })
  assert.equal((await here.call(['status', '--user'])).status, 1)
})

test('what was changed by hand is seen, and put right by a new install', linux, async () => {
  await using here = await place()
  const staged = ['--user', '--root', '/']
  await here.call(['install', '--yes', ...staged])
  const unit = join(here.units, 'beluna-gateway.service')
  const installed = await readFile(unit, 'utf8')
  await writeFile(unit, `${installed}#\n`)
  const told = await here.call(['status', ...staged])
  assert.equal(told.status, 1)
  assert.match(
    told.out,
    /beluna-gateway\.service: differs .*\n.*beluna-gateway\.socket: installed\n$/,
  )
  assert.match(
    (await here.call(['install', '--yes', ...staged])).out,
    /^replace .*\nkeep .* as it is\n$/,
  )
  assert.equal(await readFile(unit, 'utf8'), installed)
})

test('what an earlier install was told need not be told again', linux, async () => {
  await using here = await place()
  const root = ['--root', join(here.home, 'stage')]
  for (const config of ['/srv/a b/100%/config.yaml', '/srv/c.json']) {
    for (const [scope, ...told] of [['--user'], ['--system', '--group', 'models']] as const) {
      await here.call(['install', '--yes', scope, ...root, '--config', config, ...told])
      const again = await here.call(['install', '--yes', scope, ...root])
      assert.match(again.out, /^keep .*\nkeep .*\n$/)
      assert.equal((await here.call(['status', scope, ...root])).status, 0)
    }
  }
})

test('with --root the files are staged, and the manager is left alone', linux, async () => {
  await using here = await place()
  const root = join(here.home, 'stage')
  for (const [action, files] of [
    ['install', UNITS],
    ['uninstall', []],
  ] as const) {
    assert.equal((await here.call([action, '--system', '--yes', '--root', root])).status, 0)
    assert.deepEqual(await here.files(), files)
  }
  assert.deepEqual(await here.calls(), [])
})

test('a step that fails is told with what to do, and is the last', linux, async () => {
  await using here = await place()
  await here.answer(1)
  const { status, err } = await here.call(['install', '--user', '--yes'])
  assert.equal(status, 1)
  assert.match(err, /systemctl --user daemon-reload failed; .*\n.*service uninstall --user\n$/)
  assert.deepEqual(await here.calls(), ['--user daemon-reload'])
})

test(
  'print gives the files as they would be installed, with the configuration that is there, and says if that is unsound',
  linux,
  async () => {
    await using here = await place()
    const config = join(here.home, '.config/beluna-gateway/config.json')
    await mkdir(join(config, '..'), { recursive: true })
    await writeFile(config, '{}')
    const { err: doubts } = await here.call(['print', '--user'])
    const note = `note: ${config} has mistakes; see: beluna-gateway check --config ${config}\n`
    assert.equal(doubts, note)
    await writeFile(
      config,
      '{"targets": {"a": {"dialect": "gemini", "credential": "none", "any_model": true}}}',
    )
    const { out, err } = await here.call(['print', '--user'])
    assert.equal(err, '')
    await here.call(['install', '--user', '--yes'])
    const files = await Promise.all(
      UNITS.map(async (unit) => {
        const path = join(here.units, unit)
        return `# ${path}\n${await readFile(path, 'utf8')}\n`
      }),
    )
    assert.equal(out, files.join(''))
    assert.ok(out.includes(` serve --config ${config}\n`))
  },
)

test('a call that makes no sense is refused', async () => {
  await using here = await place()
  const two = ['print', '--user', '--system']
  for (const argv of [[], ['start'], ['constructor'], two, ['print', '--group', 'a b']])
    await assert.rejects(here.call(argv), { name: 'UsageError' })
})
