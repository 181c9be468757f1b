// A provider that costs next to nothing: answers built ahead, bytes as the vendors send them, pace as the model's name says.
// Run as a child process; tells its port over IPC. It judges nothing.
import { createServer, type ServerResponse } from 'node:http'
import { prebuilt } from '../src/simulator/server.ts'
import { stamp, STAMP_DIGITS } from './wire.ts'

type Format = Parameters<typeof prebuilt>[0]

const FORMATS = [
  ['/completions', 'chat'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
] as const
const PLACEHOLDER = `T${'0'.repeat(STAMP_DIGITS)} `
const answers = new Map<string, Buffer[]>()

/** What each model of each wire answers; it says that it is the model that was asked for, as providers do. */
function answerOf(format: Format, model: string, words: number): Buffer[] {
  const key = `${format} ${model}`
  const known = answers.get(key)
  if (known) return known
  const text = Array.from({ length: words }, (_, index) => `word${index} `)
  const events = prebuilt(format, [{ type: 'text', text }], model)
  answers.set(key, events)
  return events
}

/** An answer of one stamped delta: what comes before, the delta on both sides of its stamp, what comes after. */
function pacedAnswer(format: Format, model: string): Paced {
  const known = paced.get(`${format} ${model}`)
  if (known) return known
  const events = prebuilt(format, [{ type: 'text', text: [PLACEHOLDER] }], model)
  const at = events.findIndex((event) => event.includes(PLACEHOLDER))
  const [before = '', after = ''] = String(events[at]).split(PLACEHOLDER)
  const head = Buffer.concat(events.slice(0, at))
  const made = { head, before, after, tail: Buffer.concat(events.slice(at + 1)) }
  paced.set(`${format} ${model}`, made)
  return made
}

const paced = new Map<string, Paced>()

interface Paced {
  readonly head: Buffer
  readonly before: string
  readonly after: string
  readonly tail: Buffer
}

function pace(
  response: ServerResponse,
  { head, before, after, tail }: Paced,
  deltas: number,
  every_ms: number,
): void {
  let left = deltas
  let timer: NodeJS.Timeout | undefined
  const beat = (): void => {
    const now = Math.round(stamp()).toString().padStart(STAMP_DIGITS, '0')
    response.write(`${before}T${now} ${after}`)
    if (--left > 0) return
    clearInterval(timer)
    response.end(tail)
  }
  response.write(head)
  // Spread evenly: streams that all beat at once would measure a burst.
  const phase = setTimeout(() => (timer = setInterval(beat, every_ms)), Math.random() * every_ms)
  response.once('close', () => {
    clearTimeout(phase)
    clearInterval(timer)
  })
}

function drip(response: ServerResponse, events: readonly Buffer[]): void {
  let at = 0
  const next = (): void => {
    const event = events[at++]
    if (!event || response.destroyed) return void response.end()
    response.write(event)
    setImmediate(next)
  }
  next()
}

function answer(response: ServerResponse, path: string, body: Buffer): void {
  const named = /\/models\/([^/:]+):/.exec(path)?.[1]
  const from = body.indexOf('"model":"') + 9
  const model = named ?? body.toString('latin1', from, body.indexOf('"', from))
  const format = FORMATS.find(([place]) => path.includes(place))?.[1] ?? 'gemini'
  const [mode, count, every] = model.split('-')
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (mode === 'paced') pace(response, pacedAnswer(format, model), Number(count), Number(every))
  else if (mode === 'each') drip(response, answerOf(format, model, Number(count)))
  else response.end(Buffer.concat(answerOf(format, model, Number(count))))
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => answer(response, request.url ?? '', Buffer.concat(chunks)))
})
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address()
  if (typeof address === 'object') process.send?.({ port: address?.port })
})
process.on('disconnect', () => process.exit(0))
