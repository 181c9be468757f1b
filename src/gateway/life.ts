// How long a request may go on. As an AbortController, without what that costs every request (some 4 µs for one listener that comes and goes):
// whoever needs a signal has one made. Nothing here knows why a request ends.

export class Life {
  #aborted = false
  #reason: unknown = undefined
  #controller: AbortController | null = null
  readonly #ends: (() => void)[] = []

  get aborted(): boolean {
    return this.#aborted
  }

  /** What {@link abort} was told. */
  get reason(): unknown {
    return this.#reason
  }

  /** For those who know nothing but signals. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#aborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** The first call counts. */
  abort(reason: unknown): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    for (let end = this.#ends.shift(); end; end = this.#ends.shift()) end()
    this.#controller?.abort(reason)
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason
  }

  /** Calls `end` once it is aborted, at once where it is, unless it is told before that it need not: by {@link leave}. */
  enter(end: () => void): void {
    if (this.#aborted) end()
    else this.#ends.push(end)
  }

  leave(end: () => void): void {
    const at = this.#ends.indexOf(end)
    if (at >= 0) this.#ends.splice(at, 1)
  }
}
