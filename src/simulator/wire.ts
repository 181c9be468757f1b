// What the simulator's four wire formats share: their contract, careful reading of foreign JSON, and seals.
// Nothing here, nor anywhere else in the simulator, may import from the gateway: an error made there must not be repeated here.
import { createHash } from 'node:crypto'

export type JsonObject = Record<string, unknown>
export type Format = 'chat' | 'responses' | 'messages' | 'gemini'

/** Token counts as a person would say them: `input` holds what was cached, `output` what was reasoned. */
export interface Counts {
  readonly input: number
  readonly cached: number
  readonly cache_write: number
  readonly output: number
  readonly reasoning: number
}

/** A failure in no vendor's shape yet. `kind` picks the vendor's own words for it, whatever `status` and `message` say. */
export interface Failure {
  readonly status: number
  readonly message?: string
  readonly code?: string
  readonly retry_after?: number
  readonly kind?: 'context' | 'quota' | 'key'
}

/** One piece of the answer, in the pieces in which it is streamed. `text` is all of them. */
export interface Block {
  readonly type: 'text' | 'reasoning' | 'refusal' | 'tool' | 'item'
  readonly pieces: readonly string[]
  readonly text: string
  readonly id: string
  readonly name: string
  readonly redacted: boolean
  readonly item: JsonObject
}

/** What a request asks for, in no vendor's words. */
export interface Asked {
  readonly format: Format
  readonly model: string
  readonly stream: boolean
  /** The user's last text, and what tools have answered since. */
  readonly text: string
  readonly results: readonly string[]
  readonly tools: readonly { readonly name: string; readonly schema: JsonObject }[]
  /** `auto`, `none`, `required`, or the name of the tool that must be called. */
  readonly choice: string
  readonly parallel: boolean
  /** The schema of the answer; `{}` for any JSON, null for prose. */
  readonly output: JsonObject | null
  readonly reasoning: boolean
  readonly body: JsonObject
  /** How many requests for this model there have been, this one included. */
  readonly nth: number
}

export interface Turn {
  readonly asked: Asked
  readonly id: string
  readonly created: number
  readonly blocks: readonly Block[]
  /** `stop`, `length`, `tool_calls`, `content_filter`, `refusal`, `pause`; anything else goes out as it is. */
  readonly finish: string
  readonly usage: Counts
}

export type Payload = JsonObject | '[DONE]'

/** Writes one answer: `open`, each block, then `close` or `fail`; or all at once with `whole`. */
export interface Writer {
  open(): Payload[]
  block(block: Block): Payload[]
  close(): Payload[]
  fail(failure: Failure): Payload[]
  whole(): JsonObject
}

export type Heard = Omit<
  Asked,
  'format' | 'model' | 'stream' | 'body' | 'nth' | 'text' | 'results'
> & {
  readonly history: readonly Said[]
}
export interface Said {
  readonly role: 'user' | 'tool' | 'other'
  readonly text: string
}

export interface Wire {
  /** Server-sent events carry their type as a name. */
  readonly named: boolean
  hear(body: JsonObject): Heard
  /** Throws {@link Refused} for what the real API would answer with 400. */
  judge(body: JsonObject, headers: Readonly<Record<string, unknown>>): void
  writer(turn: Turn): Writer
  error(failure: Failure): JsonObject
  /** The status that goes with a failure of that kind. */
  readonly kinds: Readonly<Record<'context' | 'quota' | 'key', Failure>>
}

/** What a strict wire throws for a request that the real API would refuse. */
export class Refused extends Error {
  readonly failure: Failure
  constructor(message: string, code?: string) {
    super(message)
    this.failure = { status: 400, message, ...(code !== undefined && { code }) }
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function object(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function string(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The text of a content: a string, or a list of parts of which some hold `text`. */
export function plainText(content: unknown): string {
  return typeof content === 'string'
    ? content
    : objects(content)
        .map((part) => string(part['text']))
        .join('')
}

/** Parses what may be no JSON; undefined then. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An opaque token that tells later whether it came from here and what it was made for: a signature, or encrypted reasoning. */
export function seal(about: string): string {
  const digest = createHash('sha256').update(`simulated ${about}`).digest('hex').slice(0, 16)
  return Buffer.from(digest + about).toString('base64')
}

/** What a token was made for; null: it is not from here, or was changed. */
export function unseal(token: unknown): string | null {
  const about = Buffer.from(string(token), 'base64').toString().slice(16)
  return seal(about) === token ? about : null
}

/** Refuses unless the two lists hold the same ids once each. */
export function matchIds(
  calls: readonly string[],
  results: readonly string[],
  orphan: (id: string) => string,
  unanswered: (ids: string) => string,
): void {
  const open = new Set(calls)
  for (const id of results) if (!open.delete(id)) throw new Refused(orphan(id))
  if (open.size > 0) throw new Refused(unanswered([...open].join(', ')))
}
