// Call ids that fit another wire's pattern, the same way each time. Never random: a history must encode to the same bytes twice.
import { hash } from 'node:crypto'

const HASH_LENGTH = 40

/**
 * The id itself where it fits `pattern` and `maxLength`, else a hash of it in lower-case alphanumerics of at most `maxLength` (40 if more
 * are allowed). Equal ids give equal ids; two ids give two (nine characters leave 46 bits).
 */
export function fittingId(id: string, pattern: RegExp, maxLength: number): string {
  if (id.length <= maxLength && pattern.test(id)) return id
  const number = BigInt(`0x${hash('sha256', id)}`)
  return number.toString(36).padStart(HASH_LENGTH, '0').slice(-Math.min(HASH_LENGTH, maxLength))
}
