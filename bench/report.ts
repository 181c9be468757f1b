// From rounds to what is told: medians with their ranges, ratios within rounds, Markdown, and what has changed against an earlier result.
import { arch, cpus, platform, release } from 'node:os'
import { at, type Figures } from './measures.ts'

export interface ScenarioResult {
  readonly name: string
  readonly about: string
  /** By subject, the figures of each round; the nth rounds of all subjects ran next to each other. */
  readonly rounds: Readonly<Record<string, readonly Figures[]>>
}

export interface Result {
  readonly machine: string
  readonly node: string
  readonly versions: Readonly<Record<string, string>>
  readonly date: string
  readonly quick: boolean
  readonly scenarios: readonly ScenarioResult[]
}

export function machine(): string {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${platform()} ${release()} ${arch()}`
}

/** What figures are divided by, where a scenario has it: each round by its own neighbour, because machines drift. */
const BASE = 'floor'

export function markdown(result: Result, before: Result | null): string {
  const { date, node, quick } = result
  const versions = Object.entries(result.versions).map((each) => each.join(' '))
  const how = quick ? 'quick form: only a hint' : 'median [least–most] of the rounds'
  const head = `${date} · ${result.machine} · Node ${node} · ${versions.join(', ')}\n${how}\n`
  const parts = result.scenarios.map((scenario) => table(scenario, earlier(before, scenario.name)))
  return [head, ...parts].join('\n')
}

function earlier(before: Result | null, name: string): ScenarioResult | undefined {
  return before?.scenarios.find((scenario) => scenario.name === name)
}

function table(scenario: ScenarioResult, before: ScenarioResult | undefined): string {
  const subjects = Object.keys(scenario.rounds)
  const metrics = Object.keys(Object.values(scenario.rounds)[0]?.[0] ?? {})
  const others = subjects.filter((name) => name !== BASE && BASE in scenario.rounds)
  const ratios = others.filter((name) => name !== 'direct')
  const added = 'direct' in scenario.rounds ? subjects.filter((name) => name !== 'direct') : []
  const columns = [
    ...subjects,
    ...ratios.map((name) => `${name}/${BASE}`),
    ...added.map((name) => `${name} − direct`),
    ...(before ? ['gateway before', 'ratio before'] : []),
  ]
  const rows = metrics.map((metric) => [
    metric,
    ...subjects.map((name) => spread(values(scenario, name, metric))),
    ...ratios.map((name) => spread(paired(scenario, name, BASE, metric, (a, b) => a / b))),
    ...added.map((name) =>
      /^(first|total|late) /.test(metric)
        ? spread(paired(scenario, name, 'direct', metric, (a, b) => a - b))
        : '',
    ),
    ...(before
      ? [
          spread(values(before, 'gateway', metric)),
          spread(paired(before, 'gateway', BASE, metric, (a, b) => a / b)),
        ]
      : []),
  ])
  const rule = line(columns.map(() => '---').concat('---'))
  const body = [line(['', ...columns]), rule, ...rows.map(line)].join('\n')
  return `### ${scenario.name}\n\n${scenario.about}\n\n${body}\n`
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function values(scenario: ScenarioResult, subject: string, metric: string): number[] {
  return (scenario.rounds[subject] ?? []).flatMap((figures) => figures[metric] ?? [])
}

function paired(
  scenario: ScenarioResult,
  subject: string,
  base: string,
  metric: string,
  of: (value: number, base: number) => number,
): number[] {
  const bases = values(scenario, base, metric)
  return values(scenario, subject, metric).map((value, round) => of(value, bases[round] ?? NaN))
}

function spread(found: readonly number[]): string {
  const numbers = found.filter((value) => Number.isFinite(value))
  if (numbers.length === 0) return ''
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  const middle = numbers.length % 2 === 1 ? at(numbers, 50) : middleOf(numbers)
  return numbers.length === 1 ? short(middle) : `${short(middle)} [${short(least)}–${short(most)}]`
}

function middleOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2
}

function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 1_000) return Math.round(value).toLocaleString('en')
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)
}
