// `beluna-gateway status`: what a running daemon is doing.
import type { ModelStatus, StatusEvent } from '../protocol/gateway-event.gen.ts'
import { CLIENT_OPTIONS, readArguments } from './arguments.ts'
import { reach } from './connection.ts'
import { EXIT, styles, type Io } from './io.ts'

export async function status(args: readonly string[], io: Io): Promise<number> {
  const { values } = readArguments(args, CLIENT_OPTIONS, 0)
  const client = await reach(values, io)
  if (typeof client === 'number') return client
  const event = await client.status()
  client.close()
  io.stdout.write(values.json ? `${JSON.stringify(event)}\n` : page(event, io))
  return EXIT.ok
}

function page(event: StatusEvent, io: Io): string {
  const { bold, dim } = styles(io.stdout, io.env)
  const lines = [
    `${bold(`beluna-gateway ${event.version}`)}${event.draining ? ' (stopping)' : ''}, up ${Math.round(event.uptime_ms / 1000)} s, process ${event.pid}`,
    `configuration ${event.config.source}, read ${event.config.loaded_at}`,
    `${event.connections} connections, ${event.in_flight} requests in flight, ${event.queued} waiting`,
  ]
  for (const target of event.targets) {
    const mark = target.name === event.default_target ? ' (default)' : ''
    lines.push('', `${bold(target.name)}${mark} ${dim(`${target.dialect} ${target.endpoint}`)}`)
    for (const model of target.models) lines.push(`  ${row(model)}`)
  }
  for (const { name, members } of event.routes) lines.push('', `${bold(name)} → ${members.join(' → ')}`)
  return `${lines.join('\n')}\n`
}

function row({ model, breaker, requests, latency, tokens, costs }: ModelStatus): string {
  const facts = [
    model,
    breaker.state === 'closed' ? null : `breaker ${breaker.state}`,
    `${requests.completed} completed, ${requests.failed} failed, ${requests.cancelled} cancelled`,
    latency.first_event && `first output ${latency.first_event.p50} ms`,
    `${tokens.input_tokens} tokens in, ${tokens.output_tokens} out`,
    ...costs.map(({ total, currency }) => `${total} ${currency}`),
  ]
  return facts.filter((fact) => fact !== null).join(' · ')
}
