// Mutated provider answers, in this process: bytes of the body, the head and the framing changed. Every request ends once, nothing is thrown.
//   --answers N (default 200,000)  --seed N
import { startBench } from '../test/laws/bench.ts'
import { answerTo, endsOnce } from '../test/laws/mutants.ts'
import { mulberry } from '../test/laws/noise.ts'
import type { Harness } from './run.ts'

export const answers: Harness = async (options) => {
  const count = options.number('answers', 200_000)
  const random = mulberry(options.number('seed', 1))
  const bench = await startBench()
  const endings = new Map<string, number>()
  const first: string[] = []
  let violations = 0
  let slowest = 0
  for (let index = 0; index < count; index += 1) {
    const { dialect, bytes, answer } = answerTo(random)
    const start = performance.now()
    const events = await bench.ask(dialect, answer)
    slowest = Math.max(slowest, performance.now() - start)
    const broken = endsOnce(events)
    if (broken !== null) {
      violations += 1
      if (first.length < 5)
        first.push(`${dialect}: ${broken}: ${bytes.toString('latin1').slice(0, 2_000)}`)
    }
    const last = events.at(-1)
    const how =
      last?.type === 'failed'
        ? `${last.error.kind}/${last.error.code ?? ''}`
        : (last?.type ?? 'none')
    endings.set(how, (endings.get(how) ?? 0) + 1)
  }
  await bench.close()
  const rss_mib = Math.round(process.memoryUsage().rss / 2 ** 20)
  return {
    answers: count,
    endings: Object.fromEntries(endings),
    slowest_ms: Math.round(slowest),
    rss_mib,
    violations,
    first,
  }
}
