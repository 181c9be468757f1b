// Configurations on disk for the tests of the room: a directory that goes with the test, and the shortest target that is valid.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { TargetConfig } from '../../src/config/config.gen.ts'
import { loadSnapshot, type Snapshot, type Target } from '../../src/config/snapshot.ts'
import { wireCapabilities } from '../../src/dialects/shared/capabilities.ts'

export const ENV = { HOME: '/home/someone', XDG_RUNTIME_DIR: '/run/user/1000' }
export const MINIMAL = { dialect: 'gemini', credential: 'none', any_model: true } as const
/** A wire that can say everything. */
export const WIRE = wireCapabilities([])

export function directory(t: Pick<TestContext, 'after'>): string {
  const path = mkdtempSync(join(tmpdir(), 'config-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

/** A file of its own directory; mode 0600 unless told otherwise, whatever the umask. */
export function file(
  t: Pick<TestContext, 'after'>,
  name: string,
  text: string,
  mode = 0o600,
): string {
  const path = join(directory(t), name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

export function load(t: TestContext, config: object, env: NodeJS.ProcessEnv = ENV): Snapshot {
  return loadSnapshot(file(t, 'config.json', JSON.stringify(config)), env)
}

/** The one target of a configuration. */
export function targetOf(
  t: TestContext,
  target: Partial<TargetConfig> = {},
  env: NodeJS.ProcessEnv = ENV,
): Target {
  const found = load(t, { targets: { a: { ...MINIMAL, ...target } } }, env).targets.get('a')
  if (!found) throw new Error('the target is gone')
  return found
}
