// `beluna-gateway ask --chat`: a conversation, a line a turn. The history is kept here alone: what the model said goes back as it came, with
// every state in it, and a turn that does not end well leaves nothing behind.
import {
  ConnectionLostError,
  type CompletedEvent,
  type GatewayClient,
  type InferRequest,
  type Message,
  type UserPart,
} from '../client/index.ts'
import { showAnswer } from './answer.ts'
import { EXIT, styles, type Io } from './io.ts'
import { INTERRUPT, promptOf, type Prompt } from './prompt.ts'

export interface Talk {
  readonly client: GatewayClient
  /** What every request has; its `messages` are how the conversation begins. */
  readonly request: Omit<InferRequest, 'type'>
  /** The first turn's, before the first line is asked for. */
  readonly first: string | undefined
  /** Shown with the first turn. */
  readonly attachments: readonly UserPart[]
  readonly json: boolean
}

/** Talks until the lines end; gives the exit status. */
export async function chat(talk: Talk, io: Io): Promise<number> {
  const prompt = promptOf(io)
  const { dim } = styles(io.stderr, io.env)
  const say = (text: string): void => void io.stderr.write(`${dim(text)}\n`)
  if (prompt.person) say('One line is one turn. Ctrl-C stops an answer; Ctrl-D or /exit ends.')
  const history = [...talk.request.messages]
  let attachments = [...talk.attachments]
  let [status, interrupted]: [number, boolean] = [EXIT.ok, false]
  try {
    for (let first = talk.first; ; first = undefined) {
      if (prompt.person && first === undefined) io.stderr.write('\n')
      const line = first ?? (await prompt.next('> '))
      if (line === null || line === '/exit') return status
      if (line === INTERRUPT) {
        if (interrupted) return EXIT.cancelled
        interrupted = true
        say('Ctrl-C again, Ctrl-D or /exit ends.')
        continue
      }
      interrupted = false
      if (line.trim() === '') continue
      const content: UserPart[] = [...attachments, { type: 'text', text: line }]
      const ended = await turn([...history, { role: 'user', content }], talk, prompt, io)
      if (typeof ended === 'number') {
        say('That turn is forgotten.')
        if (prompt.person) continue
        status = ended
        if (ended !== EXIT.failed) return status
      } else {
        history.splice(0, Infinity, ...ended)
        attachments = []
      }
    }
  } finally {
    prompt.close()
  }
}

/** The conversation with the whole turn in it, calls and their results included; or the exit status of what went wrong. */
async function turn(
  messages: Message[],
  talk: Talk,
  prompt: Prompt,
  io: Io,
): Promise<Message[] | number> {
  for (;;) {
    const end = await answerTo(messages, talk, io)
    if (typeof end === 'number') return end
    messages.push(end.message)
    const results = await resultsFor(end, prompt)
    if (results === null) return EXIT.failed
    messages.push(...results)
    const goesOn =
      end.finish_reason === 'pause' || (end.finish_reason === 'tool_calls' && results.length > 0)
    if (!goesOn) return messages
  }
}

async function answerTo(
  messages: readonly Message[],
  { client, request, json }: Talk,
  io: Io,
): Promise<CompletedEvent | number> {
  const leaving = new AbortController()
  const interrupt = (): void => leaving.abort()
  process.once('SIGINT', interrupt)
  try {
    const inference = client.infer(
      { ...request, messages: [...messages] },
      { signal: leaving.signal },
    )
    const end = await showAnswer(client, inference, json, io)
    if (end.type === 'completed') return end
    return end.type === 'cancelled' ? EXIT.cancelled : EXIT.failed
  } catch (error) {
    if (!(error instanceof ConnectionLostError)) throw error
    io.stderr.write(`beluna-gateway: ${error.message}\n`)
    return leaving.signal.aborted ? EXIT.cancelled : EXIT.no_daemon
  } finally {
    process.removeListener('SIGINT', interrupt)
  }
}

/** An answer to every call, as the protocol wants it before anything else; null: nobody gives one. */
async function resultsFor(end: CompletedEvent, prompt: Prompt): Promise<Message[] | null> {
  const results: Message[] = []
  for (const part of end.message.content) {
    if (part.type !== 'tool_call' || part.status === 'partial') continue
    const { id: tool_call_id, name: tool_name } = part
    const refuse = (content: string): void =>
      void results.push({ role: 'tool', tool_call_id, tool_name, is_error: true, content })
    if (part.status === 'malformed') refuse('the arguments are no JSON object')
    else if (!['tool_calls', 'pause'].includes(end.finish_reason))
      refuse(`not executed: the answer ended with ${end.finish_reason}`)
    else {
      const content = await prompt.next(`result of ${tool_name}: `)
      if (content === null || content === INTERRUPT) return null
      if (content.trim() === '') refuse('there is no result')
      else results.push({ role: 'tool', tool_call_id, tool_name, content })
    }
  }
  return results
}
