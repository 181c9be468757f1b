// Holds the Rust types against the schemas and the golden examples; with --write it generates the types anew first.
// Without cargo it says so and passes: the daemon itself needs no Rust.
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const crate = fileURLToPath(new URL('../clients/rust', import.meta.url))
// Outside the clone, so that nothing walks through build products; kept between runs.
const target = process.env['CARGO_TARGET_DIR'] ?? join(tmpdir(), 'beluna-gateway-cargo')

function cargo(...args: string[]): boolean {
  const options = { cwd: crate, env: { ...process.env, CARGO_TARGET_DIR: target } }
  return spawnSync('cargo', args, { ...options, stdio: 'inherit' }).status === 0
}

if (spawnSync('cargo', ['--version']).error) {
  console.log('skipped: cargo is not installed, so the Rust types are not tested')
} else {
  const mode = process.argv.includes('--write') ? [] : ['--', '--check']
  const passed =
    cargo('run', '--quiet', '--locked', '--package', 'generate', ...mode) &&
    cargo('test', '--quiet', '--locked')
  process.exitCode = passed ? 0 : 1
}
