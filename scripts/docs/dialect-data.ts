// The rows of docs/dialects.yaml and their shape: one truth for the page and for the test that holds the code to it.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export const DIALECT_IDS = [
  'openai_responses',
  'anthropic_messages',
  'gemini',
  'openai_chat',
] as const
export type Wire = (typeof DIALECT_IDS)[number]
type Fields = Readonly<Record<string, unknown>>

/** What one request field becomes on one wire. */
export interface RequestCell {
  readonly sent?: Fields
  readonly headers?: Readonly<Record<string, string>>
  readonly path?: string
  readonly unchanged?: true
  readonly refused?: string
  readonly warns?: string
  readonly note?: string
  readonly model?: string
  readonly request?: Fields
}

interface RequestRow extends Readonly<Record<Wire, RequestCell>> {
  readonly field: string
  readonly note?: string
  readonly request?: Fields
}

/** What one event is made from on one wire. `DONE` stands for the stream's `[DONE]`. */
export interface EventCell {
  readonly from: string
  readonly wire?: readonly (Fields | 'DONE')[]
  readonly gives?: Fields
}

interface EventRow extends Readonly<Record<Wire, EventCell>> {
  readonly event: string
  readonly note?: string
}

interface Group<Row> {
  readonly title: string
  readonly sources: string
  readonly note?: string
  /** Fields of every request of the group. */
  readonly base?: Fields
  readonly rows: readonly Row[]
}

export interface DialectData {
  /** The model of cells that name none. */
  readonly defaults: Readonly<Record<Wire, string>>
  readonly requests: readonly Group<RequestRow>[]
  readonly events: readonly Group<EventRow>[]
}

export function dialectData(): DialectData {
  const file = new URL('../../docs/dialects.yaml', import.meta.url)
  const read: (text: string) => DialectData = parse
  return read(readFileSync(file, 'utf8'))
}
