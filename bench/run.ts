// The benchmark: `npm run bench [-- --quick] [--scenario NAME]… [--rounds N] [--peers] [--against CHECKOUT] [--compare FILE] [--out FILE]`.
// Runs every scenario in paired, interleaved rounds, writes a JSON result and prints a Markdown table. `--against` runs another checkout in
// the same rounds; `--compare` shows an earlier result beside this one. Asserts nothing: figures are for people to judge.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPeer } from './peers.ts'
import { warmUp, type Figures } from './measures.ts'
import { machine, markdown, type Result, type ScenarioResult } from './report.ts'
import { PEERS, SCENARIOS, type Name, type PeerName, type Scenario } from './scenarios.ts'
import {
  direct,
  packaged,
  startFloor,
  startGateway,
  startTime,
  startUpstream,
  type Subject,
  type Upstream,
} from './subject.ts'

const LAUNCHER = 'bin/beluna-gateway'
const ROOT = join(import.meta.dirname, '..')
const MANY_TARGETS = 1_000

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    scenario: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    peers: { type: 'boolean', default: false },
    compare: { type: 'string' },
    against: { type: 'string' },
    out: { type: 'string', default: join(ROOT, 'bench/results/last.json') },
  },
})
const { quick, out } = values
const rounds = Number(values.rounds ?? (quick ? 1 : 5))

const built: ReturnType<typeof packaged>[] = []

/** The package as it is shipped, built when it is first asked for. */
function compiledLauncher(): string {
  const [known = packaged()] = built
  built[0] = known
  return known.launcher
}

function startNamed(name: Name, upstream: Upstream): Promise<Subject> | Subject {
  if (name === 'direct') return direct(upstream)
  if (name === 'floor') return startFloor(upstream)
  if (name === 'compiled')
    return startGateway(upstream, { launcher: compiledLauncher(), probed: false })
  if (name === 'targets') return startGateway(upstream, { targets: MANY_TARGETS })
  if (name === 'other')
    return startGateway(upstream, { launcher: join(values.against ?? ROOT, LAUNCHER) })
  if (isPeer(name)) return startPeer(name, upstream)
  return startGateway(upstream)
}

const isPeer = (name: Name): name is PeerName => PEERS.some((peer) => peer === name)

/** One round that is not counted; a single one is not worth it. */
const warmRounds = ({ fresh }: Scenario): number => (fresh || rounds === 1 ? 0 : 1)

async function runScenario(scenario: Scenario, upstream: Upstream): Promise<ScenarioResult> {
  const others = values.against === undefined ? [] : (['other'] as const)
  const peers = values.peers ? (scenario.peers ?? []) : []
  const names: Name[] = [...scenario.subjects, ...others, ...peers]
  const taken: Record<string, Figures[]> = Object.fromEntries(names.map((name) => [name, []]))
  const subjects = new Map<Name, Subject>()
  const left = new Set<Name>()
  const measured = async (name: Name): Promise<Figures> => {
    let subject = subjects.get(name)
    if (!subject) {
      subject = await startNamed(name, upstream)
      subjects.set(name, subject)
      if (scenario.warmed && rounds > 1) await warmUp(subject)
    }
    return await scenario.measure(subject, quick)
  }
  /** A peer that cannot do it ends nobody else's run. */
  const leaveOut = (name: Name, error: unknown): null => {
    if (!isPeer(name)) throw error
    console.error(`${name} is left out: ${String(error).slice(0, 300)}`)
    left.add(name)
    return null
  }
  try {
    for (let round = 1 - warmRounds(scenario); round <= rounds; round += 1) {
      // Every other round the other way round, so that nobody always goes first.
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        if (left.has(name)) continue
        const figures = await measured(name).catch((error: unknown) => leaveOut(name, error))
        if (!figures) continue
        const subject = subjects.get(name)
        // The rounds before the first only warm up.
        if (round > 0) taken[name]?.push(figures)
        if (scenario.fresh) await subject?.stop().finally(() => subjects.delete(name))
      }
    }
  } finally {
    await Promise.all([...subjects.values()].map((subject) => subject.stop()))
  }
  return { name: scenario.name, about: scenario.about, rounds: taken }
}

async function runStart(upstream: Upstream): Promise<ScenarioResult> {
  const taken: Record<string, Figures[]> = { source: [], compiled: [] }
  const launchers = { source: join(ROOT, LAUNCHER), compiled: compiledLauncher() }
  for (let round = 0; round < (quick ? 2 : 10); round += 1)
    for (const [name, launcher] of Object.entries(launchers))
      taken[name]?.push(await startTime(upstream, launcher))
  return {
    name: 'start',
    about: 'from spawning the whole process to an answer at its socket',
    rounds: taken,
  }
}

const readPackage: (text: string) => { version: string } = JSON.parse

const version = (name: string): string =>
  readPackage(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version

function versions(): Record<string, string> {
  const names = ['undici', 'eventsource-parser', 'ajv', 'pino']
  return Object.fromEntries(names.map((name) => [name, version(name)]))
}

const wanted = (name: string, thorough = false): boolean =>
  values.scenario?.some((part) => name.startsWith(part)) ?? !(quick && thorough)

/** Written after every scenario: who interrupts a long run keeps what it has found. */
function keep(scenarios: readonly ScenarioResult[]): Result {
  const date = new Date().toISOString().slice(0, 10)
  const node = process.versions.node
  const result = { machine: machine(), node, versions: versions(), date, quick, scenarios }
  writeFileSync(out, `${JSON.stringify(result, null, 1)}\n`)
  return result
}

mkdirSync(dirname(out), { recursive: true })
const readResult: (text: string) => Result = JSON.parse
const before = values.compare ? readResult(readFileSync(values.compare, 'utf8')) : null
const upstream = await startUpstream()
const scenarios: ScenarioResult[] = []
try {
  for (const scenario of SCENARIOS.filter((each) => wanted(each.name, each.thorough))) {
    const began = performance.now()
    scenarios.push(await runScenario(scenario, upstream))
    keep(scenarios)
    console.error(`${scenario.name}: ${((performance.now() - began) / 1e3).toFixed(1)} s`)
  }
  if (wanted('start')) scenarios.push(await runStart(upstream))
} finally {
  await upstream.stop()
  for (const { remove } of built) remove()
}
console.log(markdown(keep(scenarios), before))
console.error(`written to ${out}`)
