// `beluna-gateway demo`: a real daemon in a temporary directory, a simulated model server, and the lines both ways. Leaves nothing behind.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import {
  connect,
  type FinalEvent,
  type GatewayClient,
  type GatewayEvent,
  type InferRequest,
  type Message,
  type Tool,
} from '../client/index.ts'
import { delay } from '../resilience/deadline.ts'
import { startSimulator } from '../simulator/server.ts'
import { readArguments } from './arguments.ts'
import { EXIT, styles, type Io } from './io.ts'
import { simulatedTargets } from './simulate.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/beluna-gateway', import.meta.url))
const START_MS = 15_000

export async function demo(args: readonly string[], io: Io): Promise<number> {
  readArguments(args, {}, 0)
  const leaving = new AbortController()
  const interrupt = (): void => leaving.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const directory = await mkdtemp(join(tmpdir(), 'beluna-gateway-demo-'))
  const simulator = await startSimulator()
  try {
    const config = join(directory, 'config.json')
    await writeFile(config, configuration(simulator.url))
    return await withDaemon(config, join(directory, 'gateway.sock'), leaving.signal, (client) =>
      show(client, leaving.signal, io),
    )
  } catch (error) {
    if (leaving.signal.aborted) return EXIT.cancelled
    throw error
  } finally {
    await simulator.close()
    await rm(directory, { recursive: true, force: true })
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

function configuration(url: string): string {
  return JSON.stringify({
    socket_path: 'gateway.sock',
    default_target: 'openai',
    targets: simulatedTargets(url, 'sim-reasoning'),
    drain_timeout_ms: 1000,
    logging: { level: 'error' },
  })
}

/** Runs the daemon as long as `use` takes, and stops it whatever happens. */
async function withDaemon(
  config: string,
  socket: string,
  signal: AbortSignal,
  use: (client: GatewayClient) => Promise<number>,
): Promise<number> {
  const daemon = spawn(process.execPath, [LAUNCHER, 'serve', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A cache would stay behind.
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' },
  })
  const gone = once(daemon, 'exit')
  const complaint = text(daemon.stderr)
  try {
    const client = await reachable(daemon, socket, signal)
    if (client === null) throw new Error(`the daemon did not start: ${await complaint}`)
    const result = await use(client)
    client.close()
    return result
  } finally {
    daemon.kill('SIGTERM')
    await gone
  }
}

/** The connection, as soon as the daemon listens; null if it ends before, or takes too long. */
async function reachable(
  daemon: ChildProcess,
  socket: string,
  signal: AbortSignal,
): Promise<GatewayClient | null> {
  for (let waited = 0; waited < START_MS && daemon.exitCode === null; waited += 25) {
    await delay(25, signal)
    const client = await connect(socket).catch(() => null)
    if (client) return client
  }
  return null
}

const WEATHER: Tool = {
  name: 'get_weather',
  description: 'Tells the weather of a city.',
  input_schema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  },
}

/** What the person sees: a question, a tool call with its second turn, a failure, and the conversation carried on by the other dialects. */
async function show(client: GatewayClient, signal: AbortSignal, io: Io): Promise<number> {
  const { bold, dim } = styles(io.stdout, io.env)
  const say = (line: string): boolean => io.stdout.write(`${line}\n`)
  const stage = stageOf(client, signal, io)
  const messages: Message[] = [user('What is the weather in Oslo?')]

  say(`${bold('The model is simulated')}: it needs no key, and nothing leaves this machine.`)
  say(dim('The daemon is real: > is what a client writes to its socket, < what comes back.'))

  say(`\n${bold('1. A question')}`)
  const plain = await stage({ messages: [user('Say hi to the demo.')] }, true)

  say(`\n${bold('2. A tool call, and its second turn')}`)
  const ends = [await carry(stage, 'openai', messages), await carry(stage, 'openai', messages)]

  say(`\n${bold('3. A failure: the connection to the model breaks in the middle of the answer')}`)
  const broken = { target: 'local', model: 'sim-words-9+half-1500' }
  const cut = await stage({ ...broken, messages: [user('Tell a long story.')] }, true)

  say(`\n${bold('4. The conversation of 2, carried on through the other wire formats')}`)
  say(dim('Anthropic is asked, and calls the tool again'))
  messages.push(user('And the weather in Rome?'))
  ends.push(await carry(stage, 'anthropic', messages))
  say(dim('Gemini gets what the tool said'))
  ends.push(await carry(stage, 'gemini', messages))
  say(dim('An OpenAI-compatible server has the last word'))
  messages.push(user('Thank you!'))
  ends.push(await carry(stage, 'local', messages))

  const reasons = ends.map((end) => (end.type === 'completed' ? end.finish_reason : end.type))
  const wanted = 'tool_calls stop tool_calls stop stop'
  const fine = plain.type === 'completed' && reasons.join(' ') === wanted && cut.type === 'failed'
  say(`\n${bold(fine ? 'That was it.' : 'Something did not go as it should.')}`)
  say('For a real model, name it and its key in a configuration, then:')
  say('  beluna-gateway serve --config FILE')
  say('  beluna-gateway ask "Say hi"')
  say('To try more with simulated ones: beluna-gateway simulate')
  return fine ? EXIT.ok : EXIT.failed
}

function user(content: string): Message {
  return { role: 'user', content }
}

type Stage = (request: Omit<InferRequest, 'type'>, deltas: boolean) => Promise<FinalEvent>

/** One turn: its message joins the conversation, and what it calls is answered. */
async function carry(stage: Stage, target: string, messages: Message[]): Promise<FinalEvent> {
  const end = await stage({ target, messages: [...messages], tools: [WEATHER] }, false)
  if (end.message === null) return end
  messages.push(end.message)
  for (const part of end.message.content)
    if (part.type === 'tool_call')
      messages.push({
        role: 'tool',
        tool_call_id: part.id,
        tool_name: part.name,
        content: [{ type: 'json', value: { sky: 'clear', celsius: 7 } }],
      })
  return end
}

/** Sends requests and prints their lines; on a terminal no line takes more than three rows. */
function stageOf(client: GatewayClient, signal: AbortSignal, io: Io): Stage {
  const style = styles(io.stdout, io.env)
  const room = io.stdout.isTTY === true ? 3 * (io.stdout.columns || 80) - 1 : Infinity
  let count = 0
  const say = (line: string): boolean => io.stdout.write(`${line}\n`)
  const print = (mark: string, message: object, color: (line: string) => string): void => {
    const line = `${mark} ${JSON.stringify(message)}`
    say(color(line.length > room ? `${line.slice(0, room)}…` : line))
  }
  return async (request, deltas) => {
    const message = { type: 'infer', request_id: `demo-${++count}`, ...request } as const
    print('>', message, style.cyan)
    const inference = client.infer(message, { signal })
    let hidden: string[] = []
    for await (const event of inference)
      if (!deltas && event.type.endsWith('_delta'))
        hidden.push(event.type === 'output_text_delta' ? event.delta : '')
      else {
        if (hidden.length > 0)
          say(style.dim(`  ${hidden.length} deltas: ${hidden.join('') || '…'}`))
        hidden = []
        print('<', event, colorOf(event, style))
      }
    signal.throwIfAborted()
    return await inference.final()
  }
}

function colorOf(
  event: GatewayEvent,
  { green, red, yellow }: ReturnType<typeof styles>,
): (line: string) => string {
  if (event.type === 'failed') return red
  if (event.type === 'retrying' || event.type === 'cancelled') return yellow
  return event.type === 'completed' ? green : (line) => line
}
