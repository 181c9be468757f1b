// Where log lines go: a stream that may be slow, full or gone. A line that cannot be written is counted and lost; the log never stops,
// slows or fills the daemon.
import type { Writable } from 'node:stream'

/** Bytes that may wait for a reader of the log that does not read. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024

/** What pino writes to. */
export interface LogSink {
  write(line: string): void
  /** Lines that were lost. */
  readonly dropped: number
}

export function createLogSink(stream: Writable): LogSink {
  let dropped = 0
  // The write's own callback counts; unheard, the event would end the process.
  stream.on('error', () => undefined)
  const count = (error: Error | null | undefined): void => {
    if (error) dropped += 1
  }
  return {
    write(line) {
      if (stream.writableLength > MOST_WAITING_BYTES) dropped += 1
      else stream.write(line, count)
    },
    get dropped() {
      return dropped
    },
  }
}
