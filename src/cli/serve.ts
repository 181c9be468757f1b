// `beluna-gateway serve`: runs the daemon until a signal or an `exit` message, and turns how it went into an exit status.
import { resolve } from 'node:path'
import { isSea } from 'node:sea'
import { startDaemon, type Daemon, type DaemonOptions } from '../main.ts'
import { ListenError } from '../server/listen-error.ts'
import { configFile, readArguments } from './arguments.ts'
import { EXIT, type Io } from './io.ts'
import { packageVersion } from './version.ts'

const OPTIONS = {
  config: { type: 'string' },
  socket: { type: 'string' },
  record: { type: 'string' },
} as const

export async function serve(args: readonly string[], io: Io): Promise<number> {
  const { values } = readArguments(args, OPTIONS, 0)
  const config = configFile(values.config, io)
  const socket = values.socket === undefined ? undefined : resolve(values.socket)
  const record = values.record === undefined ? undefined : resolve(values.record)
  // With many streams V8 takes what each of them holds for long-lived, and lets the old heap fill with garbage: collections of 15–60 ms
  // instead of 5–10 at 1,000 streams.
  process.getBuiltinModule('node:v8').setFlagsFromString('--no-allocation-site-pretenuring')
  const signals = new Signals()
  try {
    const daemon = await start({ config, socket, record }, io)
    if (typeof daemon === 'number') return daemon
    signals.tell(daemon)
    await daemon.stopped
    return EXIT.ok
  } finally {
    signals.dispose()
  }
}

async function start(
  places: Pick<DaemonOptions, 'config' | 'socket' | 'record'>,
  io: Io,
): Promise<Daemon | number> {
  try {
    return await startDaemon({
      ...places,
      env: io.env,
      version: packageVersion(),
      // The printer for people runs in a thread, which sees no files inside of an executable.
      pretty: io.stderr.isTTY === true && !isSea(),
    })
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    io.stderr.write(`beluna-gateway: ${error.message}\n`)
    if (error.reason === 'in_use') return EXIT.in_use
    return error.reason === 'bad_path' ? EXIT.config : EXIT.failed
  }
}

/** The signals that mean something here, from before the daemon listens: one that comes while it starts ends it once it has. */
class Signals {
  #daemon: Daemon | null = null
  #early = false
  readonly #stop = (): void => {
    if (this.#daemon) this.#daemon.stop()
    else this.#early = true
  }
  readonly #reload = (): void => this.#daemon?.reload()

  constructor() {
    process.on('SIGINT', this.#stop).on('SIGTERM', this.#stop).on('SIGHUP', this.#reload)
  }

  tell(daemon: Daemon): void {
    this.#daemon = daemon
    if (this.#early) daemon.stop()
  }

  dispose(): void {
    process.off('SIGINT', this.#stop).off('SIGTERM', this.#stop).off('SIGHUP', this.#reload)
  }
}
