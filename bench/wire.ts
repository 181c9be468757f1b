// What the benchmark's processes agree on: the four dialects, how each is asked at the upstream, and the names of models.
// A model's name says how its answer comes: `burst-N` in one write, `each-N` an event a write, `paced-N-MS` a stamped delta every MS.

export const DIALECTS = ['openai_chat', 'openai_responses', 'anthropic_messages', 'gemini'] as const
export type DialectName = (typeof DIALECTS)[number]

/** The first piece of text of every answer that is not paced, as it stands in any dialect's JSON. */
export const FIRST_MARK = '"word0 "'
/** A paced piece: this, {@link STAMP_DIGITS} digits of {@link stamp}, a space and a quote. */
export const STAMP_MARK = '"T'
export const STAMP_DIGITS = 16

/** Microseconds on the machine's monotonic clock, which all processes share. */
export function stamp(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e6 + nanoseconds / 1e3
}

/** Path of a streamed call; the upstream tells dialects by it. */
export function pathOf(dialect: DialectName, model: string): string {
  switch (dialect) {
    case 'openai_chat':
      return '/v1/chat/completions'
    case 'openai_responses':
      return '/v1/responses'
    case 'anthropic_messages':
      return '/v1/messages'
    case 'gemini':
      return `/v1beta/models/${model}:streamGenerateContent?alt=sse`
  }
}

/** The base URL under which the gateway finds a dialect at the upstream. */
export function endpointOf(dialect: DialectName, url: string): string {
  return dialect === 'gemini' ? `${url}/v1beta` : `${url}/v1`
}
