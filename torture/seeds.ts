// Bugs sown into a copy of the house, each of which its harness must notice: what proves the harnesses.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Harness } from './run.ts'

interface Seed {
  readonly bug: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** The harness and its options. */
  readonly noticed_by: string
}

export const SEEDS: readonly Seed[] = [
  {
    bug: 'the end of a body is taken for the end of the answer',
    file: 'src/dialects/openai-chat/decode.ts',
    from: 'if (this.#finish === null) this.#fail(truncated())',
    to: 'if (this.#finish === undefined) this.#fail(truncated())',
    noticed_by: 'cuts --stride 211',
  },
  {
    bug: 'what follows a line that was too long is left out for good',
    file: 'src/server/lines.ts',
    from: 'if (this.#discarding) this.#discarding = this.#first = false',
    to: 'if (this.#discarding) this.#first = false',
    noticed_by: 'fuzz --lines 20000',
  },
  {
    bug: 'a call without a name is told',
    file: 'src/gateway/assemble.ts',
    from: "if (name === '')",
    to: 'if (name === null)',
    noticed_by: 'answers --answers 20000',
  },
  {
    bug: 'a connection under way is left to itself',
    file: 'src/transport/http.ts',
    from: 'this.#dialled?.destroy(fault)',
    to: '',
    noticed_by: 'cancel --repeats 2 --lanes 1 --drains 0',
  },
  {
    bug: 'a client that leaves does not end its requests',
    file: 'src/server/connection.ts',
    from: "this.abort('client_gone')",
    to: '',
    noticed_by: 'cancel --repeats 2 --lanes 1 --drains 0',
  },
  {
    bug: 'a client that does not read is not waited for',
    file: 'src/server/connection.ts',
    from: 'if (!ended) return wait',
    to: 'if (!ended) return null',
    noticed_by: 'slow --clients 10 --stall 4000 --megabytes 200',
  },
  {
    bug: 'a provider is read on though what it said is not taken',
    file: 'src/gateway/attempt.ts',
    from: 'if (room) await room',
    to: 'void room',
    noticed_by: 'slow --clients 10 --stall 4000 --megabytes 200',
  },
  {
    bug: 'the lock locks nothing',
    file: 'src/server/lock.ts',
    from: '; BEGIN EXCLUSIVE',
    to: '',
    noticed_by: 'race --rounds 12',
  },
  {
    bug: 'a place is not given back',
    file: 'src/gateway/trial.ts',
    from: 'permit?.release()',
    to: '',
    noticed_by: 'soak --seconds 6',
  },
]

export const seeds: Harness = async (options) => {
  const copy = mkdtempSync(join(tmpdir(), 'gateway-seeds-'))
  const house = join(import.meta.dirname, '..')
  for (const part of [
    'src',
    'test',
    'torture',
    'bin',
    'schemas',
    'package.json',
    'beluna-gateway.schema.json',
  ])
    cpSync(join(house, part), join(copy, part), { recursive: true })
  symlinkSync(join(house, 'node_modules'), join(copy, 'node_modules'))
  const unnoticed: string[] = []
  const sown = SEEDS.filter(({ bug }) => bug.includes(options.text('only', '')))
  for (const { bug, file, from, to, noticed_by } of sown) {
    const place = join(copy, file)
    const original = readFileSync(place, 'utf8')
    if (!original.includes(from)) unnoticed.push(`${bug}: nowhere to sow it`)
    writeFileSync(place, original.replace(from, to))
    if ((await statusOf(copy, noticed_by)) === 0) unnoticed.push(`${bug}: ${noticed_by}`)
    writeFileSync(place, original)
  }
  rmSync(copy, { recursive: true, force: true })
  return { seeds: sown.length, violations: unnoticed.length, unnoticed }
}

/** A harness that hangs on a bug has noticed it, too. */
async function statusOf(copy: string, words: string): Promise<number | null> {
  const child = spawn(process.execPath, ['torture/run.ts', ...words.split(' ')], {
    cwd: copy,
    stdio: 'ignore',
    detached: true,
  })
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), 120_000)
  await once(child, 'exit')
  clearTimeout(timer)
  return child.exitCode
}
