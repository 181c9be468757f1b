// A command's arguments, read by node's own parser; what is wrong becomes a UsageError.
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { configPlaces, findConfig } from '../config/paths.ts'
import { UsageError, type Io } from './io.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>
>

/** Values and positionals; `most` bounds the positionals. */
export function readArguments<T extends Options>(
  args: readonly string[],
  options: T,
  most: number,
): Parsed<T> {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    const extra = parsed.positionals[most]
    if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"`)
    return parsed
  } catch (error) {
    if (error instanceof UsageError) throw error
    const text = error instanceof Error ? error.message : String(error)
    throw new UsageError(text.split('. ')[0] ?? text)
  }
}

/** The options of every command that talks to a daemon. */
export const CLIENT_OPTIONS = {
  socket: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Options

/** The configuration that `--config` names, else the one that is found. Throws {@link UsageError} where there is none. */
export function configFile(named: string | undefined, { env }: Io): string {
  const found = findConfig(named, env)
  if (found !== null) return found
  const places = configPlaces(env, process.cwd()).join(' or ')
  throw new UsageError(
    `no configuration: name one with --config, or put a config.yaml into ${places}`,
  )
}
