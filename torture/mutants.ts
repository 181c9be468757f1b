// Mutants of src/resilience: one small change at a time in a copy of the house, which its tests must notice.
//   --most N (default all)  --file NAME (one file only)
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Harness } from './run.ts'

const HOUSE = join(import.meta.dirname, '..')
const FILES = ['breaker', 'limiter', 'retry', 'cool-down', 'deadline']
/** Tests of a file beside those of its name. */
const MORE_TESTS: Readonly<Record<string, readonly string[]>> = {
  breaker: ['breaker-past'],
  deadline: ['watchdog'],
}

/** What is put in the place of what. Each occurrence is a mutant of its own. */
const CHANGES: readonly (readonly [RegExp, string])[] = [
  [/(?<= )<=(?= )/g, '<'],
  [/(?<= )>=(?= )/g, '>'],
  [/(?<= )<(?= )/g, '<='],
  [/(?<= )>(?= )/g, '>='],
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/(?<= )\+= /g, '-= '],
  [/(?<= )-= /g, '+= '],
  [/(?<=\w|\)) \+ (?=\w)/g, ' - '],
  [/(?<=\w|\)) - (?=\w)/g, ' + '],
  [/(?<=\w|\)) \* (?=\w)/g, ' / '],
  [/(?<== |return |: )true\b/g, 'false'],
  [/(?<== |return |: )false\b/g, 'true'],
  [/Math\.max\(/g, 'Math.min('],
  [/Math\.min\(/g, 'Math.max('],
  [/if \(!(?=this|held|asked|text|signal)/g, 'if ('],
  [/if \((?=[\w.#?]+\) )/g, 'if (!'],
  [/ \?\? /g, ' && '],
  [/ \?\?= /g, ' = '],
  [/(?<=[ (])0(?=[ ,)\n])/g, '1'],
  [/(?<=[ (])1(?=[ ,)\n])/g, '2'],
]

/** A whole statement in one line: each is left out once. What only follows a condition on a line of its own is not. */
const STATEMENT =
  /^ {4,}(?:(?:void |await )?(?:this\.|[a-z]\w*[.(])|(?:if|for) \(.*\) \S|(?:return|throw)\b).*$/gm
const OPENED = /^(?:\} )?(?:else|(?:if|for|while) \(.*\)|.*[(,=>?:&|{]|return)$/

/** Lines whose mutants behave the same, and why. */
const ALIKE: readonly (readonly [RegExp, string])[] = [
  [
    /(rollingPercentilesEnabled|enableSnapshots|timeout): false/,
    'costs only: an outcome settles at once',
  ],
  [/once: true/, 'a signal aborts once'],
  [/#generation \+= 1/, 'any other number will do'],
  [/^#probing = false$/, 'read only when half open, and set before'],
  [/while \(this\.#queues\.size > 0/, 'an empty queue has no next'],
  [/queue\.length > 0\) this\.#queues\.set/, 'an empty queue is skipped'],
  [/#pause\(\) <= 0/, 'a start that is due goes through the queue in the same turn'],
  [/if \(until <= now\)/, 'housekeeping'],
  [/(?<=#generation = |#halfOpenAt = )0/, 'compared with itself; set when it opens'],
  [/(?<=#nextStart = )0/, 'a moment that is long over is as good as another'],
  [/#wakesAt = 0/, 'set with the first timer'],
  [/(?<=2 \*\* 31 - )1/, 'a millisecond of 24 days'],
  [/(?<=get\(key\) \?\? )0/, 'a moment that is long over is as good as another'],
]

/** Statements that may as well not be there, and why. */
const OMITTED_ALIKE: readonly (readonly [RegExp, string])[] = [
  [/if \(until <= now\)/, 'housekeeping'],
  [/^if \(next\.done\) return$/, 'for the compiler: the loop has asked whether somebody waits'],
]

interface Mutant {
  readonly file: string
  readonly line: number
  readonly change: string
  readonly text: string
}

/** Whether the place that changes lies within what is alike. */
function isAlike(trimmed: string, at: number, source: string): boolean {
  const place = at - source.indexOf(trimmed)
  return ALIKE.some(([pattern]) => {
    const found = pattern.exec(trimmed)
    return found !== null && place >= found.index && place < found.index + found[0].length
  })
}

/** Whether it stands for itself: as many brackets closed as opened, and no part of what is around it. */
function isWhole(line: string, before: string, after: string): boolean {
  const count = (bracket: RegExp): number => line.match(bracket)?.length ?? 0
  const balanced = count(/\(/g) === count(/\)/g) && count(/[{[]/g) === count(/[}\]]/g)
  const parted = (OPENED.test(before) && !before.endsWith('{')) || /^[.?:&|]|^else\b/.test(after)
  return balanced && !parted && !/[,{]$/.test(line)
}

function omissionsOf(file: string, text: string): Mutant[] {
  const lines = text.split('\n')
  return lines.flatMap((source, index): Mutant[] => {
    const [trimmed, before, after] = [source, lines[index - 1], lines[index + 1]].map(
      (each) => each?.trim() ?? '',
    )
    if (!source.match(STATEMENT) || !isWhole(trimmed ?? '', before ?? '', after ?? '')) return []
    if (OMITTED_ALIKE.some(([pattern]) => pattern.test(trimmed ?? ''))) return []
    const without = lines.toSpliced(index, 1, '').join('\n')
    return [{ file, line: index + 1, change: `${trimmed}  →  left out`, text: without }]
  })
}

function mutantsOf(file: string): Mutant[] {
  const text = readFileSync(join(HOUSE, 'src/resilience', `${file}.ts`), 'utf8')
  const found = omissionsOf(file, text)
  for (const [from, to] of CHANGES)
    for (const match of text.matchAll(from)) {
      const line = text.slice(0, match.index).split('\n').length
      const source = text.split('\n')[line - 1] ?? ''
      // Comments, types and imports mean nothing to a test.
      if (/^\s*(\/\/|\*|\/\*\*|import|readonly|export (interface|type))/.test(source)) continue
      if (isAlike(source.trim(), match.index - (text.lastIndexOf('\n', match.index) + 1), source))
        continue
      const change = `${source.trim()}  →  ${match[0].trim()} became ${to.trim()}`
      found.push({
        file,
        line,
        change,
        text: text.slice(0, match.index) + to + text.slice(match.index + match[0].length),
      })
    }
  return found
}

export const mutants: Harness = async (options) => {
  const copy = mkdtempSync(join(tmpdir(), 'gateway-mutants-'))
  for (const part of ['src', 'test/resilience', 'package.json'])
    cpSync(join(HOUSE, part), join(copy, part), { recursive: true })
  symlinkSync(join(HOUSE, 'node_modules'), join(copy, 'node_modules'))
  const only = options.text('file', '')
  const all = FILES.filter((file) => only === '' || file === only)
    .flatMap(mutantsOf)
    .slice(0, options.number('most', 10_000))
  // Tests that fail or take too long by themselves would seem to notice everything.
  const survivors: string[] = []
  for (const file of new Set(all.map((mutant) => mutant.file)))
    if (!(await passes(copy, file))) survivors.push(`${file}: its tests fail without any change`)
  for (const mutant of all) {
    const place = join(copy, 'src/resilience', `${mutant.file}.ts`)
    const original = readFileSync(place, 'utf8')
    writeFileSync(place, mutant.text)
    if (await passes(copy, mutant.file))
      survivors.push(`${mutant.file}:${mutant.line} ${mutant.change}`)
    writeFileSync(place, original)
  }
  rmSync(copy, { recursive: true, force: true })
  const sound = survivors.every((text) => text.includes('→'))
  const killed = all.length - survivors.length
  const percent = Math.round((killed / all.length) * 1_000) / 10
  return {
    mutants: all.length,
    killed,
    percent,
    violations: percent >= 95 && sound ? 0 : survivors.length,
    survivors,
  }
}

/** A mutant that hangs its tests is noticed, too; the first test that fails is enough. */
async function passes(copy: string, file: string): Promise<boolean> {
  const tests = [file, ...(MORE_TESTS[file] ?? [])].map((name) => `test/resilience/${name}.test.ts`)
  const child = spawn(
    process.execPath,
    ['--test-force-exit', '--test-reporter=tap', '--test', ...tests],
    {
      cwd: copy,
      env: { ...process.env, MODEL_RUNS: '1000' },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    },
  )
  // The whole group: the runner's own child is the one that may never end.
  const end = (): void => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    } catch {
      // It has just ended by itself.
    }
  }
  child.stdout.on('data', (text: Buffer) => {
    if (/^ *not ok/m.test(text.toString())) end()
  })
  // Unchanged, each takes less than a second.
  const timer = setTimeout(end, 8_000)
  await once(child, 'exit')
  clearTimeout(timer)
  return child.exitCode === 0
}
