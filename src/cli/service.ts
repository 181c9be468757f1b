// `beluna-gateway service`: makes the daemon a service of the system or the user, and undoes it. Says each step before it takes it, and takes
// none without being asked.
import { execFile } from 'node:child_process'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { readArguments } from './arguments.ts'
import { EXIT, styles, UsageError, type Io } from './io.ts'
import { planAgain, type Command, type ServicePlan, type Wishes } from './service-plan.ts'

const OPTIONS = {
  user: { type: 'boolean' },
  system: { type: 'boolean' },
  config: { type: 'string' },
  group: { type: 'string' },
  root: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  'dry-run': { type: 'boolean' },
} as const

type Step =
  | { readonly do: 'write' | 'replace'; readonly path: string; readonly text: string }
  | { readonly do: 'keep'; readonly path: string }
  | { readonly do: 'remove'; readonly path: string }
  | { readonly do: 'run'; readonly command: Command }

interface Job {
  readonly plan: ServicePlan
  readonly wishes: Wishes
  readonly yes: boolean
  readonly dry: boolean
  readonly io: Io
}

const ACTIONS: Readonly<Record<string, (job: Job) => Promise<number>>> = {
  install,
  uninstall,
  status,
  print,
}

export async function service(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS, 1)
  const [name = ''] = positionals
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (!action) throw new UsageError('say what to do: install, uninstall, status or print')
  if (values.user && values.system) throw new UsageError('--user and --system exclude each other')
  if (values.group !== undefined && !/^[a-z_][a-z0-9_-]*$/.test(values.group))
    throw new UsageError(`--group ${values.group}: not the name of a group`)
  // What root installs is the system's, unless told otherwise.
  const system = values.system ?? (!values.user && process.platform === 'linux' && isRoot())
  const wishes: Wishes = {
    platform: process.platform,
    scope: system ? 'system' : 'user',
    env: io.env,
    config: values.config,
    group: values.group,
    root: values.root === undefined ? '' : resolve(values.root),
  }
  const plan = planAgain(wishes)
  if (!plan) throw new Error(`${process.platform} has no service manager that is known here`)
  const dry = values['dry-run'] === true
  return await action({ plan, wishes, yes: values.yes === true, dry, io })
}

async function install(job: Job): Promise<number> {
  const { plan, wishes, io } = job
  // What is staged for elsewhere may well work there.
  const [obstacle] = wishes.root === '' ? plan.obstacles : []
  if (obstacle !== undefined) throw new Error(obstacle)
  const writes = plan.files.map(async ({ path, text }): Promise<Step> => {
    const target = join(wishes.root, path)
    const present = await contentOf(target)
    if (present === text) return { do: 'keep', path: target }
    return { do: present === null ? 'write' : 'replace', path: target, text }
  })
  const steps = [
    ...run(plan.before, wishes),
    ...(await Promise.all(writes)),
    ...run(plan.start, wishes),
  ]
  for (const note of plan.notes) io.stderr.write(`note: ${note}\n`)
  const ended = await take(steps, job)
  if (ended === EXIT.ok && !job.dry && wishes.root === '')
    io.stdout.write(`it listens at ${plan.socket}\n`)
  if (ended === EXIT.failed)
    io.stderr.write(`to undo it: beluna-gateway service uninstall --${wishes.scope}\n`)
  return ended
}

async function uninstall(job: Job): Promise<number> {
  const { plan, wishes, io } = job
  const paths = plan.files.map(({ path }) => join(wishes.root, path))
  const present = await Promise.all(paths.map(contentOf))
  const files = paths.filter((_path, index) => present[index] !== null)
  if (files.length === 0) {
    io.stdout.write('nothing is installed\n')
    return EXIT.ok
  }
  const removals = files.map((path): Step => ({ do: 'remove', path }))
  return await take([...run(plan.stop, wishes), ...removals, ...run(plan.after, wishes)], job)
}

/** None where files are only staged. */
const run = (commands: readonly Command[], { root }: Wishes): Step[] =>
  root === '' ? commands.map((command) => ({ do: 'run', command })) : []

/** What is installed, against what this version would install; then the service manager's own words. */
async function status({ plan, wishes, io }: Job): Promise<number> {
  let sound = true
  for (const { path, text } of plan.files) {
    const present = await contentOf(join(wishes.root, path))
    sound &&= present === text
    const how =
      present === null
        ? 'not installed'
        : present === text
          ? 'installed'
          : 'differs from what `service install` would write'
    io.stdout.write(`${join(wishes.root, path)}: ${how}\n`)
  }
  if (wishes.root === '') io.stdout.write((await execute(plan.show, io)).output)
  return sound ? EXIT.ok : EXIT.failed
}

async function print({ plan, io }: Job): Promise<number> {
  for (const note of [...plan.obstacles, ...plan.notes]) io.stderr.write(`note: ${note}\n`)
  const several = plan.files.length > 1
  for (const { path, text } of plan.files) io.stdout.write(several ? `# ${path}\n${text}\n` : text)
  return EXIT.ok
}

/** Says the steps, asks, and takes them one by one; stops at the first that fails. */
async function take(steps: readonly Step[], job: Job): Promise<number> {
  const { io, dry, yes, wishes } = job
  const { dim, bold } = styles(io.stdout, io.env)
  const titles = steps.map(titleOf)
  if (dry || !yes) io.stdout.write(titles.map((title) => `${title}\n`).join(''))
  if (dry) return EXIT.ok
  const foreign = wishes.scope === 'system' && wishes.root === '' && !isRoot()
  if (foreign) throw new Error("the system's services are root's: run it with sudo, or say --user")
  if (!yes && !(await agrees(io))) {
    io.stdout.write('nothing was changed\n')
    return EXIT.cancelled
  }
  for (const [index, step] of steps.entries()) {
    io.stdout.write(`${bold(titles[index] ?? '')}\n`)
    const { output, failure } = await perform(step, io)
    if (output !== '') io.stdout.write(dim(output.replaceAll(/^(?=.)/gm, '  ')))
    if (failure === null) continue
    io.stderr.write(`beluna-gateway: ${failure}\n`)
    return EXIT.failed
  }
  return EXIT.ok
}

function titleOf(step: Step): string {
  if (step.do === 'run') return `run ${step.command.argv.join(' ')}`
  return step.do === 'keep' ? `keep ${step.path} as it is` : `${step.do} ${step.path}`
}

async function agrees(io: Io): Promise<boolean> {
  if (!io.stdin.isTTY)
    throw new UsageError('nothing was changed: --yes takes these steps, --dry-run only shows them')
  io.stderr.write('Go on? [y/N] ')
  const lines = createInterface({ input: io.stdin })
  for await (const line of lines) return /^y(es)?$/i.test(line.trim())
  return false
}

interface Result {
  readonly output: string
  /** Null: all went well, or it does not matter. */
  readonly failure: string | null
}

async function perform(step: Step, io: Io): Promise<Result> {
  if (step.do === 'run') return await execute(step.command, io)
  try {
    if (step.do === 'remove') await rm(step.path)
    else if (step.do !== 'keep') await write(step.path, step.text)
    return { output: '', failure: null }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { output: '', failure: `cannot ${titleOf(step)}: ${why}` }
  }
}

/** Whole or not at all: a manager never reads half a file. */
async function write(path: string, text: string): Promise<void> {
  const draft = `${path}.new`
  await mkdir(dirname(path), { recursive: true })
  await writeFile(draft, text, { mode: 0o644 })
  await rename(draft, path)
}

function execute({ argv, otherwise }: Command, io: Io): Promise<Result> {
  const [file = '', ...args] = argv
  return new Promise((done) => {
    execFile(file, args, { env: { ...io.env }, timeout: 90_000 }, (error, stdout, stderr) => {
      const absent = error?.code === 'ENOENT' ? `there is no ${file} here\n` : ''
      const failed = error !== null && otherwise !== null
      const failure = failed ? `${argv.join(' ')} failed; ${otherwise}` : null
      done({ output: stdout + stderr + absent, failure })
    })
  })
}

const contentOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

const isRoot = (): boolean => process.geteuid?.() === 0
