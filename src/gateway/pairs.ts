// What was found out about two words, for the few pairs that come back with every request. Clients and providers choose the words, so the pairs
// are bounded. Two maps, because a key made of both words would be made, and hashed, each time.

const MOST = 256

export class Pairs<T> {
  readonly #known = new Map<string, Map<string, T>>()
  #count = 0

  /** What is known of the pair; else what `find` finds, which is kept unless it throws. */
  get(one: string, other: string, find: () => T): T {
    const known = this.#known.get(one)?.get(other)
    return known === undefined ? this.#keep(one, other, find()) : known
  }

  #keep(one: string, other: string, found: T): T {
    if (this.#count === MOST) {
      this.#known.clear()
      this.#count = 0
    }
    const others = this.#known.get(one) ?? new Map<string, T>()
    this.#known.set(one, others.set(other, found))
    this.#count += 1
    return found
  }
}
