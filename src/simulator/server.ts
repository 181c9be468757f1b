// A separate loopback HTTP server that speaks the four wire formats as the vendors do: for the demo, tests, benchmarks and people without keys.
// It runs no model, and must never share a line with the gateway whose work it judges.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { conclude, deliver } from './delivery.ts'
import type { Exchange, Scripted } from './exchange.ts'
import { createExchange } from './exchange.ts'
import { parsed } from './wire.ts'

export { prebuilt } from './exchange.ts'

/** A request as it came; the caller's headers are all there, its credential too. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The parsed body; undefined where it was no JSON. */
  readonly body: unknown
  /** Milliseconds since the epoch; `closed_at` is null while the answer is open. */
  readonly received_at: number
  closed_at: number | null
  /** The caller left before the answer had come to its intended end. */
  aborted: boolean
}

export interface SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** For models without a script of their own that spell none; default: the small model answers. */
  readonly default_script?: Scripted
  /** The key that callers must send; without it every key, or none, will do. */
  readonly token?: string
  /** How many requests to remember, the latest; default 10,000. */
  readonly keep?: number
  /** Called as each answer closes, with its status; null: the caller left before there was one. */
  readonly on_closed?: (request: RecordedRequest, status: number | null) => void
}

export interface Simulator {
  readonly port: number
  /** Without a slash at the end, and without `/v1`. */
  readonly url: string
  readonly requests: readonly RecordedRequest[]
  /** Answers that are not closed yet. */
  open(): number
  /** The answers of a model: its first request gets the first, and so on; the last one stands for all that follow. */
  script(model: string, ...scripts: readonly [Scripted, ...Scripted[]]): void
  /** Resolves as soon as the condition holds; it is looked at whenever a request comes or an answer closes. */
  when(condition: () => boolean): Promise<void>
  close(): Promise<void>
}

/** Starts a simulator on the loopback interface; fails where the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const exchange = createExchange(options.token, options.default_script)
  const book = createBook(options)
  const server = createServer((request, response) => {
    void serve(exchange, book, request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', 4096, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests: book.requests,
    open: book.open,
    script(model, ...scripts) {
      exchange.script(model, scripts)
    },
    when: book.when,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

async function serve(
  exchange: Exchange,
  book: Book,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  } catch {
    return // The caller left before its request was whole: there is nothing to answer or to record.
  }
  const { method = '', url: path = '/', headers } = request
  const body = parsed(Buffer.concat(chunks).toString())
  const page = book.enter({ method, path, headers, body }, response)
  const { answer, delivery } = exchange.handle({ method, path, headers, body })
  if (!(await deliver(response, answer, delivery))) return
  page.aborted = false
  conclude(response, delivery)
}

interface Book {
  readonly requests: RecordedRequest[]
  readonly open: () => number
  readonly when: (condition: () => boolean) => Promise<void>
  /** Records a request; it counts as aborted from its close on, unless that is taken back before. */
  enter(
    call: Pick<RecordedRequest, 'method' | 'path' | 'headers' | 'body'>,
    response: ServerResponse,
  ): { aborted: boolean }
}

function createBook({ keep = 10_000, on_closed }: SimulatorOptions): Book {
  const requests: RecordedRequest[] = []
  const watchers = new Set<() => void>()
  let open = 0
  const look = (): void => {
    for (const watcher of watchers) watcher()
  }
  return {
    requests,
    open: () => open,
    when: (condition) =>
      new Promise((resolve) => {
        const watcher = (): void => {
          if (condition() && watchers.delete(watcher)) resolve()
        }
        watchers.add(watcher)
        watcher()
      }),
    enter(call, response) {
      const page = { aborted: true }
      const entry: RecordedRequest = {
        ...call,
        received_at: Date.now(),
        closed_at: null,
        aborted: false,
      }
      open += 1
      requests.push(entry)
      if (requests.length > keep) requests.shift()
      response.once('close', () => {
        open -= 1
        entry.closed_at = Date.now()
        entry.aborted = page.aborted
        on_closed?.(entry, response.headersSent ? response.statusCode : null)
        look()
      })
      look()
      return page
    },
  }
}
