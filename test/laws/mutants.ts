// Provider answers with a few bytes changed anywhere, and the one law that holds for all of them.
import type { GatewayEvent } from '../../src/protocol/gateway-event.gen.ts'
import type { DialectId } from '../../src/protocol/target.ts'
import { validateEvent } from '../../src/protocol/validate.ts'
import type { Answerer } from './bench.ts'
import { mutated } from './noise.ts'
import { answerOf, DIALECT_IDS, FRAMINGS, streamsOf } from './streams.ts'

const STREAMS = DIALECT_IDS.flatMap((dialect) => streamsOf(dialect, 1))
const ERRORS = [
  '{"error":{"message":"no","type":"rate_limit_error","code":"rate_limit_exceeded"}}',
  '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
  '[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"no","details":[{"retryDelay":"3.5s"}]}}]',
  '<html>Bad gateway</html>',
]

/** One mutated answer, and how it is sent: in up to three writes, then the end of the connection. */
export function answerTo(random: () => number): {
  dialect: DialectId
  bytes: Buffer
  answer: Answerer
} {
  const stream = STREAMS[Math.floor(random() * STREAMS.length)] ?? STREAMS[0]
  const framing = FRAMINGS[Math.floor(random() * FRAMINGS.length)] ?? 'close'
  if (!stream) throw new Error('no streams')
  const whole =
    random() < 0.15 ? errorBytes(random) : answerOf(bodyOf(stream.body, random), framing).bytes
  const bytes = random() < 0.3 ? mutated(whole, random) : whole
  const middle = Math.floor(random() * bytes.length)
  const answer: Answerer = (socket) => {
    socket.write(bytes.subarray(0, middle))
    if (random() < 0.1) socket.resetAndDestroy()
    else socket.end(bytes.subarray(middle))
  }
  return { dialect: stream.dialect, bytes, answer }
}

const bodyOf = (body: Buffer, random: () => number): Buffer => mutated(body, random)

function errorBytes(random: () => number): Buffer {
  const status = [400, 401, 403, 404, 408, 413, 429, 500, 503, 529, 302, 200][
    Math.floor(random() * 12)
  ]
  const body = ERRORS[Math.floor(random() * ERRORS.length)] ?? ''
  const retry = ['', 'retry-after: 1e99\r\n', 'retry-after-ms: -1\r\n', 'retry-after: x\r\n'][
    Math.floor(random() * 4)
  ]
  return Buffer.from(
    `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\n${retry}content-length: ${body.length}\r\n\r\n${body}`,
  )
}

/** What is wrong with a history, whatever the provider said; null: nothing. */
export function endsOnce(events: readonly GatewayEvent[]): string | null {
  const ends = events.filter(({ type }) => type === 'completed' || type === 'failed')
  const last = events.at(-1)
  if (ends.length !== 1 || last !== ends[0]) return `${ends.length} terminal events`
  if (last?.type === 'failed' && last.error.kind === 'internal')
    return `a bug: ${last.error.message}`
  try {
    for (const event of events) validateEvent(event)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'an event that breaks its schema'
  }
}
