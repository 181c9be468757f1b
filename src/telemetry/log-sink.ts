// Where log lines go: a stream that may be slow, full or gone. A line that cannot be written is counted and lost; the log never stops,
// slows or fills the daemon.
import type { Writable } from 'node:stream'

/** Bytes that may wait for a reader of the log that does not read. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024

/** What pino writes to. */
export interface LogSink {
  write(line: string): void
  /** Writes what was gathered; pino asks for it after a fatal line. */
  flushSync(): void
  /** Lines that were lost. */
  readonly dropped: number
}

/** Lines of one loop turn go out as one write: a write costs as much as making the line. */
export function createLogSink(stream: Writable): LogSink {
  let dropped = 0
  let gathered = ''
  let lines = 0
  // The write's own callback counts; unheard, the event would end the process.
  stream.on('error', () => undefined)
  const flush = (): void => {
    if (lines === 0) return
    const count = lines
    stream.write(gathered, (error) => {
      if (error) dropped += count
    })
    gathered = ''
    lines = 0
  }
  return {
    write(line) {
      if (stream.writableLength + gathered.length > MOST_WAITING_BYTES) {
        dropped += 1
        return
      }
      if (lines === 0) setImmediate(flush)
      gathered += line
      lines += 1
    },
    flushSync: flush,
    get dropped() {
      return dropped
    },
  }
}
