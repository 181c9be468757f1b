// Builds one executable file with Node, this package and its dependencies in it: `node scripts/build-sea.ts --out FILE`. Needs a Node whose
// executables can hold a tree of files (26), and works offline. The code finds its files beside itself, as everywhere else.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const FIRST_MAJOR = 26
/** What the code reads when it runs, beside itself. */
const OURS = ['bin', 'schemas', 'service', 'package.json', 'beluna-gateway.schema.json']
const NEEDLESS = /\.(d\.[cm]?ts|map|md|markdown)$|\/(test|tests|benchmarks?|docs)\//
/** The same as the units in service/ say. */
const FLAGS = ['--disable-proto=delete', '--disable-sigusr1']

/** The demo and the units call it as they would call Node: with flags and the launcher's path first. */
const MAIN = `const { run } = await import('./dist/cli/run.js')
const words = process.argv.slice(2)
const first = words.findIndex((word) => !word.startsWith('--'))
if (words[first]?.endsWith('/bin/beluna-gateway')) words.splice(0, first + 1)
process.exitCode = await run(words, process)
`

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every file under some paths of a directory, as what it is called in the executable and where it is. */
async function filesOf(base: string, ...paths: string[]): Promise<[string, string][]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      if (path.endsWith('.json')) return [join(base, path)]
      const entries = await readdir(join(base, path), { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    }),
  )
  return found.flat().map((file) => [relative(base, file), file])
}

/** The directories of the dependencies, as npm knows them. */
function dependencies(): string[] {
  const args = ['ls', '--omit=dev', '--all', '--parseable']
  const listed = execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
  const paths = listed.toString().trimEnd().split('\n').slice(1)
  return paths.map((path) => relative(root, path)).filter((path) => path.startsWith('node_modules'))
}

const { values } = parseArgs({ options: { out: { type: 'string' } } })
if (values.out === undefined) throw new Error('say where to: --out FILE')
if (Number.parseInt(process.versions.node, 10) < FIRST_MAJOR)
  throw new Error(`needs Node ${FIRST_MAJOR} or newer, this is ${process.versions.node}`)

const work = await mkdtemp(join(tmpdir(), 'beluna-gateway-sea-'))
try {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts'), '--out', join(work, 'dist')])
  const files = [
    ...(await filesOf(work, 'dist')),
    ...(await filesOf(root, ...OURS, ...dependencies())),
  ]
  const config = {
    main: join(work, 'main.mjs'),
    mainFormat: 'module',
    output: resolve(values.out),
    useVfs: true,
    disableExperimentalSEAWarning: true,
    execArgv: FLAGS,
    assets: Object.fromEntries(files.filter(([name]) => !NEEDLESS.test(name))),
  }
  await writeFile(config.main, MAIN)
  await writeFile(join(work, 'sea.json'), JSON.stringify(config))
  execFileSync(process.execPath, ['--build-sea', join(work, 'sea.json')], { stdio: 'inherit' })
} finally {
  await rm(work, { recursive: true, force: true })
}
