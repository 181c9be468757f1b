// What the daemon needs to be a service of this system: the files of service/ with the right paths in them, and the manager's commands.
// Only looks; it is service.ts that changes anything.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError, loadConfig } from '../config/load.ts'
import { configPlaces, findConfig, type Env } from '../config/paths.ts'

export interface Wishes {
  readonly platform: NodeJS.Platform
  readonly scope: 'user' | 'system'
  readonly env: Env
  /** The configuration to run with; default: the scope's own place. */
  readonly config: string | undefined
  /** Who may use the system's socket; default: beluna. */
  readonly group: string | undefined
  /** Files are read and written under this directory as if it were `/`; '' for the real one. */
  readonly root: string
}

export interface Command {
  readonly argv: readonly string[]
  /** What to do if it fails; null: a failure changes nothing. */
  readonly otherwise: string | null
}

export interface ServicePlan {
  readonly files: readonly { readonly path: string; readonly text: string }[]
  /** Run before anything is written. */
  readonly before: readonly Command[]
  readonly start: readonly Command[]
  readonly stop: readonly Command[]
  /** Run after the files are gone. */
  readonly after: readonly Command[]
  readonly show: Command
  /** Why it would not work here. */
  readonly obstacles: readonly string[]
  /** What is worth knowing all the same. */
  readonly notes: readonly string[]
  /** Where it will listen. */
  readonly socket: string
}

const UNITS = ['beluna-gateway.service', 'beluna-gateway.socket']
const LABEL = 'org.beluna.gateway'
const PROGRAM = fileURLToPath(new URL('../../bin/beluna-gateway', import.meta.url))

/** Null: the platform has no service manager that is known here. */
export function planService(wishes: Wishes): ServicePlan | null {
  if (wishes.platform === 'linux') return planSystemd(wishes)
  return wishes.platform === 'darwin' ? planLaunchd(wishes) : null
}

/** The same, but what an earlier install was told, this one need not be told again. */
export function planAgain(wishes: Wishes): ServicePlan | null {
  const plan = planService(wishes)
  if (!plan) return null
  const before = chosenBefore(plan, wishes.root)
  const [config, group] = [wishes.config ?? before.config, wishes.group ?? before.group]
  return planService({ ...wishes, config, group })
}

/** The configuration and the group of the files that are installed already, as far as there are any. */
function chosenBefore(
  { files }: ServicePlan,
  root: string,
): { config: string | undefined; group: string | undefined } {
  const present = files
    .map(({ path }) => join(root, path))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  const [, quoted, bare] = / serve --config (?:"(.+)"|(\S+))$/m.exec(present) ?? []
  const xml = /<string>--config<\/string>\s*<string>(.+)<\/string>/.exec(present)?.[1]
  const config = (quoted ?? bare)?.replaceAll('%%', '%') ?? (xml && textOfXml(xml))
  return { config, group: /^SocketGroup=(.+)$/m.exec(present)?.[1] }
}

function planSystemd(wishes: Wishes): ServicePlan {
  const { scope, env, root, group = 'beluna' } = wishes
  const system = scope === 'system'
  const config = configOf(wishes)
  const places = [process.execPath, PROGRAM, config]
  const unnameable = places.find((path) => /[\p{Cc}"'\\$]/u.test(path))
  const values: Record<string, string> = {
    NODE: unitWord(process.execPath),
    PROGRAM: unitWord(PROGRAM),
    CONFIG: unitWord(config),
    GROUP: group,
    CREDENTIALS: credentialLines(root, config),
  }
  const home = system ? '/etc' : dirname(configPlaces(env, '/')[0])
  const files = UNITS.map((name) => ({
    path: join(home, 'systemd', scope, name),
    text: fillIn(`${scope}/${name}`, values),
  }))
  const manager = system ? ['systemctl'] : ['systemctl', '--user']
  const look = ['journalctl', ...(system ? [] : ['--user']), '--unit', 'beluna-gateway'].join(' ')
  const command = (otherwise: string | null, ...words: string[]): Command => ({
    argv: [...manager, ...words],
    otherwise,
  })
  const reload = command(
    "is systemd this system's service manager, and are you logged in to it?",
    'daemon-reload',
  )
  return {
    files,
    before: system
      ? [{ argv: ['getent', 'group', group], otherwise: `make it: groupadd --system ${group}` }]
      : [],
    start: [
      reload,
      command(`see: ${look}`, 'enable', '--now', 'beluna-gateway.socket'),
      command(`see: ${look}`, 'try-restart', 'beluna-gateway.service'),
    ],
    stop: [command(null, 'disable', '--now', ...UNITS)],
    after: [reload],
    show: command(null, 'status', '--no-pager', '--lines=5', ...UNITS),
    obstacles: [
      ...(unnameable === undefined ? [] : [`a unit cannot name ${unnameable}: move it`]),
      ...passing(),
      ...(system ? places.filter(isHidden).map(hidden) : []),
    ],
    notes: concerns(root, config, env),
    socket: system
      ? '/run/beluna-gateway/gateway.sock'
      : '$XDG_RUNTIME_DIR/beluna-gateway/gateway.sock',
  }
}

function planLaunchd(wishes: Wishes): ServicePlan {
  const home = wishes.env['HOME'] ?? homedir()
  const config = configOf({ ...wishes, scope: 'user' })
  const path = join(home, 'Library/LaunchAgents', `${LABEL}.plist`)
  const log = join(home, 'Library/Logs/beluna-gateway.log')
  const text = fillIn(`launchd/${LABEL}.plist`, {
    NODE: xmlText(process.execPath),
    PROGRAM: xmlText(PROGRAM),
    CONFIG: xmlText(config),
    LOG: xmlText(log),
  })
  const domain = `gui/${process.getuid?.() ?? 0}`
  const stop = { argv: ['launchctl', 'bootout', `${domain}/${LABEL}`], otherwise: null }
  return {
    files: [{ path, text }],
    before: [],
    start: [stop, { argv: ['launchctl', 'bootstrap', domain, path], otherwise: `see: ${log}` }],
    stop: [stop],
    after: [],
    show: { argv: ['launchctl', 'print', `${domain}/${LABEL}`], otherwise: null },
    obstacles: [
      ...(wishes.scope === 'user'
        ? []
        : ['macOS has it as a service of its user only: say --user']),
      ...passing(),
    ],
    notes: concerns(wishes.root, config, wishes.env),
    socket: 'the place that `beluna-gateway check` tells',
  }
}

/** The configuration the service runs with, there already or not. */
function configOf({ scope, env, config, root }: Wishes): string {
  if (config !== undefined) return resolve(config)
  const [place] = scope === 'user' ? configPlaces(env, '/') : ['/etc/beluna-gateway']
  const there = join(root || '/', place)
  // Looked for in that one place alone: a service has no working directory.
  const found = findConfig(undefined, { XDG_CONFIG_HOME: dirname(there) }, there)
  return found === null ? join(place, 'config.yaml') : found.slice(root.length)
}

/** What the service could not start with. */
function concerns(root: string, config: string, env: Env): string[] {
  const file = join(root || '/', config)
  if (!existsSync(file)) return [`${config} is not there yet: write it before a client comes`]
  try {
    loadConfig(file, env)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [`${config} has mistakes; see: beluna-gateway check --config ${config}`]
  }
}

/** One line for each key file beside the configuration; how to write one where there is none. */
function credentialLines(root: string, config: string): string {
  const directory = join(dirname(config), 'credentials')
  const there = join(root || '/', directory)
  const names = existsSync(there) ? readdirSync(there).filter((name) => /^[\w.-]+$/.test(name)) : []
  const line = (name: string): string => `LoadCredential=${name}:${percents(join(directory, name))}`
  return names.length > 0
    ? names.toSorted().map(line).join('\n')
    : `# ${line('openai_api_key')}\n# \`service install\` writes such a line for every file that is in that directory.`
}

// `PrivateTmp=` and `ProtectHome=` hide these from the system's service.
const isHidden = (path: string): boolean => /^\/(home|root|run\/user|tmp|var\/tmp)\//.test(path)
const hidden = (path: string): string =>
  `the system's service sees no homes and no temporary files, and so not ${path}: put it elsewhere, or say --user`

const passing = (): string[] =>
  PROGRAM.includes('/_npx/')
    ? ['this copy is in a cache that npx empties: first npm install --global beluna-gateway']
    : []

function fillIn(template: string, values: Readonly<Record<string, string>>): string {
  const text = readFileSync(new URL(`../../service/${template}`, import.meta.url), 'utf8')
  return text.replaceAll(/@([A-Z]+)@/g, (whole, name: string) => values[name] ?? whole)
}

const percents = (path: string): string => path.replaceAll('%', '%%')

const unitWord = (path: string): string =>
  /\s/.test(path) ? `"${percents(path)}"` : percents(path)

const xmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const textOfXml = (xml: string): string =>
  xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
