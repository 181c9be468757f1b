// Real processes for tests: started, listened to line by line, and ended with the test.
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const DAEMON = fileURLToPath(new URL('canned-daemon.ts', import.meta.url))

/** Whatever the process must not outlive: a test, or (`after` of node:test) a file of tests. */
export interface Scope {
  after(end: () => void): void
}

export interface Running {
  readonly child: ChildProcess
  /** The next line of its output; null: it has ended. */
  readonly next: () => Promise<string | null>
  /** Resolves with the exit status once it has ended, null where a signal ended it. */
  readonly exited: Promise<number | null>
  readonly stderr: () => string
}

export function run(
  t: Scope,
  command: string,
  args: readonly string[],
  {
    stdin = null,
    env = {},
    fds = [],
  }: { stdin?: string | null; env?: NodeJS.ProcessEnv; fds?: number[] } = {},
): Running {
  const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', ...fds]
  const child = spawn(command, args, { stdio, env: { ...process.env, ...env } })
  t.after(() => child.kill('SIGKILL'))
  const { stdin: input, stdout: output, stderr: errors } = child
  if (!input || !output || !errors) throw new Error('no pipes')
  input.on('error', () => undefined)
  if (stdin !== null) input.end(stdin)
  let said = ''
  errors.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const lines = createInterface({ input: output })[Symbol.asyncIterator]()
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const next = async (): Promise<string | null> => {
    const result = await lines.next()
    return result.done === true ? null : result.value
  }
  return { child, next, exited, stderr: () => said }
}

/** The canned daemon, listening at `path`; see there for what it says. */
export function daemon(
  t: Scope,
  path: string,
  options: { mode?: string; env?: NodeJS.ProcessEnv; fds?: number[]; flags?: string[] } = {},
): Running {
  const args = [...(options.flags ?? []), DAEMON, path, options.mode ?? '600']
  return run(t, process.execPath, args, options)
}
