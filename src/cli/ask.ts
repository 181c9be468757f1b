// `beluna-gateway ask`: one request, printed as it streams. Starts nothing and keeps nothing.
import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import {
  ConnectionLostError,
  type FinalEvent,
  type GatewayClient,
  type GatewayEvent,
  type InferRequest,
  type UserPart,
} from '../client/index.ts'
import { CLIENT_OPTIONS, readArguments } from './arguments.ts'
import { reach } from './connection.ts'
import { EXIT, styles, UsageError, type Io } from './io.ts'

const OPTIONS = {
  ...CLIENT_OPTIONS,
  target: { type: 'string' },
  model: { type: 'string' },
  system: { type: 'string' },
  image: { type: 'string', multiple: true },
} as const

export async function ask(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS, 1)
  const request = await requestOf(positionals[0], values, io)
  const client = await reach(values, io)
  if (typeof client === 'number') return client
  const leaving = new AbortController()
  const interrupt = (): void => leaving.abort()
  process.once('SIGINT', interrupt)
  try {
    return await converse(
      client,
      request,
      { json: values.json === true, signal: leaving.signal },
      io,
    )
  } catch (error) {
    if (!(error instanceof ConnectionLostError)) throw error
    io.stderr.write(`\nbeluna-gateway: ${error.message}\n`)
    return EXIT.no_daemon
  } finally {
    process.removeListener('SIGINT', interrupt)
    client.close()
  }
}

interface Wishes {
  readonly target?: string | undefined
  readonly model?: string | undefined
  readonly system?: string | undefined
  readonly image?: readonly string[] | undefined
}

async function requestOf(
  words: string | undefined,
  wishes: Wishes,
  io: Io,
): Promise<Omit<InferRequest, 'type'>> {
  if (words === undefined && io.stdin.isTTY)
    throw new UsageError('nothing to ask: give a text, or pipe one in')
  const text = words === undefined || words === '-' ? await readText(io.stdin) : words
  const images = await Promise.all((wishes.image ?? []).map(readImage))
  const content: UserPart[] = [...images, { type: 'text', text }]
  return {
    ...(wishes.target !== undefined && { target: wishes.target }),
    ...(wishes.model !== undefined && { model: wishes.model }),
    messages: [
      ...(wishes.system === undefined ? [] : [{ role: 'system' as const, content: wishes.system }]),
      { role: 'user', content },
    ],
  }
}

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
}

async function readImage(path: string): Promise<UserPart> {
  const media_type = IMAGE_TYPES[extname(path).toLowerCase()]
  if (!media_type) throw new UsageError(`--image ${path}: not a .png, .jpg, .gif or .webp file`)
  const bytes = await readFile(path).catch(() => {
    throw new UsageError(`--image ${path}: the file cannot be read`)
  })
  return {
    type: 'image',
    source: { media_type, data: bytes.toString('base64') },
    filename: basename(path),
  }
}

interface Manner {
  readonly json: boolean
  readonly signal: AbortSignal
}

async function converse(
  client: GatewayClient,
  request: Omit<InferRequest, 'type'>,
  { json, signal }: Manner,
  io: Io,
): Promise<number> {
  const inference = client.infer(request, { signal })
  const page = new Page(io)
  for await (const event of inference)
    if (json) io.stdout.write(`${JSON.stringify(event)}\n`)
    else page.show(event)
  const final = await inference.final()
  if (!json) {
    page.end()
    io.stderr.write(`${styles(io.stderr, io.env).dim(summary(final))}\n`)
  }
  if (final.type === 'completed') return EXIT.ok
  return final.type === 'cancelled' ? EXIT.cancelled : EXIT.failed
}

/** The answer on its way to a person: text on stdout, everything else on stderr. */
class Page {
  readonly #io: Io
  readonly #style
  #last = '\n'

  constructor(io: Io) {
    this.#io = io
    this.#style = styles(io.stdout, io.env)
  }

  show(event: GatewayEvent): void {
    switch (event.type) {
      case 'output_text_delta':
      case 'refusal_delta':
        return this.#write(event.delta)
      case 'reasoning_delta':
        return this.#io.stdout.isTTY ? this.#write(this.#style.dim(event.delta)) : undefined
      case 'tool_call_ready':
        return this.#write(
          `${this.#style.cyan(`${event.call.name}(${event.call.arguments_json})`)}\n`,
        )
      case 'retrying':
        return this.#note(`${event.error.message}; trying again in ${event.delay_ms} ms`)
      case 'started':
        return event.warnings.forEach(({ message }) => this.#note(message))
      default:
        return undefined
    }
  }

  end(): void {
    if (!this.#last.endsWith('\n')) this.#io.stdout.write('\n')
  }

  #write(text: string): void {
    this.#last = text
    this.#io.stdout.write(text)
  }

  #note(text: string): void {
    this.#io.stderr.write(`beluna-gateway: ${text}\n`)
  }
}

/** One line: how it ended, where, tokens, cost, time. */
function summary(final: FinalEvent): string {
  const { usage, cost, timing } = final
  const how =
    final.type === 'failed'
      ? `failed: ${final.error.message} (${[final.error.kind, final.error.code].filter(Boolean).join('/')})`
      : final.type === 'completed'
        ? final.finish_reason
        : 'cancelled'
  const facts = [
    how,
    final.target === null ? null : `${final.target}/${final.model}`,
    usage && `${usage.input_tokens ?? '?'} in, ${usage.output_tokens ?? '?'} out`,
    cost && `${cost.total} ${cost.currency}`,
    timing && `${(timing.total_ms / 1000).toFixed(1)} s`,
    ...final.warnings.map(({ message }) => `warning: ${message}`),
  ]
  return facts.filter((fact) => fact !== null).join(' · ')
}
