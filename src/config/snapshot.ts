// The configuration in force as one immutable value: a reload makes a new one, and running requests keep theirs. Holds no secret.
import { dirname, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { splitMember } from './check.ts'
import { loadConfig } from './load.ts'
import { defaultSocketPath, type Env } from './paths.ts'
import { targetOf, warningsOf, type Target } from './target.ts'
import type { FilledConfig } from './validate.ts'

export { resolveModel } from './model.ts'
export type { Target } from './target.ts'

/** All that is not about single targets, with every default filled in and every path absolute. */
type Settings = Omit<FilledConfig, 'targets' | 'routes' | 'default_target' | 'socket_path'> & {
  readonly socket_path: string
}

export interface Snapshot {
  /** Path of the file. */
  readonly source: string
  /** RFC 3339. */
  readonly loaded_at: string
  readonly config: Settings
  readonly targets: ReadonlyMap<string, Target>
  readonly routes: ReadonlyMap<string, readonly RouteMember[]>
  /** A target or a route. */
  readonly default_target: string | null
  /** What does not stop the daemon and should be known: missing credentials, careless file modes, plain http. */
  readonly warnings: readonly string[]
}

interface RouteMember {
  readonly target: string
  readonly model: string
}

/** Reads, checks and resolves a configuration. Synchronous; nothing secret is fetched. Throws {@link ConfigError}. */
export function loadSnapshot(file: string, env: Env): Snapshot {
  const source = resolve(file)
  const config = loadConfig(source, env)
  const targets = new Map(
    Object.entries(config.targets).map(([name, target]) => [
      name,
      targetOf(name, target, config.reliability, dirname(source), env),
    ]),
  )
  const routes = Object.entries(config.routes).map(([name, members]) => {
    return [name, members.map((member) => memberOf(member, targets))] as const
  })
  return {
    source,
    loaded_at: new Date().toISOString(),
    config: settingsOf(config, dirname(source), env),
    targets,
    routes: new Map(routes),
    default_target: config.default_target ?? null,
    warnings: Object.entries(config.targets).flatMap(([name, settings]) => {
      const target = targets.get(name)
      return target ? warningsOf(target, settings) : []
    }),
  }
}

function settingsOf(config: FilledConfig, directory: string, env: Env): Settings {
  const { socket_path, socket_mode, allow_exit, drain_timeout_ms, reliability, recording } = config
  const { limits, logging, telemetry } = config
  const { metrics, otlp } = telemetry
  const place = (path: string): string => resolve(directory, path)
  return {
    socket_path: socket_path === undefined ? defaultSocketPath(env) : place(socket_path),
    socket_mode,
    allow_exit,
    drain_timeout_ms,
    reliability,
    limits,
    logging,
    telemetry: {
      metrics:
        metrics && 'socket_path' in metrics ? { socket_path: place(metrics.socket_path) } : metrics,
      otlp,
    },
    recording: recording && { directory: place(recording.directory) },
  }
}

function memberOf(member: string, targets: ReadonlyMap<string, Target>): RouteMember {
  const { target, model } = splitMember(member)
  return { target, model: model ?? targets.get(target)?.default_model ?? '' }
}

/** Fields that a reload leaves as they are: the server reads them once, when it begins to listen. */
const FIXED_LIMITS = [
  'max_line_bytes',
  'max_connections',
  'max_in_flight_per_connection',
  'max_outbox_bytes',
  'stalled_client_timeout_ms',
] as const

const FIXED_FIELDS = ['socket_path', 'socket_mode', 'allow_exit', 'telemetry', 'recording'] as const

/** The limits in force after a reload: those of connections are the first configuration's until a restart. */
export function limitsInForce(
  { config: first }: Snapshot,
  { config: now }: Snapshot,
): Settings['limits'] {
  const limits = { ...now.limits }
  for (const field of FIXED_LIMITS) limits[field] = first.limits[field]
  return limits
}

/** Names the fields that are not what the daemon has begun with, and need a restart. */
export function unreloadable({ config: old }: Snapshot, { config: next }: Snapshot): string[] {
  const fields = FIXED_FIELDS.filter((field) => !isDeepStrictEqual(old[field], next[field]))
  const limits = FIXED_LIMITS.filter((field) => old.limits[field] !== next.limits[field])
  return [...fields, ...limits.map((field) => `limits.${field}`)]
}
