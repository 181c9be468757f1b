// A place to type the commands of a page in: an empty directory like a checkout, `npx` that finds this gateway, no keys, a port of its own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The port that the pages name. */
const PORT = '8089'

export interface Ended {
  readonly status: number | null
  /** stdout and stderr, as a terminal shows them. */
  readonly output: string
}

export interface Sandbox extends AsyncDisposable {
  readonly directory: string
  /** Runs a script to its end, but not for ever. */
  run(script: string): Promise<Ended>
  /** Starts a script and waits for it to say something. */
  start(script: string, until: string): Promise<void>
  write(file: string, content: string): Promise<void>
  /** The page's text with this sandbox's port in it, or back. */
  localize(content: string): string
  delocalize(content: string): string
}

export const isInstalled = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

const LONGEST_MS = 30_000

/** `cache`: a directory in which Node keeps what it compiled, so that a dozen starts cost little. */
export async function sandbox(cache: string): Promise<Sandbox> {
  const directory = await mkdtemp(join(tmpdir(), 'beluna-docs-'))
  const port = String(await freePort())
  const env = { ...(await furnish(directory)), NODE_COMPILE_CACHE: cache }
  const started: ChildProcess[] = []
  const localize = (content: string): string => content.replaceAll(PORT, port)
  const bash = (script: string): ChildProcess =>
    spawn('bash', ['-eo', 'pipefail', '-c', `exec 2>&1\n${localize(script)}`], {
      cwd: directory,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  return {
    directory,
    localize,
    delocalize: (content) => content.replaceAll(port, PORT),
    write: (file, content) => writeFile(join(directory, file), localize(content)),
    async run(script) {
      const child = bash(script)
      const timer = setTimeout(() => endGroup(child), LONGEST_MS)
      const output = child.stdout === null ? '' : await text(child.stdout)
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      clearTimeout(timer)
      return { status: child.exitCode, output }
    },
    async start(script, until) {
      const child = bash(script)
      started.push(child)
      await hears(child, until)
    },
    async [Symbol.asyncDispose]() {
      for (const child of started) {
        endGroup(child)
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      }
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The files of a checkout that the pages name, and an `npx` that costs no second. */
async function furnish(directory: string): Promise<NodeJS.ProcessEnv> {
  const bin = join(directory, '.bin')
  const module = join(directory, 'node_modules/beluna-gateway')
  await Promise.all([mkdir(bin), mkdir(module, { recursive: true })])
  for (const file of ['config.example.json', 'beluna-gateway.schema.json'])
    await copyFile(join(ROOT, file), join(directory, file))
  const shim = `#!/bin/sh\nshift\nexec "${process.execPath}" "${ROOT}bin/beluna-gateway" "$@"\n`
  await writeFile(join(bin, 'npx'), shim, { mode: 0o755 })
  const client = pathToFileURL(join(ROOT, 'src/client/index.ts')).href
  const exports = { './client': './client.js' }
  await writeFile(join(module, 'package.json'), JSON.stringify({ type: 'module', exports }))
  await writeFile(join(module, 'client.js'), `export * from '${client}'\n`)
  const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter)
  return { PATH: path, HOME: directory, LANG: 'C.UTF-8', PYTHONUNBUFFERED: '1' }
}

/** Waits for a text, and goes on reading afterwards, so that nobody writes into a closed pipe. */
function hears(child: ChildProcess, until: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => endGroup(child), LONGEST_MS)
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
      if (!said.includes(until)) return
      clearTimeout(timer)
      resolve()
    })
    child.once('close', () => {
      clearTimeout(timer)
      reject(new Error(`it never said "${until}":\n${said}`))
    })
  })
}

/** Ends what a script started, too: it leads a process group of its own. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // It has gone already.
  }
}

/** A port that is free, from below those that the kernel gives by itself: nobody else is given it before it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_240, 32_768)
    const server = createServer().listen(port, '127.0.0.1')
    const free = await once(server, 'listening').catch(() => null)
    server.close()
    if (free) return port
  }
}
