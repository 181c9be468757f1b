// `beluna-gateway simulate`: the simulator as a server of its own, until it is interrupted. Says what it can do; never shows a caller's credential.
import { once } from 'node:events'
import { WORDS } from '../simulator/script.ts'
import { startSimulator, type RecordedRequest } from '../simulator/server.ts'
import { readArguments } from './arguments.ts'
import { EXIT, styles, UsageError, type Io } from './io.ts'

const OPTIONS = { port: { type: 'string', default: '8089' }, token: { type: 'string' } } as const

/** A target for each dialect, as the configuration wants them; the demo's daemon uses the same. */
export function simulatedTargets(url: string, model: string): Record<string, object> {
  const target = (dialect: string, version: string): object => ({
    dialect,
    endpoint: `${url}/${version}`,
    credential: 'none',
    any_model: true,
    default_model: model,
  })
  return {
    openai: target('openai_responses', 'v1'),
    anthropic: target('anthropic_messages', 'v1'),
    gemini: target('gemini', 'v1beta'),
    local: target('openai_chat', 'v1'),
  }
}

export async function simulate(args: readonly string[], io: Io): Promise<number> {
  const { port, token } = readArguments(args, OPTIONS, 0).values
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port ${port}: not a port`)
  const { dim } = styles(io.stderr, io.env)
  const on_closed = (request: RecordedRequest, status: number | null): void => {
    const line = `${request.method} ${request.path} ${modelOf(request)} ${status ?? '-'}${request.aborted ? ' (the caller left)' : ''}`
    io.stderr.write(`${dim(line)}\n`)
  }
  const simulator = await startSimulator({
    port: Number(port),
    keep: 0,
    on_closed,
    ...(token !== undefined && { token }),
  })
  io.stdout.write(page(simulator.url, io))
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await simulator.close()
  return EXIT.ok
}

/** As JSON, so that no name can smuggle escape codes onto the terminal. */
function modelOf({ body }: RecordedRequest): string {
  const named = typeof body === 'object' && body !== null && 'model' in body
  return named ? JSON.stringify(body.model) : ''
}

function page(url: string, io: Io): string {
  const { bold, dim } = styles(io.stdout, io.env)
  const config = { default_target: 'openai', targets: simulatedTargets(url, 'sim-text') }
  const width = Math.max(...Object.keys(WORDS).map((word) => word.length))
  return [
    `${bold('No model runs here')}: answers are simulated, in the wire formats of the real servers, at ${bold(url)}`,
    '',
    'A configuration for it:',
    JSON.stringify(config, null, 2),
    '',
    `The model's name says what happens: ${bold('sim-')} and words joined by ${bold('+')}, each with its numbers, as in`,
    `${bold('sim-reasoning+tools')}, ${bold('sim-error-429-2')} or ${bold('sim-words-50+slow-100')}. A prompt may hold such a name too.`,
    'Any other name is a small model that repeats, calls a tool that the prompt mentions, and fills schemas.',
    '',
    ...Object.entries(WORDS).map(([word, { help }]) => `  ${bold(word.padEnd(width))}  ${help}`),
    '',
    dim('Ctrl-C stops it. Requests are listed below as they end.'),
    '',
  ].join('\n')
}
