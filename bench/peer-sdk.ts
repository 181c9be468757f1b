// A vendor's SDK, or the AI SDK, reading streams in a process of its own: requests come as lines, and only their end is told. Runs from the
// directory into which the peers were installed, so it imports nothing of the benchmark.
import { createServer } from 'node:net'

interface Asked {
  readonly request_id: string
  readonly model: string
  readonly messages: readonly { readonly content: string }[]
}
type Stream = AsyncIterable<unknown>
type Client<T> = new (options: object) => T

interface OpenAi {
  readonly default: Client<{
    chat: { completions: { create(body: object): Promise<Stream> } }
  }>
}
interface Anthropic {
  readonly default: Client<{ messages: { create(body: object): Promise<Stream> } }>
}
interface Google {
  readonly GoogleGenAI: Client<{
    models: { generateContentStream(body: object): Promise<Stream> }
  }>
}
interface Ai {
  readonly streamText: (options: object) => { readonly textStream: Stream }
}
interface Compatible {
  readonly createOpenAICompatible: (options: object) => (model: string) => unknown
}

const [, , name, path, url = ''] = process.argv
const apiKey = 'none'

function load<T>(module: string): Promise<T> {
  return new Promise((resolve, reject) => {
    import(module).then((found: T) => resolve(found), reject)
  })
}

/** How the SDK of that name opens a stream. */
async function opener(): Promise<(asked: Asked) => Promise<Stream> | Stream> {
  switch (name) {
    case 'openai_sdk': {
      const { default: OpenAI } = await load<OpenAi>('openai')
      const { chat } = new OpenAI({ apiKey, baseURL: `${url}/v1` })
      return ({ model, messages }) => chat.completions.create({ model, messages, stream: true })
    }
    case 'anthropic_sdk': {
      const { default: Anthropic } = await load<Anthropic>('@anthropic-ai/sdk')
      const client = new Anthropic({ apiKey, baseURL: url })
      return ({ model, messages }) =>
        client.messages.create({ model, messages, max_tokens: 1024, stream: true })
    }
    case 'google_sdk': {
      const { GoogleGenAI } = await load<Google>('@google/genai')
      const { models } = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } })
      return ({ model, messages }) =>
        models.generateContentStream({ model, contents: messages[0]?.content })
    }
    default: {
      const { streamText } = await load<Ai>('ai')
      const { createOpenAICompatible } = await load<Compatible>('@ai-sdk/openai-compatible')
      const provider = createOpenAICompatible({ name: 'bench', apiKey, baseURL: `${url}/v1` })
      return ({ model, messages }) => streamText({ model: provider(model), messages }).textStream
    }
  }
}

const open = await opener()
const read: (text: string) => Asked = JSON.parse

async function exhaust(asked: Asked): Promise<string> {
  let pieces = 0
  for await (const piece of await open(asked)) pieces += piece === undefined ? 0 : 1
  const type = pieces > 0 ? 'completed' : 'failed'
  return `${JSON.stringify({ type, request_id: asked.request_id })}\n`
}

const server = createServer((socket) => {
  let rest = ''
  socket.setEncoding('utf8').on('error', () => undefined)
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) void exhaust(read(line)).then((end) => socket.write(end))
  })
})
server.listen(path)
