// `beluna-gateway ask`: one question, or a conversation, with a running daemon. Starts nothing and keeps nothing.
import { isUtf8 } from 'node:buffer'
import { buffer } from 'node:stream/consumers'
import type { GatewayClient, InferRequest, Tool, UserPart } from '../client/index.ts'
import { readDocument } from '../config/document.ts'
import { ConfigError } from '../config/problem.ts'
import { showAnswer } from './answer.ts'
import { CLIENT_OPTIONS, readArguments } from './arguments.ts'
import { readAttachment } from './attachment.ts'
import { chat } from './chat.ts'
import { reach } from './connection.ts'
import { EXIT, UsageError, type Io } from './io.ts'

const OPTIONS = {
  ...CLIENT_OPTIONS,
  chat: { type: 'boolean' },
  target: { type: 'string' },
  model: { type: 'string' },
  system: { type: 'string' },
  file: { type: 'string', multiple: true },
  image: { type: 'string', multiple: true },
  tools: { type: 'string' },
} as const

export async function ask(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS, 1)
  const words = positionals[0] === '-' ? undefined : positionals[0]
  if (words === undefined && io.stdin.isTTY && !values.chat) throw new UsageError(NOTHING)
  const text = words === undefined && !values.chat ? await readPiped(io.stdin) : words
  const files = [...(values.file ?? []), ...(values.image ?? [])]
  const attachments = await Promise.all(files.map(readAttachment))
  if (text?.trim() === '' && files.length === 0) throw new UsageError(NOTHING)
  const request = requestOf(values)
  const client = await reach(values, io)
  if (typeof client === 'number') return client
  const json = values.json === true
  try {
    if (values.chat) return await chat({ client, request, first: text, attachments, json }, io)
    const content: UserPart[] = [...attachments, { type: 'text', text: text ?? '' }]
    request.messages.push({ role: 'user', content })
    return await askOnce(client, request, json, io)
  } finally {
    client.close()
  }
}

const NOTHING = 'nothing to ask: give a text, pipe one in, or say --chat'

/** Bytes that are no text would reach the model as other ones. */
async function readPiped(stdin: Io['stdin']): Promise<string> {
  const bytes = await buffer(stdin)
  if (!isUtf8(bytes)) throw new UsageError('what is piped in is not UTF-8 text; --file shows files')
  return new TextDecoder().decode(bytes)
}

type Wishes = Readonly<Partial<Record<'target' | 'model' | 'system' | 'tools', string | undefined>>>

/** What every request of the command has. */
const requestOf = ({ target, model, system, tools }: Wishes): Omit<InferRequest, 'type'> => ({
  ...(target !== undefined && { target }),
  ...(model !== undefined && { model }),
  ...(tools !== undefined && { tools: readTools(tools) }),
  messages: system === undefined ? [] : [{ role: 'system', content: system }],
})

async function askOnce(
  client: GatewayClient,
  request: Omit<InferRequest, 'type'>,
  json: boolean,
  io: Io,
): Promise<number> {
  const leaving = new AbortController()
  const interrupt = (): void => leaving.abort()
  process.once('SIGINT', interrupt)
  try {
    const inference = client.infer(request, { signal: leaving.signal })
    const final = await showAnswer(client, inference, json, io)
    if (final.type !== 'completed') return final.type === 'cancelled' ? EXIT.cancelled : EXIT.failed
    if (final.finish_reason === 'tool_calls' && !json)
      io.stderr.write(
        'beluna-gateway: the model waits for the results of its calls, which --chat asks you for\n',
      )
    return EXIT.ok
  } finally {
    process.removeListener('SIGINT', interrupt)
  }
}

/** The daemon judges them; here they only have to look like tools. */
function readTools(file: string): Tool[] {
  try {
    const { value } = readDocument(file)
    if (Array.isArray(value) && value.every(isTool)) return value
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(`--tools: ${error.message}`)
    throw error
  }
  throw new UsageError(`--tools ${file}: not a list of tools, each with a name and an input_schema`)
}

const isTool = (value: unknown): value is Tool =>
  typeof value === 'object' && value !== null && 'name' in value && 'input_schema' in value
