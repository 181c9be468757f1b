// `beluna-gateway replay`: recorded exchanges through today's decoder, and what is different from what is expected. Calls nobody.
import { readFile } from 'node:fs/promises'
import { isObject } from '../dialects/shared/json.ts'
import { DIALECTS } from '../dialects/index.ts'
import { rehearse, type Rehearsal } from '../gateway/rehearsal.ts'
import type { DialectId } from '../protocol/target.ts'
import type { HttpClient } from '../transport/http.ts'
import { readArguments } from './arguments.ts'
import { differences } from './difference.ts'
import { EXIT, styles, UsageError, type Io } from './io.ts'

const OPTIONS = { expect: { type: 'string' } } as const

export async function replay(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS, Number.POSITIVE_INFINITY)
  if (positionals.length === 0) throw new UsageError('nothing to replay: name a recording')
  const lines: string[] = []
  for (const file of positionals) {
    const told = steadyIds(
      (await rehearse(await recordingIn(file))).map((event) => JSON.stringify(event)),
    )
    if (values.expect === undefined) io.stdout.write(told.map((line) => `${line}\n`).join(''))
    lines.push(...told)
  }
  return values.expect === undefined ? EXIT.ok : await compare(lines, values.expect, io)
}

async function compare(lines: readonly string[], file: string, io: Io): Promise<number> {
  const expected = (await readText(file)).split('\n').filter((line) => line.trim() !== '')
  const { red, green, bold } = styles(io.stdout, io.env)
  const found = differences(
    expected.map((line, at) => parse(line, `${file}, line ${at + 1}`)),
    lines.map((line) => parse(line, 'replay')),
  )
  for (const { place, expected: wanted, actual } of found)
    io.stdout.write(`${bold(place)}\n${red(`- ${wanted}`)}\n${green(`+ ${actual}`)}\n`)
  if (found.length === 0) io.stdout.write(`${lines.length} events, all as expected\n`)
  return found.length === 0 ? EXIT.ok : EXIT.failed
}

async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file}: the file cannot be read`)
  })
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`${where}: this is not JSON`)
  }
}

async function recordingIn(file: string): Promise<Rehearsal> {
  const recording = parse(await readText(file), file)
  const wrong = (what: string): UsageError => new UsageError(`${file}: no recording: ${what}`)
  if (!isObject(recording) || !isObject(recording['response'])) throw wrong('it has no "response"')
  const { id, dialect, server, model, response } = recording
  if (!isDialect(dialect))
    throw wrong(`"dialect" is not one of ${Object.keys(DIALECTS).join(', ')}`)
  const { status, headers, body_kind, body } = response
  if (typeof status !== 'number' || typeof body !== 'string')
    throw wrong('"response" needs a number "status" and a text "body"')
  const text = body_kind === 'chunks' ? framed(body) : body
  return {
    request_id:
      typeof id === 'string' ? id.replaceAll(/[^A-Za-z0-9._:-]/g, '-').slice(0, 128) : 'recorded',
    dialect,
    server: typeof server === 'string' ? server : 'recorded',
    model: typeof model === 'string' ? model : 'recorded',
    http: player(status, isObject(headers) ? headers : {}, text),
  }
}

const isDialect = (value: unknown): value is DialectId =>
  typeof value === 'string' && Object.hasOwn(DIALECTS, value)

/** Payloads, one a line, as the event stream that they were. */
const framed = (body: string): string =>
  body
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `data: ${line}\n\n`)
    .join('')

/** A client that answers whatever it is sent with the same bytes. */
function player(status: number, headers: Record<string, unknown>, body: string): HttpClient {
  const told = Object.entries(headers).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    String(value),
  ])
  const answer = { status, headers: Object.fromEntries(told) }
  return {
    send() {
      let rest: Buffer[] | null = [Buffer.from(body)]
      return {
        whole: () => true,
        connected: async () => undefined,
        answer: async () => answer,
        read: async () => {
          const chunks = rest
          rest = null
          return chunks
        },
        text: async (limit) => Buffer.from(body).subarray(0, limit).toString('utf8'),
        abort: () => undefined,
      }
    },
    close: async () => undefined,
  }
}

/** Ids of calls that the gateway makes are random: here they are numbered, so that two replays are the same. */
function steadyIds(lines: readonly string[]): string[] {
  const numbers = new Map<string, string>()
  const steady = (id: string): string => {
    const known = numbers.get(id) ?? `call_own_${numbers.size + 1}`
    numbers.set(id, known)
    return known
  }
  return lines.map((line) => line.replaceAll(/\bcall_[0-9a-f]{32}\b/g, steady))
}
