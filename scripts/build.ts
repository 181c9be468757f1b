// Compiles src/ to dist/, from nothing each time and the same bytes for the same sources. `--out DIR` builds elsewhere.
import { spawnSync } from 'node:child_process'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { validatorsAhead } from './ahead.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } })
const dist = resolve(values.out)
const compiler = join(root, 'node_modules/.bin/tsc')

await rm(dist, { recursive: true, force: true })
await mkdir(dist, { recursive: true })
// The compiler lays out src/ and the imported schemas/ side by side. Only src/ is kept, one step up: as deep as it was, so that
// `../../schemas/…` leads to the package's own schemas.
const tree = join(dist, '.tree')
const args = ['--project', join(root, 'tsconfig.build.json'), '--outDir', tree]
const { status, error } = spawnSync(compiler, args, { stdio: 'inherit', timeout: 120_000 })
if (status === 0) {
  for (const name of await readdir(join(tree, 'src')))
    await rename(join(tree, 'src', name), join(dist, name))
  await rm(tree, { recursive: true })
  await writeFile(join(dist, 'protocol/ahead.js'), validatorsAhead())
} else {
  console.error(`the build failed${error ? `: ${error.message}` : ''}`)
  await rm(dist, { recursive: true })
  process.exitCode = 1
}
