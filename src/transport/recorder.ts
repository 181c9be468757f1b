// Keeps what providers said: one JSON file an exchange, in the shape that `replay` reads. Known secrets are struck out, credentials are not
// even looked at, every file is bounded and its owner's alone. Never delays, changes or fails the exchange itself.
import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Answer, Exchange, HttpClient, HttpRequest } from './http.ts'

export interface RecorderParts {
  /** Made where it is missing. */
  readonly directory: string
  /** Strikes every known secret out of a text. */
  readonly redact: (text: string) => string
  /** Told once when recordings can no longer be written. */
  readonly problem: (text: string) => void
}

/** Bytes of a body that are kept, either way. */
const MOST_BODY_BYTES = 4 * 1024 * 1024
/** Recordings of one run; more would fill a disk unwatched. */
const MOST_RECORDINGS = 10_000

/** Headers that say how to read an exchange and name nobody. The rest, credentials among it, is left out. */
const KEPT_HEADERS =
  /^(?:content-type|anthropic-version|anthropic-beta|retry-after(?:-ms)?|x-should-retry|[a-z-]*request-id|(?:anthropic|x)-ratelimit-.*)$/

/** The same client, and a file for every exchange that says what it is `about`. Throws where the directory cannot be made. */
export function recordingClient(http: HttpClient, parts: RecorderParts): HttpClient {
  try {
    mkdirSync(parts.directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`nothing can be recorded, choose another directory: ${why}`, { cause: error })
  }
  const writing = new Set<Promise<void>>()
  const begun = new Date().toISOString().replaceAll(/[-:]/g, '')
  let count = 0
  let failed = false
  const stop = (why: string): void => {
    if (!failed) parts.problem(`nothing more is recorded: ${why}`)
    failed = true
  }
  const keep = (recording: Record<string, unknown>): void => {
    if (failed) return
    if (count === MOST_RECORDINGS) return stop(`${MOST_RECORDINGS} exchanges are`)
    count += 1
    const id = `${begun}.${String(count).padStart(5, '0')}.${String(recording['dialect'])}`
    const text = JSON.stringify({ id, ...recording }, (_, value: unknown) =>
      typeof value === 'string' ? parts.redact(value) : value,
    )
    const path = join(parts.directory, `${id}.json`)
    const written = writeFile(path, `${text}\n`, { mode: 0o600, flag: 'wx' })
      .catch((error: unknown) => stop(error instanceof Error ? error.message : String(error)))
      .finally(() => writing.delete(written))
    writing.add(written)
  }
  return {
    send(request) {
      const exchange = http.send(request)
      return request.about ? tapped(exchange, request, keep) : exchange
    },
    async close() {
      await Promise.all([http.close(), ...writing])
    },
  }
}

/** The exchange as it is, and a copy of all that is read from it, told when it is over. */
function tapped(
  exchange: Exchange,
  request: HttpRequest,
  keep: (recording: Record<string, unknown>) => void,
): Exchange {
  const recorded = new Date().toISOString()
  const pieces: Buffer[] = []
  const notes: string[] = []
  let room = MOST_BODY_BYTES
  let answer: Answer | null = null
  let over = false
  const take = (chunk: Buffer): void => {
    if (chunk.length > room && room >= 0) notes.push(`the body is cut at ${MOST_BODY_BYTES} bytes`)
    if (chunk.length <= room) pieces.push(chunk)
    room = chunk.length <= room ? room - chunk.length : -1
  }
  const end = (note?: string): void => {
    if (over) return
    over = true
    if (note !== undefined) notes.push(note)
    const { body, ...about } = request.about ?? {}
    if (answer)
      keep({
        recorded,
        ...about,
        request: requestOf(request, body, notes),
        response: responseOf(answer, Buffer.concat(pieces).toString('utf8')),
        notes,
      })
  }
  const noted = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      end(error instanceof Error ? error.message : String(error))
      throw error
    }
  }
  return {
    whole: () => exchange.whole(),
    connected: () => exchange.connected(),
    answer: async () => (answer = await noted(exchange.answer())),
    async read() {
      const chunks = await noted(exchange.read())
      if (chunks) chunks.forEach(take)
      else end()
      return chunks
    },
    async text(limit) {
      const text = await noted(exchange.text(limit))
      take(Buffer.from(text))
      end()
      return text
    },
    abort(fault) {
      exchange.abort(fault)
      end('the gateway ended the exchange')
    },
  }
}

function requestOf(request: HttpRequest, body: unknown, notes: string[]): object {
  const { method, address, headers } = request
  const whole = request.body !== undefined && request.body.length <= MOST_BODY_BYTES
  if (!whole) notes.push('the request body is left out: it is too long')
  return {
    method: method ?? 'POST',
    url: address.href,
    headers: kept(headers),
    body: whole ? body : null,
  }
}

function responseOf({ status, headers }: Answer, body: string): object {
  const isStream =
    /event-stream/.test(headers['content-type'] ?? '') || /^\s*(?:data|event|:)/.test(body)
  return { status, headers: kept(headers), body_kind: isStream ? 'sse' : 'json', body }
}

const kept = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name)))
