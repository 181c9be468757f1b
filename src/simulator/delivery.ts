// Sends an answer's bytes as its script wants them sent: framed, paced, dripped, cut to the byte. Knows nothing of what they mean.
import type { ServerResponse } from 'node:http'
import type { Answer, Piece } from './answer.ts'
import type { Delivery } from './script.ts'

/** How long the caller has to read what was written before a reset may take it away again. */
const GRACE_MS = 15

/** Sends all but the end, which {@link conclude} makes. Resolves false when the caller left before. */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  delivery: Delivery,
): Promise<boolean> {
  const total = answer.pieces.reduce<number>((sum, piece) => sum + sizeOf(piece), 0)
  const limit = Math.min(delivery.cut_at ?? total, total)
  const pause = pauses(response)
  await pause(delivery.delay_ms ?? null)
  if (response.destroyed) return false
  writeHead(response, answer, delivery, endOf(delivery) === 'end' ? limit : total)
  let sent = 0
  for (const piece of paced(answer.pieces, delivery)) {
    if (sent >= limit && delivery.cut_at !== undefined) break
    if (typeof piece === 'number') await pause(piece)
    else {
      const bytes = piece.subarray(0, limit - sent)
      sent += bytes.length
      await write(response, bytes)
    }
    if (response.destroyed) return false
  }
  const end = endOf(delivery)
  if (end !== 'end') await pause(end === 'hold' ? Infinity : GRACE_MS)
  return !response.destroyed
}

/** Ends an answer as its delivery wants it ended. */
export function conclude(response: ServerResponse, delivery: Delivery): void {
  const end = endOf(delivery)
  if (end === 'end') response.end()
  if (end === 'half') response.socket?.end()
  if (end === 'reset') response.socket?.resetAndDestroy()
}

function endOf({ cut_at, ending }: Delivery): NonNullable<Delivery['ending']> {
  return ending ?? (cut_at === undefined ? 'end' : 'reset')
}

function writeHead(
  response: ServerResponse,
  { status, headers }: Answer,
  { framing, headers: more }: Delivery,
  length: number,
): void {
  if (framing === 'close') response.useChunkedEncodingByDefault = false
  response.writeHead(status, {
    ...headers,
    ...(framing === 'length' && { 'content-length': `${length}` }),
    ...more,
  })
  response.flushHeaders()
}

function sizeOf(piece: Piece): number {
  return typeof piece === 'number' ? 0 : piece.length
}

/** Puts the delivery's pauses between the pieces; without any, pieces that follow each other go out as one. */
function* paced(pieces: readonly Piece[], { every_ms, drip }: Delivery): Generator<Piece> {
  if (drip) {
    for (const piece of pieces)
      if (typeof piece === 'number') yield piece
      else
        for (let at = 0; at < piece.length; at += drip.bytes) {
          yield piece.subarray(at, at + drip.bytes)
          yield drip.every_ms
        }
    return
  }
  const start = performance.now()
  let beats = 0
  let joined: Buffer[] = []
  for (const piece of pieces) {
    if (typeof piece !== 'number' && every_ms === undefined) joined.push(piece)
    else {
      yield Buffer.concat(joined)
      joined = []
      yield piece
      if (every_ms !== undefined) yield Math.max(0, start + ++beats * every_ms - performance.now())
    }
  }
  yield Buffer.concat(joined)
}

async function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  if (bytes.length === 0) return
  await new Promise<void>((resolve) => {
    response.write(bytes, () => {
      resolve()
    })
  })
}

/** Pauses of any length, Infinity too, that end at once when the caller leaves. */
function pauses(response: ServerResponse): (ms: number | null) => Promise<void> {
  let wake: (() => void) | undefined
  response.once('close', () => wake?.())
  return (ms) =>
    new Promise((resolve) => {
      if (response.destroyed || ms === null) resolve()
      else if (ms === 0) setImmediate(resolve)
      else {
        const timer = ms === Infinity ? undefined : setTimeout(resolve, ms)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      }
    })
}
