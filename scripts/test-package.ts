// Tries the package as a stranger would: packs it, installs it into an empty prefix, and runs it on every Node line it promises, and on
// one too old. Works in a temporary directory and leaves only dist/ behind.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SUPPORTED = ['22.19', '24', '26']
const TOO_OLD = '20'
const SHIPPED =
  /^(LICENSE|README\.md|CHANGELOG\.md|package\.json|config\.example\.json|beluna-gateway\.schema\.json|bin\/beluna-gateway|(dist|schemas|service|docs)\/.+)$/

const root = fileURLToPath(new URL('..', import.meta.url))
const signal = AbortSignal.timeout(900_000)

interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env = process.env,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd, env, signal, timeout: 150_000, maxBuffer: 1 << 24 }
    execFile(file, args, options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ status, stdout, stderr: status === -1 ? `${error?.message}\n${stderr}` : stderr })
    })
  })
}

async function must(file: string, args: readonly string[], cwd: string): Promise<string> {
  const { status, stdout, stderr } = await run(file, args, cwd)
  assert.equal(status, 0, `${file} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
  return stdout
}

/** The registry does not answer in time: nothing is known about the package then. */
class RegistrySlow extends Error {}

/** `npm install`, a second time where the first ran out of time. What npm itself refuses is a failure. */
async function npmInstall(args: readonly string[], cwd: string): Promise<void> {
  const all = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...args]
  const first = await run('npm', all, cwd)
  const { status, stdout, stderr } = first.status === -1 ? await run('npm', all, cwd) : first
  if (status === -1) throw new RegistrySlow(`npm ${all.join(' ')} ran out of time`)
  assert.equal(status, 0, `npm ${all.join(' ')} ended with ${status}\n${stdout}${stderr}`)
}

/** Packs what a build gives; the tarball's path. */
async function pack(work: string): Promise<string> {
  await must(process.execPath, ['scripts/build.ts'], root)
  await must('npm', ['pack', '--ignore-scripts', '--pack-destination', work], root)
  const name = (await readdir(work)).find((file) => file.endsWith('.tgz'))
  assert.ok(name, 'npm pack wrote no tarball')
  const listed = await must('tar', ['-tzf', name], work)
  const files = listed
    .trimEnd()
    .replaceAll(/^package\//gm, '')
    .split('\n')
  const strangers = files.filter((file) => !SHIPPED.test(file))
  assert.deepEqual(strangers, [], 'the package has files that nobody needs')
  return join(work, name)
}

/** Installs without running anyone's scripts, and says what came with it. */
async function install(tarball: string, prefix: string): Promise<void> {
  await mkdir(prefix)
  const global = ['--global', '--prefix', prefix]
  await npmInstall([...global, '--ignore-scripts', tarball], prefix)
  console.log((await must('npm', ['ls', ...global, '--all'], prefix)).trimEnd())
  const modules = join(prefix, 'lib/node_modules')
  const files = await readdir(modules, { recursive: true })
  const manifests = files.filter((file) => file.endsWith('/package.json'))
  const scripted: string[] = []
  for (const file of manifests)
    if (/"(pre|post)?install"\s*:/.test(await readFile(join(modules, file), 'utf8')))
      scripted.push(file)
  assert.deepEqual(scripted, [], 'a package wants to run a script when it is installed')
  const sizes = await Promise.all(files.map((file) => stat(join(modules, file))))
  const bytes = sizes.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0)
  console.log(`${(bytes / 1e6).toFixed(1)} MB installed, ${files.length} files, no install scripts`)
}

/** A Node of this line, from the `node` package; its path. */
async function obtainNode(version: string, work: string): Promise<string> {
  const place = join(work, `node-${version}`)
  await mkdir(place)
  await writeFile(join(place, 'package.json'), '{"private":true}')
  await npmInstall([`node@${version}`], place)
  return join(place, 'node_modules/node/bin/node')
}

interface Installed {
  readonly prefix: string
  /** An empty home and working directory. */
  readonly home: string
}

const call = (
  node: string,
  { prefix, home }: Installed,
  args: readonly string[],
): Promise<Outcome> =>
  run(node, [join(prefix, 'bin/beluna-gateway'), ...args], home, {
    HOME: home,
    PATH: '/usr/bin:/bin',
  })

async function tryOn(version: string, work: string, installed: Installed): Promise<void> {
  const node = await obtainNode(version, work)
  const example = join(installed.prefix, 'lib/node_modules/beluna-gateway/config.example.json')
  const expectations: [string[], RegExp][] = [
    [['version'], new RegExp(`^beluna-gateway \\S+ \\(node ${version.replace('.', '\\.')}\\.`)],
    [['help'], /beluna-gateway serve/],
    [['check', '--config', example], /./],
    [['demo'], /"type":"completed"/],
  ]
  for (const [args, expected] of expectations) {
    const { status, stdout, stderr } = await call(node, installed, args)
    const report = `beluna-gateway ${args.join(' ')} on Node ${version}\n${stdout}${stderr}`
    assert.equal(status, 0, report)
    assert.match(stdout, expected, report)
    assert.doesNotMatch(stderr, /Warning|Error/, report)
  }
  const client = `import { connect } from 'beluna-gateway/client'; console.log(typeof connect)`
  const lib = join(installed.prefix, 'lib')
  assert.equal(await must(node, ['--input-type=module', '--eval', client], lib), 'function\n')
  console.log(`ok: Node ${version}: version, help, check, demo, client`)
}

async function refuseOn(version: string, work: string, installed: Installed): Promise<void> {
  const node = await obtainNode(version, work)
  const { status, stdout, stderr } = await call(node, installed, ['version'])
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' })
  assert.match(stderr, /^beluna-gateway needs Node 22\.19 or newer, this is 20\.[\d.]+\n$/)
  console.log(`ok: Node ${version}: ${stderr.trimEnd()}`)
}

/** The shipped types are enough for a TypeScript caller. */
async function typeCheck({ prefix }: Installed): Promise<void> {
  const lib = join(prefix, 'lib')
  const code = `import { connect, type GatewayEvent } from 'beluna-gateway/client'
const client = await connect('/run/beluna-gateway/gateway.sock')
for await (const event of client.infer({ messages: [{ role: 'user', content: 'hi' }] })) {
  const same: GatewayEvent = event
  if (same.type === 'output_text_delta') console.log(same.delta.length)
  // @ts-expect-error: a misspelt field is found
  if (same.type === 'completed') console.log(same.finish_raeson)
}
`
  await writeFile(join(lib, 'caller.mts'), code)
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
  const flags = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', ...types]
  await must(join(root, 'node_modules/.bin/tsc'), [...flags, 'caller.mts'], lib)
  console.log('ok: the types, as a TypeScript caller sees them')
}

/** One executable with everything in it, where this Node can build one: in an empty home, with no Node to be found. */
async function trySingle(work: string, { home }: Installed): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < 26)
    return console.log('skipped: one executable file; it needs Node 26 to be built')
  const file = join(work, 'beluna-gateway')
  await must(process.execPath, ['scripts/build-sea.ts', '--out', file], root)
  const env = { HOME: home, PATH: '/nonexistent' }
  for (const [command, expected] of [
    ['version', /^beluna-gateway \S+ \(node /],
    ['schema', /client-message/],
    ['demo', /"type":"completed"/],
  ] as const) {
    const { status, stdout, stderr } = await run(file, [command], home, env)
    assert.deepEqual([status, stderr], [0, ''], `${command} of the executable\n${stdout}${stderr}`)
    assert.match(stdout, expected)
  }
  const { size } = await stat(file)
  console.log(`ok: one executable, ${(size / 1e6).toFixed(0)} MB: version, schema, demo`)
}

const work = await mkdtemp(join(tmpdir(), 'beluna-gateway-package-'))
try {
  const installed = { prefix: join(work, 'prefix'), home: join(work, 'home') }
  await mkdir(installed.home)
  await install(await pack(work), installed.prefix)
  await typeCheck(installed)
  await trySingle(work, installed)
  for (const version of SUPPORTED) await tryOn(version, work, installed)
  await refuseOn(TOO_OLD, work, installed)
} catch (error) {
  if (!(error instanceof RegistrySlow)) throw error
  console.log(`skipped: the rest of the package's test; ${error.message}`)
} finally {
  await rm(work, { recursive: true, force: true, maxRetries: 3 })
}
