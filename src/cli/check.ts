// `beluna-gateway check`: whether a configuration is sound, and what would run. Starts nothing and calls nobody.
import { resolveModel } from '../config/model.ts'
import { loadSnapshot, type Snapshot, type Target } from '../config/snapshot.ts'
import { DIALECTS } from '../dialects/index.ts'
import { CAPABILITIES } from '../protocol/target.ts'
import { configFile, readArguments } from './arguments.ts'
import { EXIT, styles, type Io } from './io.ts'
import { flowed, plain } from './text.ts'

const OPTIONS = { config: { type: 'string' }, json: { type: 'boolean' } } as const

interface ModelReport {
  readonly model: string
  readonly family: string | null
  readonly capabilities: readonly string[]
  readonly context_window: number | null
  readonly priced: boolean
}

export async function check(args: readonly string[], io: Io): Promise<number> {
  const { values } = readArguments(args, OPTIONS, 0)
  const snapshot = loadSnapshot(configFile(values.config, io), io.env)
  const warnings = [...snapshot.warnings, ...unpriced(snapshot)]
  io.stdout.write(
    values.json ? `${JSON.stringify(report(snapshot, warnings))}\n` : page(snapshot, warnings, io),
  )
  return EXIT.ok
}

const modelsOf = (target: Target): ModelReport[] =>
  target.models.flatMap((model) => {
    const found = resolveModel(target, model, DIALECTS[target.dialect].capabilities)
    if (!found) return []
    const { resolved, pricing } = found
    const capabilities = CAPABILITIES.filter((name) => resolved.capabilities[name])
    return [
      {
        model,
        family: resolved.rules.family,
        capabilities,
        context_window: resolved.context_window,
        priced: pricing !== null,
      },
    ]
  })

function unpriced(snapshot: Snapshot): string[] {
  return [...snapshot.targets.values()].flatMap((target) =>
    target.credential.source === 'none'
      ? []
      : modelsOf(target)
          .filter(({ priced }) => !priced)
          .map(
            ({ model }) =>
              `target "${target.name}", model "${model}" has no price: its cost will be null`,
          ),
  )
}

function report(snapshot: Snapshot, warnings: readonly string[]): object {
  const targets = [...snapshot.targets.values()].map((target) => ({
    name: target.name,
    dialect: target.dialect,
    endpoint: target.endpoint,
    credential: target.credential.describe,
    default_model: target.default_model,
    any_model: target.any_model,
    models: modelsOf(target),
  }))
  const { source, default_target, routes, config } = snapshot
  return {
    source,
    socket_path: config.socket_path,
    default_target,
    targets,
    routes: Object.fromEntries(routes),
    warnings,
  }
}

function page(snapshot: Snapshot, warnings: readonly string[], io: Io): string {
  const { bold, dim, yellow } = styles(io.stdout, io.env)
  const columns = io.stdout.columns || Infinity
  const lines = [`${snapshot.source} is sound`, `socket ${snapshot.config.socket_path}`]
  for (const target of snapshot.targets.values()) {
    const mark = target.name === snapshot.default_target ? ' (default)' : ''
    lines.push(
      '',
      `${bold(target.name)}${mark} ${dim(`${target.dialect} ${target.endpoint}`)}`,
      `  credential: ${target.credential.describe}`,
    )
    for (const { model, family, capabilities } of modelsOf(target)) {
      const row = family === null ? '' : ` (family ${family})`
      const words = `${plain(model)}${row}: ${capabilities.join(', ')}`.split(' ')
      lines.push(...flowed(words, ' ', columns - 2, '  ').map((line) => `  ${line}`))
    }
    if (target.any_model) lines.push('  and any other model')
  }
  for (const [name, members] of snapshot.routes) {
    const steps = [name, ...members.map(({ target, model }) => `${target}/${model}`)]
    const [first = '', ...more] = flowed(steps, ' → ', columns, '  → ')
    lines.push('', `${bold(name)}${first.slice(name.length)}`, ...more)
  }
  if (warnings.length > 0) lines.push('')
  for (const warning of warnings)
    lines.push(...flowed(`warning: ${warning}`.split(' '), ' ', columns, '  ').map(yellow))
  return `${lines.join('\n')}\n`
}
