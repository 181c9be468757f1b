// `npm run torture -- NAME [--option value]`: the long harnesses. Each runs bounded, on loopback, and ends with one line of figures and an
// exit status; none is part of the tests, whose shorter forms are in test/laws and test/e2e.
import { parseArgs } from 'node:util'

/** Runs one harness; resolves with its figures, and `violations`, which should be 0. */
export type Harness = (
  options: Options,
) => Promise<Readonly<Record<string, unknown>> & { readonly violations: number }>

/** `--name value` pairs as numbers or texts. */
export interface Options {
  number(name: string, otherwise: number): number
  text(name: string, otherwise: string): string
}

const HARNESSES: Readonly<Record<string, () => Promise<Harness>>> = {
  cuts: async () => (await import('./cuts.ts')).cuts,
  fuzz: async () => (await import('./fuzz.ts')).fuzz,
  answers: async () => (await import('./answers.ts')).answers,
  cancel: async () => (await import('./cancel.ts')).cancel,
  slow: async () => (await import('./slow.ts')).slow,
  crowd: async () => (await import('./crowd.ts')).crowd,
  restart: async () => (await import('./restart.ts')).restart,
  race: async () => (await import('./restart.ts')).race,
  soak: async () => (await import('./soak.ts')).soak,
  seeds: async () => (await import('./seeds.ts')).seeds,
  mutants: async () => (await import('./mutants.ts')).mutants,
}

async function main(): Promise<void> {
  const [name = '', ...rest] = process.argv.slice(2)
  const load = HARNESSES[name]
  if (!load) {
    console.error(`usage: npm run torture -- ${Object.keys(HARNESSES).join('|')} [--option value]`)
    process.exitCode = 2
    return
  }
  const harness = await load()
  const start = performance.now()
  const figures = await harness(optionsOf(rest))
  const seconds = Math.round((performance.now() - start) / 100) / 10
  console.log(JSON.stringify({ harness: name, seconds, ...figures }))
  process.exitCode = figures.violations === 0 ? 0 : 1
}

function optionsOf(args: readonly string[]): Options {
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true })
  const values = new Map<string, string>()
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1]
    if (token.kind === 'option')
      values.set(token.name, token.value ?? (next?.kind === 'positional' ? next.value : ''))
  }
  return {
    number: (name, otherwise) => Number(values.get(name) ?? otherwise),
    text: (name, otherwise) => values.get(name) ?? otherwise,
  }
}

await main()
