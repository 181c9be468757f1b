// What a request cannot carry as it was said, counted by code and told once each. Never holds content, only where it stood.
import type { Warning } from '../../protocol/gateway-event.gen.ts'

/** Collects warnings for one encoding. */
export interface Tally<Code extends string> {
  add(code: Code, pointer: string): null
  /** One warning a code, with the first pointer and the count. */
  warnings(): Warning[]
}

/** `texts`: what each code says. */
export function tally<Code extends string>(texts: Readonly<Record<Code, string>>): Tally<Code> {
  const seen = new Map<Code, { readonly pointer: string; count: number }>()
  return {
    add(code, pointer) {
      const entry = seen.get(code)
      if (entry) entry.count += 1
      else seen.set(code, { pointer, count: 1 })
      return null
    },
    warnings: () =>
      [...seen].map(([code, { pointer, count }]) => ({
        code,
        message: count === 1 ? texts[code] : `${texts[code]} (${count} places)`,
        pointer,
      })),
  }
}
