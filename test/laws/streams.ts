// Provider answers of our own making, as exact bytes: what they say is known, because they are written from it.
import { prebuilt } from '../../src/simulator/server.ts'
import type { Step } from '../../src/simulator/script.ts'
import type { Format } from '../../src/simulator/wire.ts'
import type { DialectId } from '../../src/protocol/target.ts'

export interface Stream {
  readonly dialect: DialectId
  readonly name: string
  readonly body: Buffer
  /** The fewest bytes of the body that hold the terminal marker's whole data. */
  readonly marked_at: number
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly { readonly name: string; readonly arguments_json: string }[]
}

const FORMATS: Readonly<Record<DialectId, Format>> = {
  openai_responses: 'responses',
  anthropic_messages: 'messages',
  gemini: 'gemini',
  openai_chat: 'chat',
}
export const DIALECT_IDS = [
  'openai_responses',
  'anthropic_messages',
  'gemini',
  'openai_chat',
] as const

const MARKERS: Readonly<Record<DialectId, RegExp>> = {
  openai_responses: /data: \{"type":"response\.completed".*/,
  anthropic_messages: /data: \{"type":"message_stop".*/,
  gemini: /data: .*"finishReason":".*/,
  openai_chat: /data: .*"finish_reason":".*/,
}

const words = (count: number): string =>
  Array.from({ length: count }, (_, index) =>
    index % 9 === 4 ? 'größer 😀' : `word${index}`,
  ).join(' ')
const thought = (text: string): Step => ({ type: 'reasoning', text })
const said = (text: string): Step => ({ type: 'text', text })
const called = (name: string, args: Record<string, string | number>): Step => ({
  type: 'tool',
  name,
  arguments: args,
  chars: 6,
})

const SCRIPTS: Readonly<Record<string, (size: number) => readonly Step[]>> = {
  text: (size) => [said(words(4 * size))],
  tools: () => [said('Let me see. '), called('weather', { city: 'Łódź', days: 3 })],
  parallel: () => [
    called('weather', { city: 'Rome' }),
    called('clock', { zone: 'CET' }),
    called('weather', { city: 'Oslo', days: 2 }),
  ],
  reasoning: (size) => [thought(words(3 * size)), said(words(size))],
  long: (size) => [
    thought('Hm.'),
    said(words(12 * size)),
    called('note', { text: words(3 * size) }),
  ],
}

/** Five answers of one dialect; `size` makes the wordy ones longer. */
export function streamsOf(dialect: DialectId, size: number): Stream[] {
  return Object.entries(SCRIPTS).map(([name, script]) => streamOf(dialect, name, script(size)))
}

function streamOf(dialect: DialectId, name: string, steps: readonly Step[]): Stream {
  const body = Buffer.concat(prebuilt(FORMATS[dialect], steps))
  const [marker] = body.toString('latin1').match(new RegExp(MARKERS[dialect], 'm')) ?? []
  if (marker === undefined) throw new Error(`no marker in ${dialect}/${name}`)
  const text = (type: 'text' | 'reasoning'): string =>
    steps
      .map((step) => (step.type === type && typeof step.text === 'string' ? step.text : ''))
      .join('')
  return {
    dialect,
    name,
    body,
    marked_at: body.indexOf(Buffer.from(marker, 'latin1')) + marker.length,
    text: text('text'),
    reasoning: text('reasoning'),
    calls: steps.flatMap((step) =>
      step.type === 'tool'
        ? [{ name: step.name, arguments_json: JSON.stringify(step.arguments) }]
        : [],
    ),
  }
}

export const FRAMINGS = ['chunked', 'length', 'close'] as const
export type Framing = (typeof FRAMINGS)[number]

/** A whole HTTP answer, and how much of the body the caller has after so many bytes of it. */
export interface WireAnswer {
  readonly bytes: Buffer
  bodyBytes(sent: number): number
}

const CHUNK_BYTES = 700

const head = (more: string): Buffer =>
  Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${more}\r\n`)

export function answerOf(body: Buffer, framing: Framing): WireAnswer {
  if (framing !== 'chunked') {
    const start = head(
      framing === 'length' ? `content-length: ${body.length}\r\n` : 'connection: close\r\n',
    )
    return {
      bytes: Buffer.concat([start, body]),
      bodyBytes: (sent) => Math.max(0, sent - start.length),
    }
  }
  const pieces: Buffer[] = [head('transfer-encoding: chunked\r\n')]
  const spans: { readonly from: number; readonly length: number }[] = []
  let at = pieces[0]?.length ?? 0
  for (let from = 0; from < body.length; from += CHUNK_BYTES) {
    const piece = body.subarray(from, from + CHUNK_BYTES)
    const size = Buffer.from(`${piece.length.toString(16)}\r\n`)
    spans.push({ from: at + size.length, length: piece.length })
    pieces.push(size, piece, Buffer.from('\r\n'))
    at += size.length + piece.length + 2
  }
  pieces.push(Buffer.from('0\r\n\r\n'))
  return {
    bytes: Buffer.concat(pieces),
    bodyBytes: (sent) =>
      spans.reduce((sum, { from, length }) => sum + Math.min(length, Math.max(0, sent - from)), 0),
  }
}
