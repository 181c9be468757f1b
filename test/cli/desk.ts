// One command line as a person would type it, in this process, with everything it wrote. And a daemon with a simulated model behind it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { run } from '../../src/cli/run.ts'
import { startDaemon } from '../../src/main.ts'
import { startSimulator } from '../../src/simulator/server.ts'

export interface Written {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** Runs one command line. `input` is piped in; without it stdin is a terminal at which nobody types. */
export async function typed(
  argv: readonly string[],
  { input, env = {} }: { input?: string | Buffer; env?: Record<string, string> } = {},
): Promise<Written> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const out = text(stdout)
  const err = text(stderr)
  const stdin = Object.assign(Readable.from(input === undefined ? [] : [input]), {
    isTTY: input === undefined,
  })
  const status = await run(argv, { stdin, stdout, stderr, env })
  stdout.end()
  stderr.end()
  return { status, out: await out, err: await err }
}

export interface Desk extends AsyncDisposable {
  readonly directory: string
  readonly socket: string
  readonly config: string
}

/** An empty directory that is gone afterwards. */
export async function directory(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'beluna-cli-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A daemon whose one target is simulated; its models are called as the simulator's words say. */
export async function desk(): Promise<Desk> {
  const { path, [Symbol.asyncDispose]: remove } = await directory()
  const simulator = await startSimulator()
  const config = join(path, 'config.json')
  const simulated = {
    dialect: 'openai_chat',
    endpoint: `${simulator.url}/v1`,
    credential: 'none',
    any_model: true,
    default_model: 'sim-text',
  }
  await writeFile(
    config,
    JSON.stringify({
      socket_path: 'gateway.sock',
      default_target: 'simulated',
      targets: { simulated },
      routes: { safe: ['simulated/sim-error-401', 'simulated'] },
      reliability: { backoff_base_ms: 1, max_retries: 1 },
      logging: { level: 'silent' },
    }),
  )
  const daemon = await startDaemon({
    config,
    socket: undefined,
    env: {},
    version: '0',
    pretty: false,
  })
  return {
    directory: path,
    socket: daemon.place,
    config,
    async [Symbol.asyncDispose]() {
      daemon.stop()
      await daemon.stopped
      await simulator.close()
      await remove()
    },
  }
}
