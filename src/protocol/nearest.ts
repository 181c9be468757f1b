// "Did you mean …?": the known name that a mistyped one most likely stands for.

/** The known name with the fewest slips from `found`, at most one in three letters; null: none is that near. */
export function nearest(found: string, known: Iterable<string>): string | null {
  let best: string | null = null
  let fewest = Math.floor(found.length / 3) + 1
  for (const name of known) {
    const slips = distance(found.toLowerCase(), name.toLowerCase())
    if (slips < fewest) [best, fewest] = [name, slips]
  }
  return best
}

/** Damerau-Levenshtein (adjacent letters swapped count once). Names are at most 64 long. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      )
    }
    ;[before, row] = [row, next]
  }
  return row[b.length] ?? 0
}
