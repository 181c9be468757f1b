// HTTP to the providers. One exchange is pulled chunk by chunk, so that a slow reader slows the provider; nothing here retries, follows
// a redirect, or keeps a secret. Every wait ends at once when the exchange is aborted, also where the client below would not notice.
import type { Agent, buildConnector, Dispatcher } from 'undici'
import type { Fault } from '../protocol/fault.ts'
import type { Address } from './address.ts'
import { transportFault } from './fault.ts'
import * as undici from './undici.ts'

/** Bytes that may wait unread before the socket is paused. */
const HIGH_WATER = 128 * 1024
const MAX_HEADER_BYTES = 64 * 1024
/** Own deadlines rule; this one ends only what no exchange can end: a proxy's connections. */
const LONGEST_CONNECT_MS = 120_000

export interface ProxySettings {
  readonly http_proxy?: string | undefined
  readonly https_proxy?: string | undefined
  readonly no_proxy?: string | undefined
}

export interface HttpRequest {
  readonly method?: 'POST' | 'GET'
  readonly address: Address
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** What a recording of it says beside the answer, the body as a value among it; left out: it is not recorded. Never sent. */
  readonly about?: Readonly<Record<string, unknown>>
}

export interface HttpClient {
  /** Begins an exchange; never throws: what goes wrong comes out of its `answer`. Whoever began it reads it to its end, or ends it with `abort`. */
  send(request: HttpRequest): Exchange
  /** Closes all connections, idle or not: for when every exchange is over. */
  close(): Promise<void>
}

export interface Answer {
  readonly status: number
  /** Lower-case names; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * One long-lived client for all targets, made with the first exchange or when `prepare` asks for it. HTTP/2 stays off: one connection
 * lost would be many requests lost.
 */
export function createHttpClient(proxy: ProxySettings): HttpClient & { prepare(): void } {
  let made: Agents | null = null
  const agents = (): Agents => (made ??= makeAgents(proxy))
  return {
    prepare: () => void agents(),
    send: (request) => {
      const { direct, proxied, dialer } = agents()
      return new LiveExchange(request.address.loopback ? direct : proxied, request, dialer)
    },
    close: async () => {
      if (!made) return
      const { direct, proxied } = made
      await Promise.all([direct.destroy(), proxied === direct ? null : proxied.destroy()])
    },
  }
}

interface Agents {
  readonly direct: Dispatcher
  /** The way to hosts that are not this one. */
  readonly proxied: Dispatcher
  readonly dialer: Dialer
}

function makeAgents(proxy: ProxySettings): Agents {
  const dialer = new Dialer()
  const options = {
    allowH2: false,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4_000,
    maxHeaderSize: MAX_HEADER_BYTES,
    connect: dialer.connect,
  }
  const direct = new (undici.agent())(options)
  const proxied = proxy.http_proxy || proxy.https_proxy ? proxyAgent(proxy, options) : direct
  return { direct, proxied, dialer }
}

interface Closable {
  destroy(error?: Error): unknown
}

/**
 * Knows which exchange a connection is being made for, because undici dials within the call that needs a connection. undici itself
 * can abort no request before its connection stands, and would go on dialling for one that nobody waits for any more.
 */
class Dialer {
  readonly #dial = undici.connector()({ allowH2: false, timeout: LONGEST_CONNECT_MS })
  #adopt: ((socket: Closable) => void) | null = null

  readonly connect: buildConnector.connector = (options, callback) => {
    const socket: unknown = this.#dial(options, callback)
    if (isClosable(socket)) this.#adopt?.(socket)
  }

  /** Runs `work`; the socket that is dialled within it goes to `adopt`. */
  during(adopt: (socket: Closable) => void, work: () => void): void {
    this.#adopt = adopt
    try {
      work()
    } finally {
      this.#adopt = null
    }
  }
}

function isClosable(value: unknown): value is Closable {
  return (
    typeof value === 'object' &&
    value !== null &&
    'destroy' in value &&
    typeof value.destroy === 'function'
  )
}

function proxyAgent(proxy: ProxySettings, options: Agent.Options): Dispatcher {
  return new (undici.proxyAgent())({
    ...options,
    httpProxy: proxy.http_proxy ?? '',
    httpsProxy: proxy.https_proxy ?? '',
    noProxy: proxy.no_proxy ?? '',
  })
}

/** Nobody adds to it: a list that grows from nothing takes room for seventeen, and nearly all have one. */
const NONE: Buffer[] = []

/** What its user sees of an exchange: the live one, or one that is recorded or played. */
export type Exchange = Pick<
  LiveExchange,
  'connected' | 'answer' | 'whole' | 'read' | 'text' | 'abort'
>

/** One HTTP call. `connected`, `answer` and `read` fail with the fault it was aborted with, at once. */
class LiveExchange {
  readonly #origin: string
  #controller: Dispatcher.DispatchController | null = null
  #chunks: Buffer[] = NONE
  #bytes = 0
  #answer: Answer | null = null
  #ended = false
  #fault: Fault | null = null
  #waiter: (() => void) | null = null
  #connected = false
  /** The connection under way for this exchange alone. */
  #dialled: Closable | null = null

  constructor(dispatcher: Dispatcher, request: HttpRequest, dialer: Dialer) {
    const { address, method = 'POST', headers, body = null } = request
    this.#origin = address.origin
    const options = { origin: address.origin, path: address.path, method, headers, body }
    try {
      dialer.during(
        (socket) => (this.#dialled = socket),
        () => dispatcher.dispatch(options, this.#handler()),
      )
    } catch (error) {
      this.#fail(transportFault(error, this.#origin))
    }
  }

  #handler(): Dispatcher.DispatchHandler {
    return {
      onRequestStart: (controller) => {
        this.#controller = controller
        this.#dialled = null
        if (this.#fault) return controller.abort(this.#fault)
        this.#connected = true
        this.#wake()
      },
      onResponseStart: (controller, status, headers) => {
        // Else the bytes of the head live as long as the answer: 3 KB an open stream.
        controller.rawHeaders = null
        if (status < 200) return
        this.#answer = { status, headers: flatten(headers) }
        this.#wake()
      },
      onResponseData: (controller, chunk) => {
        if (this.#fault) return
        if (this.#chunks === NONE) this.#chunks = [chunk]
        else this.#chunks.push(chunk)
        this.#bytes += chunk.length
        if (this.#bytes > HIGH_WATER) controller.pause()
        this.#wake()
      },
      onResponseEnd: () => {
        this.#ended = true
        this.#wake()
      },
      onResponseError: (_controller, error) => this.#fail(transportFault(error, this.#origin)),
    }
  }

  /** Settles once the connection stands and the request goes out. */
  async connected(): Promise<void> {
    while (!this.#connected && !this.#answer) await this.#change()
  }

  /** Status and headers, as soon as they are there. */
  async answer(): Promise<Answer> {
    while (!this.#answer) await this.#change()
    return this.#answer
  }

  /** Everything has come, read or not: no wait is left. */
  whole(): boolean {
    return this.#ended
  }

  /** All bytes at hand, at least one chunk; null at the end of the body. What came before a failure is given before it. */
  read(): Promise<readonly Buffer[] | null> {
    return this.#chunks.length > 0 || this.#ended
      ? Promise.resolve(this.#take())
      : this.#change().then(this.#readAgain)
  }

  /** Called for every chunk of every stream, so that it is made once and waits only where it has to. */
  readonly #readAgain = (): readonly Buffer[] | null | Promise<readonly Buffer[] | null> =>
    this.#chunks.length > 0 || this.#ended ? this.#take() : this.read()

  #take(): readonly Buffer[] | null {
    if (this.#chunks.length === 0) return null
    const chunks = this.#chunks
    this.#chunks = NONE
    this.#bytes = 0
    if (this.#controller?.paused) this.#controller.resume()
    return chunks
  }

  /** The body as text, cut at `limit` bytes. */
  async text(limit: number): Promise<string> {
    const pieces: Buffer[] = []
    let size = 0
    try {
      for (let chunks = await this.read(); chunks && size < limit; chunks = await this.read()) {
        pieces.push(...chunks)
        for (const chunk of chunks) size += chunk.length
      }
    } catch (error) {
      // An error answer whose body breaks off still says what it said.
      if (pieces.length === 0 && this.#answer === null) throw error
    }
    return Buffer.concat(pieces).subarray(0, limit).toString('utf8')
  }

  /** Ends the exchange: its socket is closed unless the body is already whole, and whoever waits gets the fault. */
  abort(fault: Fault): void {
    if (this.#ended || this.#fault) return
    this.#fail(fault)
    this.#controller?.abort(fault)
    this.#dialled?.destroy(fault)
    this.#dialled = null
  }

  #fail(fault: Fault): void {
    if (this.#fault || this.#ended) return
    this.#fault = fault
    this.#wake()
  }

  #wake(): void {
    const waiter = this.#waiter
    if (!waiter) return
    this.#waiter = null
    waiter()
  }

  /** Resolves when something has happened: look again. Rejects where nothing more can. */
  #change(): Promise<void> {
    return this.#fault
      ? Promise.reject(this.#fault)
      : new Promise((resolve) => (this.#waiter = resolve))
  }
}

/** undici gives the names in lower case, in an object of this answer's own. */
function flatten(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  if (areTexts(headers)) return headers
  const flat: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}

function areTexts(headers: NodeJS.Dict<string | string[]>): headers is Record<string, string> {
  for (const name in headers) if (typeof headers[name] !== 'string') return false
  return true
}
