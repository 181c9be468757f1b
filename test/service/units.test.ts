// The service's files, judged by the tools of those who read them.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import type { ServicePlan } from '../../src/cli/service-plan.ts'
import { directory } from '../cli/desk.ts'
import { absent, fileOf, planned } from './installed.ts'

const MOST_EXPOSED = 1.5

async function written(plan: ServicePlan, into: string): Promise<string[]> {
  const paths = plan.files.map(({ path }) => join(into, basename(path)))
  await Promise.all(paths.map((path, index) => writeFile(path, plan.files[index]?.text ?? '')))
  return paths
}

for (const scope of ['system', 'user'] as const)
  test(`systemd finds nothing to complain of in the ${scope}'s units, whatever the paths are like`, async (t) => {
    const why = absent('systemd-analyze')
    if (why) return t.skip(why)
    for (const config of ['/etc/beluna-gateway/config.yaml', '/srv/a b/100%/config.yaml']) {
      await using here = await directory()
      const paths = await written(planned({ scope, config }), here.path)
      const options = {
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          HOME: here.path,
          XDG_RUNTIME_DIR: here.path,
          LC_ALL: 'C',
        },
      } as const
      const { status, stdout, stderr } = spawnSync(
        'systemd-analyze',
        [`--${scope}`, 'verify', ...paths],
        options,
      )
      assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
    }
  })

test(`the system's service is exposed by at most ${MOST_EXPOSED} of 10`, async (t) => {
  const why = absent('systemd-analyze')
  if (why) return t.skip(why)
  await using here = await directory()
  const [service = ''] = await written(planned({}), here.path)
  const threshold = `--threshold=${MOST_EXPOSED * 10}`
  const args = ['security', '--offline=true', '--no-pager', threshold, service]
  const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  const exposure = Number(/Overall exposure level for .+: ([\d.]+)/.exec(stdout)?.[1])
  assert.ok(exposure > 0 && exposure <= MOST_EXPOSED, stdout)
  assert.equal(status, 0)
})

test('paths stand in a unit as systemd reads them', () => {
  const text = fileOf(planned({ config: '/srv/a b/100%/config.yaml' }), 'beluna-gateway.service')
  assert.match(text, / serve --config "\/srv\/a b\/100%%\/config\.yaml"\n/)
  assert.match(
    text,
    /# LoadCredential=openai_api_key:\/srv\/a b\/100%%\/credentials\/openai_api_key\n/,
  )
  for (const config of ['/srv/$HOME/c.yaml', '/srv/"/c.yaml', '/srv/\n/c.yaml'])
    assert.match(planned({ config }).obstacles.join(), /a unit cannot name/)
})

test("every key file beside the configuration becomes a credential of the system's service", async () => {
  await using here = await directory()
  const keys = join(here.path, 'etc/beluna-gateway/credentials')
  await mkdir(keys, { recursive: true })
  for (const name of ['openai', 'anthropic', 'not a name'])
    await writeFile(join(keys, name), 'sk-never-told')
  const text = fileOf(planned({ root: here.path }), 'beluna-gateway.service')
  assert.deepEqual(text.match(/^LoadCredential=.*$/gm), [
    'LoadCredential=anthropic:/etc/beluna-gateway/credentials/anthropic',
    'LoadCredential=openai:/etc/beluna-gateway/credentials/openai',
  ])
  assert.doesNotMatch(text, /sk-never-told/)
})

test('no placeholder is left in any file', () => {
  const plans = [
    planned({}),
    planned({ scope: 'user' }),
    planned({ platform: 'darwin', scope: 'user' }),
  ]
  for (const { text, path } of plans.flatMap(({ files }) => files))
    assert.doesNotMatch(text, /@[A-Z]+@/, path)
})

test('a service of the system cannot run from a home, and none from a cache', () => {
  const { obstacles } = planned({ config: '/home/someone/config.yaml' })
  assert.match(obstacles.join(), /sees no homes .* not \/home\/someone\/config\.yaml/)
  assert.deepEqual(planned({ scope: 'user', config: '/home/someone/config.yaml' }).obstacles, [])
})

test('the agent for launchd is a sound property list, with paths of any kind', async (t) => {
  const why = absent('python3')
  if (why) return t.skip(why)
  const config = '/Users/some one/<&>/config.yaml'
  const env = { HOME: '/Users/some one' }
  const plan = planned({ platform: 'darwin', scope: 'user', env, config })
  assert.deepEqual(
    plan.files.map(({ path }) => path),
    ['/Users/some one/Library/LaunchAgents/org.beluna.gateway.plist'],
  )
  const { status, stdout, stderr } = spawnSync(
    'python3',
    [
      '-c',
      'import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))',
    ],
    { input: plan.files[0]?.text, encoding: 'utf8' },
  )
  assert.equal(status, 0, stderr)
  const list: unknown = JSON.parse(stdout)
  const limits = { Core: 0, NumberOfFiles: 8192 }
  assert.deepEqual(list, {
    Label: 'org.beluna.gateway',
    ProgramArguments: [
      process.execPath,
      '--max-old-space-size=384',
      '--disable-proto=delete',
      '--disable-sigusr1',
      join(import.meta.dirname, '../../bin/beluna-gateway'),
      'serve',
      '--config',
      config,
    ],
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 10,
    ExitTimeOut: 35,
    ProcessType: 'Interactive',
    Umask: 0o077,
    SoftResourceLimits: limits,
    HardResourceLimits: limits,
    StandardErrorPath: '/Users/some one/Library/Logs/beluna-gateway.log',
  })
})
