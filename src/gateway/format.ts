// Whether an answer can be read at all, and whether it is an event stream or one JSON value.
import { Fault } from '../protocol/fault.ts'

type Format = 'sse' | 'json'

const STREAMS = ['text/event-stream', 'text/plain', 'application/octet-stream', '']
const EMPTY = Buffer.alloc(0)
/** It, and what else is blank, stands before all that is not. */
const SPACE = 0x20

/** What is said where nothing is packed. `none` is no coding, but what web servers are told so that they pack no stream. */
const PLAIN = /^(?:identity|none|utf-?8)?$/i

/** Whether the bytes are what is said. */
export const isPlain = (coding = ''): boolean => PLAIN.test(coding)

/** Throws for an answer that is packed: none was asked for, and what unpacks to anything bounds nothing. */
export function checkCoding(coding?: string): void {
  if (isPlain(coding)) return
  throw new Fault(
    'protocol_violation',
    'content_encoding',
    `the answer is encoded (${coding}), which was not asked for; check what stands between here and the endpoint`,
  )
}

/** A cap of the daemon's own is reached, which says nothing of the target. */
export function answerTooLarge(limit: number): Fault {
  const text = `the answer is over limits.max_message_bytes (${limit})`
  return new Fault('protocol_violation', 'answer_too_large', text, { verdict: 'neutral' })
}

/** Streams are told from JSON by the content type, and by the first byte where that says nothing or lies. */
export function formatOf(contentType: string, first: Buffer | undefined): Format {
  const end = contentType.indexOf(';')
  const type = contentType
    .slice(0, end < 0 ? undefined : end)
    .trim()
    .toLowerCase()
  const start = firstOf(first ?? EMPTY)
  if (type === 'application/json' || type.endsWith('+json'))
    return start === 'd' || start === 'e' || start === ':' ? 'sse' : 'json'
  if (STREAMS.includes(type)) return start === '{' || start === '[' ? 'json' : 'sse'
  throw new Fault(
    'protocol_violation',
    'foreign_content_type',
    `the answer is ${type}, neither an event stream nor JSON; check the endpoint`,
  )
}

/** The first character that is not blank. */
function firstOf(bytes: Buffer): string {
  let at = 0
  while ((bytes[at] ?? SPACE + 1) <= SPACE) at += 1
  return String.fromCharCode(bytes[at] ?? 0)
}
