// The floor: the least that anyone can do who reads a provider's events and writes one JSON line a delta. No validation, no policy, no end
// of its own but the provider's. Kept as small as it can be, because every figure of the benchmark is a ratio to it.
import { createServer } from 'node:net'
import { createParser } from 'eventsource-parser'
import { Agent, type Dispatcher } from 'undici'
import { pathOf, type DialectName } from './wire.ts'

interface Asked {
  readonly request_id: string
  readonly target: DialectName
  readonly model: string
  readonly messages: unknown
}

/** The fields in which the four dialects carry text. */
interface Said {
  readonly choices?: readonly { readonly delta?: { readonly content?: string } }[]
  readonly delta?: string | { readonly text?: string }
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly { readonly text?: string }[] }
  }[]
}

const readAsked: (text: string) => Asked = JSON.parse
const readSaid: (text: string) => Said = JSON.parse
const [, , path = '', origin = ''] = process.argv
const agent = new Agent({ pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })
const headers = { 'content-type': 'application/json' }

function textOf({ choices, delta, candidates }: Said): string | undefined {
  if (choices) return choices[0]?.delta?.content
  if (candidates) return candidates[0]?.content?.parts?.[0]?.text
  return typeof delta === 'object' ? delta.text : delta
}

type Controllers = Set<Dispatcher.DispatchController>

function relay(
  { request_id, target, model, messages }: Asked,
  tell: (line: string) => void,
  open: Controllers,
): void {
  const decoder = new TextDecoder()
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') return
      const delta = textOf(readSaid(data))
      if (delta) tell(JSON.stringify({ type: 'output_text_delta', request_id, part: 0, delta }))
    },
  })
  const end = (type: string): void => tell(JSON.stringify({ type, request_id }))
  const body = JSON.stringify({ model, messages, stream: true })
  agent.dispatch(
    { origin, path: pathOf(target, model), method: 'POST', headers, body },
    {
      onRequestStart: (controller) => void open.add(controller),
      onResponseStart: () => undefined,
      onResponseData: (_, chunk) => parser.feed(decoder.decode(chunk, { stream: true })),
      onResponseEnd(controller) {
        open.delete(controller)
        end('completed')
      },
      onResponseError(controller) {
        open.delete(controller)
        end('failed')
      },
    },
  )
}

const server = createServer((socket) => {
  let read = ''
  let out = ''
  const open: Controllers = new Set()
  const flush = (): void => {
    socket.write(out)
    out = ''
  }
  const tell = (line: string): void => {
    if (out === '') setImmediate(flush)
    out += `${line}\n`
  }
  socket.setEncoding('utf8').on('error', () => undefined)
  // Who has gone wants nothing more.
  socket.on('close', () => {
    for (const controller of open) controller.abort(new Error('the client is gone'))
  })
  socket.on('data', (text: string) => {
    read += text
    if (!text.includes('\n')) return
    const lines = read.split('\n')
    read = lines.pop() ?? ''
    for (const line of lines) relay(readAsked(line), tell, open)
  })
})
server.listen(path, 4096)
