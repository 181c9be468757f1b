// What a chat/completions request cannot carry as it was said.
import { tally, type Tally } from '../shared/tally.ts'

const TEXTS = {
  cache_breakpoint_left_out: 'this wire has no prompt-cache breakpoints; they are not sent',
  detail_left_out: 'this server has no place for `detail` there; it is not sent',
  filename_left_out: 'this wire has no place for `filename` there; it is not sent',
  reasoning_left_out: 'this server takes no reasoning back (quirk reasoning_field); it is not sent',
  tools_left_out: 'this server ignores tool_choice, so "none" is said by sending no tools',
} as const

export type Notes = Tally<keyof typeof TEXTS>

export const openNotes = (): Notes => tally(TEXTS)
