// Every phase of a request left in every way, many times: upstream closed within 250 ms, one terminal at most, gauges and descriptors back.
//   --repeats N (default 1,000)  --drains N (3, each a daemon of its own)  --lanes N (8)  --phase NAME, --way NAME (those alone)
import { fdsOf, until } from '../test/e2e/daemon.ts'
import {
  leave,
  notePorts,
  PHASES,
  setStage,
  WAYS,
  type Phase,
  type Stage,
  type Way,
} from '../test/laws/leaving.ts'
import type { Harness, Options } from './run.ts'

const SOONEST_MS = 250

export const cancel: Harness = async (options) => {
  const figures: Record<string, string> = {}
  const first: string[] = []
  let violations = 0
  const note = (text: string): void => {
    violations += 1
    if (first.length < 10) first.push(text)
  }
  const stage = await setStage(options.number('lanes', 8))
  notePorts(stage)
  const baseline = fdsOf(stage.daemon.pid)
  for (const phase of PHASES)
    for (const way of WAYS) {
      if (way === 'drain' || !isMeant(options, phase, way)) continue
      const times = await repeat(stage, phase, way, options.number('repeats', 1_000), note)
      figures[`${phase}/${way}`] = summary(times)
      for (const ms of times) if (ms > SOONEST_MS) note(`${phase}/${way} took ${Math.round(ms)} ms`)
      const held = stage.lanes.length
      await until(async () => (await stage.daemon.status()).in_flight === held, 2_000).catch(() =>
        note(`${phase}/${way}: in flight`),
      )
    }
  await until(() => fdsOf(stage.daemon.pid) <= baseline + 1, 10_000).catch(() =>
    note(`fds ${fdsOf(stage.daemon.pid)}, were ${baseline}`),
  )
  const fds = `${baseline} → ${fdsOf(stage.daemon.pid)}`
  await stage.close()
  for (const phase of PHASES.filter((each) => isMeant(options, each, 'drain')))
    figures[`${phase}/drain`] = await drain(phase, options.number('drains', 3), note)
  return { repeats: options.number('repeats', 1_000), fds, ...figures, violations, first }
}

const isMeant = (options: Options, phase: Phase, way: Way): boolean =>
  options.text('phase', phase) === phase && options.text('way', way) === way

async function repeat(
  stage: Stage,
  phase: Phase,
  way: Way,
  count: number,
  note: (text: string) => void,
): Promise<number[]> {
  const times: number[] = []
  let left = count
  await Promise.all(
    stage.lanes.map(async (lane) => {
      while (left > 0) {
        const id = `r${(left -= 1)}`
        await leave(stage, lane, phase, way, id).then(
          (ms) => times.push(ms),
          (error: unknown) => note(`${phase}/${way}: ${String(error)}`),
        )
      }
    }),
  )
  return times
}

async function drain(phase: Phase, count: number, note: (text: string) => void): Promise<string> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const stage = await setStage(1)
    notePorts(stage)
    const [lane] = stage.lanes
    if (lane)
      await leave(stage, lane, phase, 'drain', 'r').then(
        (ms) => times.push(ms),
        (error: unknown) => note(`${phase}/drain: ${String(error)}`),
      )
    if ((await stage.daemon.exited) !== 0) note(`${phase}/drain: exit ${await stage.daemon.exited}`)
    await stage.close()
  }
  return summary(times)
}

function summary(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1)
  return `n ${sorted.length}, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms`
}
