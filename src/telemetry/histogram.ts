// Counts of values by upper bounds, as Prometheus and OpenTelemetry keep them. Bounded: no value is kept.

/** Seconds; the bounds that OpenTelemetry advises for operations of generative AI. */
export const SECONDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
] as const

export class Histogram {
  readonly bounds: readonly number[]
  /** How many values fell into each bucket, the last being all beyond the bounds. */
  readonly counts: number[]
  sum = 0
  count = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  record(value: number): void {
    let at = 0
    while (at < this.bounds.length && value > (this.bounds[at] ?? 0)) at += 1
    this.counts[at] = (this.counts[at] ?? 0) + 1
    this.sum += value
    this.count += 1
  }
}
