// What a Gemini request could not carry as it was said, counted by code and told once each. Never holds content, only where it stood.
import type { Warning } from '../../protocol/gateway-event.gen.ts'

const TEXTS = {
  thought_signature_missing:
    'calls of the current turn that this target did not make have no signature; they are sent with the sentinel that skips its validation, and the answer may suffer',
  malformed_arguments_emptied:
    'Gemini takes arguments as an object only; malformed ones are sent as {}',
  cache_breakpoint_left_out: 'Gemini caches prefixes by itself; cache breakpoints are not sent',
  detail_left_out: 'Gemini takes no `detail` of a single medium; it is not sent',
  filename_left_out: 'Gemini takes no file name of a medium; it is not sent',
} as const

/** Collects warnings for one encoding. */
export interface Notices {
  add(code: keyof typeof TEXTS, pointer: string): void
  /** One warning a code, with the first pointer and the count. */
  warnings(): Warning[]
}

export function openNotices(): Notices {
  const seen = new Map<keyof typeof TEXTS, { readonly pointer: string; count: number }>()
  return {
    add(code, pointer) {
      const entry = seen.get(code)
      if (entry) entry.count += 1
      else seen.set(code, { pointer, count: 1 })
    },
    warnings: () =>
      Array.from(seen, ([code, { pointer, count }]) => ({
        code,
        message: count === 1 ? TEXTS[code] : `${TEXTS[code]} (${count} places)`,
        pointer,
      })),
  }
}
