// What a Gemini request cannot carry as it was said.
import { tally, type Tally } from '../shared/tally.ts'

const TEXTS = {
  thought_signature_missing:
    'calls of the current turn that this target did not make have no signature; they are sent with the sentinel that skips its validation, and the answer may suffer',
  malformed_arguments_emptied:
    'Gemini takes arguments as an object only; malformed ones are sent as {}',
  cache_breakpoint_left_out: 'Gemini caches prefixes by itself; cache breakpoints are not sent',
  detail_left_out: 'Gemini takes no `detail` of a single medium; it is not sent',
  filename_left_out: 'Gemini takes no file name of a medium; it is not sent',
} as const

export type Notices = Tally<keyof typeof TEXTS>

export const openNotices = (): Notices => tally(TEXTS)
