// The one room with timers and the monotonic clock: waiting, watching for silence, and housekeeping at intervals.
// Nobody else calls setTimeout; nothing here knows what it times.

/** Node's timers fire at once beyond this; longer waits are cut to it, about 24 days. */
const LONGEST_MS = 2 ** 31 - 1

/** A timer that wakes so late shows that the process stood still: stopped, starved, or busy. */
const LATE_MS = 100

/** Milliseconds on a clock that never goes back. Only differences mean anything; it may stand still while the machine sleeps. */
export function clock(): number {
  return performance.now()
}

/** Resolves after `ms`, or rejects with the signal's reason as soon as that aborts. Holds the process meanwhile: somebody awaits it. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      },
      Math.min(ms, LONGEST_MS),
    )
    signal?.addEventListener('abort', abort, { once: true })
  })
}

/** Calls `work` every `ms` until the returned function is called. Never holds the process. */
export function every(ms: number, work: () => void): () => void {
  const timer = setInterval(work, Math.min(ms, LONGEST_MS)).unref()
  return () => clearInterval(timer)
}

/**
 * Calls `expire` once when `ms` have passed since it was made or last touched, not counting the time it was paused.
 * `touch`, `pause` and `resume` only note a time: cheap enough for every chunk, since the one timer looks at the notes when it fires.
 * Holds the process until it expires or is stopped, so stop it in a `finally`.
 */
export class Watchdog {
  #ms: number
  #expire: () => void
  #due: number
  /** What was left when it was paused; null: running. */
  #left: number | null = null
  /** Null while paused for so long that the timer has run out, and once it is over. */
  #timer: NodeJS.Timeout | null
  #wakesAt = 0
  #over = false
  #late = false

  constructor(ms: number, expire: () => void) {
    this.#ms = ms
    this.#expire = expire
    this.#due = clock() + ms
    this.#timer = this.#arm(ms)
  }

  /** There was a sign of life: the whole time counts anew. While paused, it counts from the resumption. */
  touch(): void {
    if (this.#left === null) this.#due = clock() + this.#ms
    else this.#left = this.#ms
  }

  /** From now on it waits for something else, as if made anew; one that has expired or was stopped stays so. Mostly keeps its timer. */
  aim(ms: number, expire: () => void): void {
    if (this.#over) return
    this.#ms = ms
    this.#expire = expire
    this.#due = clock() + ms
    this.#left = null
    if (this.#timer && this.#wakesAt <= this.#due) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = this.#arm(ms)
  }

  /** Time stands still until `resume`. */
  pause(): void {
    this.#left ??= this.#due - clock()
  }

  resume(): void {
    if (this.#left === null) return
    this.#due = clock() + this.#left
    if (!this.#over) this.#timer ??= this.#arm(this.#left)
    this.#left = null
  }

  /** It will not expire any more. */
  stop(): void {
    this.#over = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  /**
   * Timers of the same length share a list, and a list made and dropped for each request costs 2 µs: a long wait is one of whole seconds, and
   * then the rest. A short one is rounded up: timers count whole milliseconds.
   */
  #arm(ms: number): NodeJS.Timeout {
    const whole = ms < 2_000 ? Math.ceil(ms) : Math.min(ms - (ms % 1_000), LONGEST_MS)
    this.#wakesAt = clock() + Math.min(ms, whole)
    return setTimeout(() => this.#wake(), whole)
  }

  #wake(): void {
    this.#timer = null
    if (this.#over || this.#left !== null) return
    const left = this.#due - clock()
    if (left > 0) this.#timer = this.#arm(left)
    else if (left < -LATE_MS && !this.#late) this.#lookAgain()
    else {
      this.#over = true
      this.#expire()
    }
  }

  /** Timers run before sockets are looked at, so after a standstill of the process what came meanwhile must be heard first. */
  #lookAgain(): void {
    this.#late = true
    setImmediate(() => {
      if (this.#timer === null) this.#wake()
      this.#late = false
    })
  }
}
