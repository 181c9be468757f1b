// A caller in the four wire formats, independent of the simulator's own code.
import { request as send, type IncomingHttpHeaders } from 'node:http'

export type Format = 'chat' | 'responses' | 'messages' | 'gemini'
export const FORMATS = ['chat', 'responses', 'messages', 'gemini'] as const
export type Body = Readonly<Record<string, unknown>>

export interface Received {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** `end`: a proper end; else the connection went before it, by FIN or by RST. */
  readonly ending: 'end' | 'cut' | 'reset'
}

interface Wishes {
  readonly stream?: boolean
  readonly key?: string
  /** Ends the call from this side as soon as this has come. */
  readonly until?: string
}

/** One call in a format's own way, read to whatever end it has. */
export function post(
  url: string,
  format: Format,
  model: string,
  body: Body,
  { stream = true, key, until }: Wishes = {},
): Promise<Received> {
  const encoded = encodeURIComponent(model)
  const path = {
    chat: '/v1/chat/completions',
    responses: '/v1/responses',
    messages: '/v1/messages',
    gemini: `/v1beta/models/${encoded}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  }[format]
  const headers = {
    'content-type': 'application/json',
    ...(format === 'messages' && { 'anthropic-version': '2023-06-01' }),
    ...(key !== undefined && KEYS[format](key)),
  }
  const sent = format === 'gemini' ? body : { ...body, model, stream }
  return new Promise((resolve, reject) => {
    let answered = false
    let reset = false
    const onReset = (): void => {
      reset = true
    }
    const call = send(`${url}${path}`, { method: 'POST', headers }, (response) => {
      answered = true
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        if (until !== undefined && Buffer.concat(chunks).includes(until)) response.destroy()
      })
      response.on('error', () => undefined)
      // Asked of the socket: where its end is the end of the body, node's reader calls a reset an end too.
      const { socket } = response
      socket.once('error', onReset)
      response.on('close', () => {
        socket.off('error', onReset)
        const { statusCode: status = 0, headers: told } = response
        const ending = response.complete ? 'end' : 'cut'
        const text = Buffer.concat(chunks).toString()
        resolve({ status, headers: told, text, ending: reset ? 'reset' : ending })
      })
    })
    call.on('error', (problem) => {
      if (!answered) reject(problem)
    })
    call.end(JSON.stringify(sent))
  })
}

const KEYS: Record<Format, (key: string) => Record<string, string>> = {
  chat: (key) => ({ authorization: `Bearer ${key}` }),
  responses: (key) => ({ authorization: `Bearer ${key}` }),
  messages: (key) => ({ 'x-api-key': key }),
  gemini: (key) => ({ 'x-goog-api-key': key }),
}

const TOOL = { name: 'get_weather', description: 'Tells the weather.' }
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

/** A first request in a format's own words. */
export function bodyOf(format: Format, text: string, tools = false): Body {
  const bodies: Record<Format, [Body, Body]> = {
    chat: [
      { messages: [{ role: 'user', content: text }], stream_options: { include_usage: true } },
      { tools: [{ type: 'function', function: { ...TOOL, parameters: SCHEMA } }] },
    ],
    responses: [
      { input: [{ role: 'user', content: [{ type: 'input_text', text }] }] },
      { tools: [{ type: 'function', ...TOOL, parameters: SCHEMA, strict: false }] },
    ],
    messages: [
      { messages: [{ role: 'user', content: text }], max_tokens: 100 },
      { tools: [{ ...TOOL, input_schema: SCHEMA }] },
    ],
    gemini: [
      { contents: [{ role: 'user', parts: [{ text }] }] },
      { tools: [{ functionDeclarations: [{ ...TOOL, parametersJsonSchema: SCHEMA }] }] },
    ],
  }
  const [body, more] = bodies[format]
  return tools ? { ...body, ...more } : body
}
