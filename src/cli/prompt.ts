// Lines of a person at a terminal, or of a pipe, one at a time when they are asked for. The terminal is its own between them, so that Ctrl-C
// is a signal then.
import { createInterface, type Interface } from 'node:readline'
import type { Io } from './io.ts'

/** Ctrl-C, typed where a line was asked for and nothing else was typed. */
export const INTERRUPT = Symbol('interrupt')

export interface Prompt {
  /** Somebody types. */
  readonly person: boolean
  /** The next line; null: there will be none. `words` stand before it where somebody types. */
  next(words: string): Promise<string | null | typeof INTERRUPT>
  close(): void
}

export function promptOf(io: Io): Prompt {
  const person = io.stdin.isTTY === true
  const lines: (string | typeof INTERRUPT)[] = []
  let ended = false
  let interrupted = false
  let wake: (() => void) | null = null
  const came = (line: string): void => {
    const givenUp = interrupted
    interrupted = false
    if (givenUp && line !== '') return reader.prompt()
    lines.push(givenUp ? INTERRUPT : line)
    wake?.()
  }
  const reader: Interface = createInterface({
    input: io.stdin,
    ...(person && { output: io.stderr, terminal: true }),
  })
  reader.on('line', came).on('close', () => {
    ended = true
    wake?.()
  })
  // What was typed is given up as if it were entered, so that the reader begins a new line.
  reader.on('SIGINT', () => {
    interrupted = true
    reader.write('\n')
  })
  reader.pause()
  const setRaw = (on: boolean): void => void (person && io.stdin.setRawMode?.(on))
  setRaw(false)
  return {
    person,
    async next(words) {
      if (lines.length === 0 && !ended) {
        setRaw(true)
        reader.setPrompt(words)
        if (person) reader.prompt()
        else reader.resume()
        await new Promise<void>((resolve) => (wake = resolve))
        wake = null
        if (!ended) reader.pause()
        else if (person && lines.length === 0) io.stderr.write('\n')
        setRaw(false)
      }
      return lines.shift() ?? null
    },
    close() {
      setRaw(false)
      reader.close()
    },
  }
}
