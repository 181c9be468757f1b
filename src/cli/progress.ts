// One line on a terminal's stderr that says what an answer waits for, gone as soon as there is something to read. Elsewhere nothing at all.
import type { GatewayClient, GatewayEvent, StatusEvent } from '../client/index.ts'
import { clock, every } from '../resilience/deadline.ts'
import { styles, type Io } from './io.ts'
import { cut, plain } from './text.ts'

export interface Progress {
  /** Every event of the request, before it is shown. */
  tell(event: GatewayEvent): void
  /** Takes the line away, for what is written now. It may come back as long as nothing of the answer has. */
  clear(): void
  /** Takes the line away for good. */
  stop(): void
}

const PERIOD_MS = 250
/** Waits that are over sooner are not worth a word. */
const QUIET_MS = 400
/** How often the daemon is asked how busy the target is. */
const ASK_MS = 1_000
const ERASE = '\r\u001B[K'

const NOTHING: Progress = { tell: () => undefined, clear: () => undefined, stop: () => undefined }

/** Watches one request from its start; {@link Progress.stop} it in a `finally`. */
export function watchProgress(client: GatewayClient, io: Io): Progress {
  if (io.stderr.isTTY !== true || io.env['TERM'] === 'dumb') return NOTHING
  const { dim } = styles(io.stderr, io.env)
  const began = clock()
  let waits: Waits = { for: 'the daemon', target: null, attempt: 1, until: 0 }
  let busy: Busy = null
  let asked = began
  let drawn = false
  const clear = (): void => {
    if (drawn) io.stderr.write(ERASE)
    drawn = false
  }
  const draw = (): void => {
    const now = clock()
    if (now - began < QUIET_MS) return
    const text = lineOf(waits, busy, now - began, waits.until - now)
    io.stderr.write(`${ERASE}${dim(cut(text, (io.stderr.columns || 80) - 1))}`)
    drawn = true
    if (waits.target === null || now - asked < ASK_MS) return
    asked = now
    client.status().then(
      (status) => (busy = busyAt(status, waits.target)),
      () => (busy = null),
    )
  }
  const halt = every(PERIOD_MS, draw)
  const stop = (): void => {
    halt()
    clear()
  }
  const tell = (event: GatewayEvent): void => {
    waits = next(waits, event)
    if (waits.for === 'nothing') stop()
  }
  return { tell, clear, stop }
}

interface Waits {
  readonly for: 'the daemon' | 'the first token' | 'the answer' | 'another try' | 'nothing'
  readonly target: string | null
  readonly model?: string
  readonly attempt: number
  /** Until when, where that is known. */
  readonly until: number
  /** What went wrong before. */
  readonly after?: string
}

type Busy = { readonly running: number; readonly queued: number } | null

function next(waits: Waits, event: GatewayEvent): Waits {
  switch (event.type) {
    case 'started': {
      const { target, model } = event
      return { ...waits, for: 'the first token', target, model }
    }
    case 'retrying': {
      const { target, model, attempt, delay_ms, error } = event
      const after = [error.kind, error.code].filter((word) => word !== null).join('/')
      return { for: 'another try', target, model, attempt, until: clock() + delay_ms, after }
    }
    // Not shown in every manner: then it is still waited.
    case 'reasoning_delta':
    case 'tool_call_delta':
      return { ...waits, for: 'the answer' }
    default:
      return { ...waits, for: 'nothing' }
  }
}

function busyAt({ targets }: StatusEvent, name: string | null): Busy {
  const target = targets.find((each) => each.name === name)
  return target ? { running: target.in_flight, queued: target.queued } : null
}

function lineOf(waits: Waits, busy: Busy, waited: number, left: number): string {
  const { target, model, attempt, after } = waits
  const tries = waits.for === 'another try' && left > 0
  const what = tries
    ? `attempt ${attempt} in ${Math.ceil(left / 1000)} s, after ${after}`
    : `waiting for ${waits.for === 'another try' ? 'the first token' : waits.for}${attempt > 1 ? `, attempt ${attempt}` : ''}`
  const facts = [
    target === null ? null : plain(`${target}/${model}`),
    what,
    busy && busy.queued > 0 ? `queued: ${busy.queued}, running: ${busy.running}` : null,
    `${Math.floor(waited / 1000)} s`,
  ]
  return facts.filter((fact) => fact !== null).join(' · ')
}
