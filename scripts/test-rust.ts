// Holds the Rust client against the schemas, the golden examples and a real daemon; with --write it generates the types anew first.
// Without cargo, or without its registry, it says so and passes: the daemon itself needs no Rust.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const crate = fileURLToPath(new URL('../clients/rust', import.meta.url))
const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
// Outside the clone, so that nothing walks through build products; kept between runs.
const target = process.env['CARGO_TARGET_DIR'] ?? join(tmpdir(), 'beluna-gateway-cargo')
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  CARGO_TARGET_DIR: target,
  CARGO_NET_RETRY: '1',
}
const UNREACHABLE = /download|network|resolve host|connect|timed out|timeout|offline|SSL|spurious/i

/** Runs cargo to its end; the output is shown, or with `quiet` returned where it failed. */
function cargo(args: readonly string[], quiet = false): { passed: boolean; complaint: string } {
  const stdio = quiet ? 'pipe' : 'inherit'
  const options = { cwd: crate, env: environment, encoding: 'utf8', stdio } as const
  const { status, stderr, error } = spawnSync('cargo', args, options)
  return { passed: status === 0, complaint: error?.message ?? stderr ?? '' }
}

/** Why nothing can be built here; null: it can. */
function obstacle(): string | null {
  if (!cargo(['--version'], true).passed) return 'cargo is not installed'
  const fetched = cargo(['fetch', '--quiet', '--target', host()], true)
  if (fetched.passed) return null
  if (!UNREACHABLE.test(fetched.complaint)) return null // A fault of ours, which the first step will show.
  environment['CARGO_NET_OFFLINE'] = 'true'
  if (cargo(['fetch', '--quiet', '--target', host()], true).passed) return null
  return `cargo's registry cannot be reached: ${fetched.complaint.trim().split('\n').at(-1)?.trim()}`
}

function host(): string {
  const { stdout } = spawnSync('cargo', ['-vV'], { encoding: 'utf8' })
  return /^host: (.+)$/m.exec(stdout ?? '')?.[1] ?? ''
}

/** A step that needs a part of the toolchain which may be missing. */
function optional(component: string, ...args: readonly string[]): boolean {
  if (cargo([component, '--version'], true).passed) return cargo([component, ...args]).passed
  console.log(`skipped: cargo ${component} is not installed`)
  return true
}

const skipped = obstacle()
if (skipped !== null) {
  console.log(`skipped: the Rust client is not tested, ${skipped}`)
} else {
  if (!existsSync(node)) console.log(`skipped: the tests against a daemon, there is no ${node}`)
  const mode = process.argv.includes('--write') ? [] : ['--', '--check']
  const passed =
    cargo(['run', '--quiet', '--package', 'generate', ...mode]).passed &&
    optional('fmt', '--all', '--', '--check') &&
    optional('clippy', '--quiet', '--all-targets', '--', '-D', 'warnings') &&
    cargo(['test', '--quiet']).passed
  process.exitCode = passed ? 0 : 1
}
