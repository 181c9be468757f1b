// `beluna-gateway probe`: asks the running daemon what a target's server offers, and prints it beside what is configured. Changes nothing.
import { GatewayRequestError, type GatewayClient, type ProbedEvent } from '../client/index.ts'
import { CLIENT_OPTIONS, readArguments } from './arguments.ts'
import { reach } from './connection.ts'
import { EXIT, styles, UsageError, type Io } from './io.ts'
import { flowed, padEnd, plain, width } from './text.ts'

const OPTIONS = {
  ...CLIENT_OPTIONS,
  model: { type: 'string' },
  live: { type: 'boolean' },
} as const

/** Said before anything is sent; `checks.ts` and `live.ts` of the gateway hold to it. */
const LIVE_COST = 'up to 12 tiny requests, each of at most 512 output tokens (one: 2048)'

export async function probe(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS, 1)
  const [target] = positionals
  if (target === undefined && values.model !== undefined)
    throw new UsageError('--model needs a target')
  const client = await reach(values, io)
  if (typeof client === 'number') return client
  try {
    const targets = target === undefined ? await allTargets(client) : [target]
    let ended: number = EXIT.ok
    for (const name of targets) {
      if (values.live) io.stderr.write(`beluna-gateway: ${name}: sending ${LIVE_COST}\n`)
      const event = await ask(client, name, values)
      if (event instanceof GatewayRequestError)
        io.stderr.write(`beluna-gateway: ${name}: ${event.message}\n`)
      else io.stdout.write(values.json ? `${JSON.stringify(event)}\n` : page(event, io))
      if (event instanceof GatewayRequestError || event.errors.length > 0) ended = EXIT.failed
    }
    return ended
  } finally {
    client.close()
  }
}

const allTargets = async (client: GatewayClient): Promise<string[]> =>
  (await client.status()).targets.map(({ name }) => name)

async function ask(
  client: GatewayClient,
  target: string,
  { model, live }: { model?: string | undefined; live?: boolean | undefined },
): Promise<ProbedEvent | GatewayRequestError> {
  const depth = live ? 'live' : 'metadata'
  try {
    return await client.probe({ target, depth, ...(model !== undefined && { model }) })
  } catch (error) {
    if (error instanceof GatewayRequestError) return error
    throw error
  }
}

function page(event: ProbedEvent, io: Io): string {
  const { bold, dim, red, yellow } = styles(io.stdout, io.env)
  const { server, usage, cost } = event
  const columns = io.stdout.columns || Infinity
  const facts = [
    server ? [server.name, server.version].filter(Boolean).join(' ') : 'unknown server',
    `reachable: ${word(event.reachable)}`,
    `authenticated: ${word(event.authenticated)}`,
    `model present: ${word(event.model_present)}`,
    `context window: ${event.context_window ?? 'unknown'}`,
    `most output: ${event.max_output_tokens ?? 'unknown'}`,
  ]
  const spent = [
    `calls: ${event.requests}`,
    usage && `${usage.input_tokens ?? '?'} tokens in, ${usage.output_tokens ?? '?'} out`,
    cost ? `${cost.total} ${cost.currency}` : usage && 'cost unknown',
    `${(event.total_ms / 1000).toFixed(1)} s`,
  ]
  const lines = [
    `${bold(`${event.target}/${event.model}`)} ${dim(event.dialect)}`,
    ...flowed(facts.map(plain), ' · ', columns),
    ...event.errors.flatMap(({ kind, message }) =>
      told(`error: ${message} (${kind})`, columns, red),
    ),
    ...event.warnings.flatMap(({ message }) => told(`warning: ${message}`, columns, yellow)),
    ...(event.reachable ? ['', ...table(event, columns), ''] : []),
    dim(spent.filter((fact) => fact !== null).join(' · ')),
  ]
  if (event.suggestion !== null)
    lines.push(
      '',
      bold('Differs from the configuration; to paste:'),
      '',
      event.suggestion.trimEnd(),
    )
  return `${lines.join('\n')}\n\n`
}

const told = (text: string, columns: number, paint: (line: string) => string): string[] =>
  flowed(plain(text).split(' '), ' ', columns, '  ').map(paint)

/** What is known of a thing, in columns; the last, which can be long, flows where there is room for it. */
function table({ capabilities, observations }: ProbedEvent, columns: number): string[] {
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['', 'configured', 'declared', 'observed'], ''],
    ...capabilities.map(
      ({ name, configured, declared, observed, evidence }) =>
        [[name, word(configured), word(declared), word(observed)], evidence ?? ''] as const,
    ),
    ...observations.map(
      ({ name, value, evidence }) => [[name, '', '', value ?? '-'], evidence ?? ''] as const,
    ),
  ]
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map(([row]) => width(row[at] ?? ''))))
  const indent = widths.reduce((sum, each) => sum + each + GAP.length, 0)
  const room = Math.max(columns - indent, NARROWEST_EVIDENCE)
  return rows.flatMap(([row, evidence]) => {
    const cells = row.map((cell, at) => padEnd(plain(cell), widths[at] ?? 0) + GAP).join('')
    const [first = '', ...more] = flowed(plain(evidence).split(' '), ' ', room)
    return [`${cells}${first}`.trimEnd(), ...more.map((line) => ' '.repeat(indent) + line)]
  })
}

const GAP = '  '
const NARROWEST_EVIDENCE = 20

const word = (value: boolean | null): string => (value === null ? '-' : value ? 'yes' : 'no')
