// Cuts answers at byte offsets, in every framing and both ways a connection can break, and judges every history.
import type { Answerer, Bench } from './bench.ts'
import { breaches } from './history.ts'
import { answerOf, FRAMINGS, type Stream } from './streams.ts'

export const ENDINGS = ['fin', 'rst'] as const

export interface Cuts {
  points: number
  readonly violations: string[]
}

/**
 * Every `stride`-th offset, in every framing and ending; each combination begins at another offset. `in_turn`: the combinations take turns
 * instead, so that it costs a sixth.
 */
export async function cutEverywhere(
  bench: Bench,
  stream: Stream,
  stride: number,
  in_turn = false,
): Promise<Cuts> {
  const cuts: Cuts = { points: 0, violations: [] }
  let first = 0
  for (const framing of FRAMINGS)
    for (const ending of ENDINGS) {
      const answer = answerOf(stream.body, framing)
      const step = in_turn ? stride * FRAMINGS.length * ENDINGS.length : stride
      for (let at = first; at <= answer.bytes.length; at += step) {
        const events = await bench.ask(stream.dialect, cut(answer.bytes.subarray(0, at), ending))
        const broken = breaches(events, stream, answer.bodyBytes(at))
        // What had come whole and was ended gently must also arrive as whole.
        if (
          ending === 'fin' &&
          answer.bodyBytes(at) > stream.marked_at + 1 &&
          events.at(-1)?.type !== 'completed'
        )
          broken.push('whole and ended gently, but not completed')
        for (const law of broken)
          cuts.violations.push(
            `${stream.dialect}/${stream.name} ${framing} ${ending} at ${at}: ${law}`,
          )
        cuts.points += 1
      }
      first += in_turn ? stride : 1
    }
  return cuts
}

function cut(bytes: Buffer, ending: (typeof ENDINGS)[number]): Answerer {
  return (socket) => {
    if (ending === 'fin') socket.end(bytes)
    else if (bytes.length === 0) socket.resetAndDestroy()
    else socket.write(bytes, () => socket.resetAndDestroy())
  }
}
