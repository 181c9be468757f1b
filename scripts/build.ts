// Builds dist/ from src/, from nothing each time and the same bytes for the same sources. `--out DIR` builds elsewhere.
// The compiler checks and writes the types; the code goes into a few files, because looking up two hundred took a third of the start.
import { spawnSync } from 'node:child_process'
import { glob, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build, type Plugin } from 'esbuild'
import { validatorsAhead } from './ahead.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } })
const dist = resolve(values.out)
const compiler = join(root, 'node_modules/.bin/tsc')
/** What the compiler writes, for as long as the build takes. */
const tree = join(dist, '.tree')

/** Stays a file of its own: a third of a megabyte that is written already. */
const AHEAD = 'ahead.js'
const ahead: Plugin = {
  name: 'ahead',
  setup: (builder) =>
    builder.onResolve({ filter: /\/ahead\.js$/ }, () => ({ path: `./${AHEAD}`, external: true })),
}

/** Two entries and what they share. All code lies as deep as in src/, so that `../../schemas` leads to the package's own. */
async function bundle(): Promise<void> {
  await build({
    entryPoints: ['cli/run.js', 'client/index.js'].map((entry) => join(tree, entry)),
    outdir: dist,
    absWorkingDir: tree,
    outbase: tree,
    chunkNames: 'cli/[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    charset: 'utf8',
    logLevel: 'warning',
    plugins: [ahead],
  })
  await writeFile(join(dist, 'cli', AHEAD), validatorsAhead())
  // What the client's users see.
  for await (const types of glob('{client,protocol}/*.d.ts', { cwd: tree })) {
    await mkdir(dirname(join(dist, types)), { recursive: true })
    await rename(join(tree, types), join(dist, types))
  }
}

await rm(dist, { recursive: true, force: true })
await mkdir(dist, { recursive: true })
const args = ['--project', join(root, 'tsconfig.build.json'), '--outDir', tree]
const { status, error } = spawnSync(compiler, args, { stdio: 'inherit', timeout: 120_000 })
if (status === 0) {
  await bundle()
  await rm(tree, { recursive: true })
} else {
  console.error(`the build failed${error ? `: ${error.message}` : ''}`)
  await rm(dist, { recursive: true })
  process.exitCode = 1
}
