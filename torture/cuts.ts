// Every byte offset of every stream, in every framing, with FIN and with RST.
//   --stride N (default 1)  --size N (3)  --part I --of N: that share of the streams, to use more than one core
import { startBench } from '../test/laws/bench.ts'
import { cutEverywhere } from '../test/laws/cuts.ts'
import { DIALECT_IDS, streamsOf } from '../test/laws/streams.ts'
import type { Harness } from './run.ts'

export const cuts: Harness = async (options) => {
  const bench = await startBench()
  const streams = DIALECT_IDS.flatMap((dialect) => streamsOf(dialect, options.number('size', 3)))
  const violations: string[] = []
  let points = 0
  for (const [index, stream] of streams.entries()) {
    if (index % options.number('of', 1) !== options.number('part', 0)) continue
    const found = await cutEverywhere(bench, stream, options.number('stride', 1))
    points += found.points
    violations.push(...found.violations)
  }
  await bench.close()
  return {
    streams: streams.length,
    points,
    violations: violations.length,
    first: violations.slice(0, 5),
  }
}
