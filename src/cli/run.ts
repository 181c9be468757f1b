// The command line: finds the command, runs it, and turns what it throws into one clear line and an exit status. Builds nothing itself.
import { ConnectionLostError } from '../client/errors.ts'
import { ConfigError } from '../config/problem.ts'
import { EXIT, UsageError, type Io } from './io.ts'
import { harmless } from './text.ts'

/** A command gives its exit status. */
export type Command = (args: readonly string[], io: Io) => Promise<number>

/** Loaded when called: a command costs only its own start. */
export const COMMANDS = {
  serve: async () => (await import('./serve.ts')).serve,
  ask: async () => (await import('./ask.ts')).ask,
  status: async () => (await import('./status.ts')).status,
  probe: async () => (await import('./probe.ts')).probe,
  check: async () => (await import('./check.ts')).check,
  replay: async () => (await import('./replay.ts')).replay,
  demo: async () => (await import('./demo.ts')).demo,
  simulate: async () => (await import('./simulate.ts')).simulate,
  service: async () => (await import('./service.ts')).service,
  completion: async () => (await import('./completion.ts')).completion,
  schema: async () => (await import('./schema.ts')).schema,
  version: async () => (await import('./version.ts')).version,
  help: async () => (await import('./help.ts')).help,
} as const satisfies Record<string, () => Promise<Command>>

const ALIASES: Readonly<Record<string, string>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-v': 'version',
}

/** Runs one command line (without node and script); gives the exit status. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [word = 'help', ...rest] = argv
  const name = ALIASES[word] ?? word
  watchReader(io.stdout, io)
  // Whoever reads the daemon's log may leave: it runs on.
  if (name !== 'serve') watchReader(io.stderr, io)
  try {
    if (!isCommand(name)) throw new UsageError(`there is no command "${word}"`)
    const wantsHelp = name !== 'help' && (rest.includes('--help') || rest.includes('-h'))
    if (wantsHelp) return await (await COMMANDS.help())([name], io)
    const command: Command = await COMMANDS[name]()
    return await command(rest, io)
  } catch (error) {
    return explain(error, isCommand(name) && name !== 'help' ? name : null, io)
  }
}

/**
 * Ends the command when nobody reads on, as in `… | head`, and when what it says cannot be written: gently where it knows how, else at once,
 * which cancels what it has asked for.
 */
function watchReader(stream: Io['stdout'], io: Io): void {
  let ended = false
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (ended) return
    ended = true
    if (code !== 'EPIPE') io.stderr.write(`beluna-gateway: cannot write the output (${code})\n`)
    if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM')
    else process.exit(code === 'EPIPE' ? EXIT.cancelled : EXIT.failed)
  })
}

function isCommand(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name)
}

function explain(error: unknown, command: string | null, io: Io): number {
  const say = (text: string): boolean => io.stderr.write(`beluna-gateway: ${harmless(text)}\n`)
  if (error instanceof UsageError) {
    say(`${error.message}; see: beluna-gateway help${command ? ` ${command}` : ''}`)
    return EXIT.usage
  }
  if (error instanceof ConfigError) {
    const { length } = error.problems
    say(length > 1 ? `${length} mistakes in the configuration\n${error.message}` : error.message)
    return EXIT.config
  }
  say(error instanceof Error ? error.message : String(error))
  return error instanceof ConnectionLostError ? EXIT.no_daemon : EXIT.failed
}
