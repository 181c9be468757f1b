// What a simulated answer is made of, and the small language in which a model's name spells one.
import { answer, calls, say } from './model.ts'
import type { Asked, Counts, Failure, JsonObject } from './wire.ts'

/** One thing of an answer, in the order in which it is sent. Text given as a list is sent in those pieces; else word by word, or `chars` at a time. */
export type Step =
  | {
      readonly type: 'text' | 'reasoning' | 'refusal'
      readonly text: string | readonly string[]
      readonly chars?: number
      /** Reasoning of which only the seal is shown. */
      readonly redacted?: boolean
    }
  | {
      readonly type: 'tool'
      readonly name: string
      readonly arguments: JsonObject | string | readonly string[]
      readonly id?: string
      readonly chars?: number
    }
  /** A provider's own item: a content block, an output item, a part, or a delta. */
  | { readonly type: 'item'; readonly item: JsonObject }
  /** An error inside the stream; nothing follows it. */
  | ({ readonly type: 'error' } & Partial<Failure>)
  /** Bytes between two events: comments, garbage. */
  | { readonly type: 'bytes'; readonly bytes: string | Buffer }
  /** Milliseconds of silence; Infinity: until the caller has gone. */
  | { readonly type: 'wait'; readonly ms: number }

/** How the bytes of an answer travel. Byte counts are those of the body, whatever its framing. */
export interface Delivery {
  readonly framing?: 'chunked' | 'length' | 'close'
  /** Ends the body after that many bytes. */
  readonly cut_at?: number
  /** How it ends: well; with FIN and no proper end; with RST; or not at all. A cut without it is a reset. */
  readonly ending?: 'end' | 'half' | 'reset' | 'hold'
  /** Writes that many bytes at a time. */
  readonly drip?: { readonly bytes: number; readonly every_ms: number }
  /** Milliseconds from event to event, held as a rate; 0 gives each event a write of its own. Else events go out as fast as they can. */
  readonly every_ms?: number
  /** Milliseconds before the answer's head. */
  readonly delay_ms?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Exact bytes instead of an answer. Cheap: they are sent as they are, and the request is not judged. */
export interface Raw extends Delivery {
  readonly status?: number
  readonly chunks: readonly (string | Buffer)[]
}

export interface Script extends Delivery {
  /** Default: what the small model says. */
  readonly steps?: readonly Step[]
  /** Default: `tool_calls` where a tool is called, else `stop`. */
  readonly finish?: string
  readonly usage?: Partial<Counts>
  /** An HTTP error instead of an answer; `body` instead of the vendor's own. */
  readonly error?: Failure & { readonly body?: JsonObject | string }
  /** A JSON body where a stream was asked for. */
  readonly json?: boolean
  readonly crlf?: boolean
  /** False: the stream ends without its terminal marker. */
  readonly marker?: boolean
  /** False: requests that the real API would refuse are answered. */
  readonly strict?: boolean
  readonly raw?: Raw
}

interface Word {
  readonly help: string
  readonly of: (asked: Asked, a: number | undefined, b: number | undefined) => Script
  /** What it says stands before the rest of the answer, not in its place. */
  readonly leads?: true
}

/** The words of a model's name: `sim-` and words joined by `+`, each with its numbers, as in `sim-reasoning+tools+slow-20`. */
export const WORDS: Readonly<Record<string, Word>> = {
  text: { help: 'a plain answer', of: (asked) => ({ steps: say(asked) }) },
  echo: { help: 'the prompt itself', of: ({ text }) => ({ steps: [{ type: 'text', text }] }) },
  words: { help: '-N: N words', of: (_, n = 100) => ({ steps: [words(n)] }) },
  load: {
    help: '-N-MS: N words, one every MS milliseconds',
    of: (_, n = 100, every_ms = 20) => ({ steps: [words(n)], every_ms }),
  },
  tools: { help: 'calls the first declared tool', of: (asked) => ({ steps: calls(asked, 1) }) },
  parallel: { help: '-N: N calls at once', of: (asked, n = 2) => ({ steps: calls(asked, n) }) },
  refusal: {
    help: 'refuses',
    of: () => ({ steps: [{ type: 'refusal', text: 'I would rather not.' }], finish: 'refusal' }),
  },
  reasoning: {
    help: 'thinks before it answers',
    leads: true,
    of: (asked) => thought(asked, false),
  },
  redacted: { help: 'thinks unseen', leads: true, of: (asked) => thought(asked, true) },
  garbage: {
    help: 'bytes that are no event',
    leads: true,
    of: () => bytes('data: {"never": closed\n\n'),
  },
  comments: { help: 'keep-alive comments', leads: true, of: () => bytes(': ping\n\n:\n\n') },
  huge: {
    help: '-KB: one event of that size',
    of: (_, kilobytes = 64) => ({
      steps: [{ type: 'text', text: ['x'.repeat(kilobytes * 1024)] }],
    }),
  },
  length: { help: 'cut short by its limit', of: () => ({ finish: 'length' }) },
  filter: { help: 'ended by a content filter', of: () => ({ finish: 'content_filter' }) },
  error: {
    help: '-STATUS-S: an HTTP error, to be retried after S seconds',
    of: (_, status = 500, wait) => ({
      error: { status, ...(wait !== undefined && { retry_after: wait }) },
    }),
  },
  context: {
    help: 'the prompt is too long',
    of: () => ({ error: { status: 400, kind: 'context' } }),
  },
  quota: { help: 'the quota is used up', of: () => ({ error: { status: 429, kind: 'quota' } }) },
  flaky: {
    help: '-N-STATUS: fails N times, then answers',
    of: ({ nth }, n = 1, status = 503) => (nth <= n ? { error: { status } } : {}),
  },
  late: {
    help: 'an error inside the stream',
    of: (asked) => ({ steps: [...say(asked), { type: 'error' }] }),
  },
  stall: {
    help: 'falls silent in the middle',
    of: (asked) => ({ steps: [...say(asked), { type: 'wait', ms: Infinity }] }),
  },
  unfinished: { help: 'ends without its terminal marker', of: () => ({ marker: false }) },
  cut: { help: '-N: reset after N bytes', of: (_, n = 100) => ({ cut_at: n, ending: 'reset' }) },
  half: { help: '-N: FIN after N bytes', of: (_, n = 100) => ({ cut_at: n, ending: 'half' }) },
  hold: { help: 'stays open after its end', of: () => ({ ending: 'hold' }) },
  slow: { help: '-MS: that long from event to event', of: (_, ms = 50) => ({ every_ms: ms }) },
  drip: {
    help: '-B-MS: B bytes every MS milliseconds',
    of: (_, size = 7, ms = 1) => ({ drip: { bytes: size, every_ms: ms } }),
  },
  delay: { help: '-MS: that long before the answer', of: (_, ms = 1000) => ({ delay_ms: ms }) },
  crlf: { help: 'CRLF line ends', of: () => ({ crlf: true }) },
  json: { help: 'JSON where a stream was asked for', of: () => ({ json: true }) },
  sized: { help: 'with content-length', of: () => ({ framing: 'length' }) },
  unsized: { help: 'the end of the connection is the end', of: () => ({ framing: 'close' }) },
}

function words(n: number): Step {
  return { type: 'text', text: Array.from({ length: n }, (_, index) => `word${index} `) }
}

function thought(asked: Asked, redacted: boolean): Script {
  const text = `The prompt has ${asked.text.length} characters; tools: ${asked.tools.length}.`
  return { steps: [{ type: 'reasoning', text, redacted }] }
}

function bytes(sent: string): Script {
  return { steps: [{ type: 'bytes', bytes: sent }] }
}

/** The script that a name (or a word of a prompt) spells; null: it spells none. */
export function spelled(name: string, asked: Asked): Script | null {
  if (!name.startsWith('sim-')) return null
  let script: Script = {}
  const leading: Step[] = []
  for (const part of name.slice(4).split('+')) {
    const [key = '', ...rest] = part.split('-')
    const word = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined
    const [a, b] = rest.map(Number)
    if (word === undefined || rest.length > 2 || [a, b].some((n) => Number.isNaN(n ?? 0)))
      return null
    const { steps = [], ...fields } = word.of(asked, a, b)
    if (word.leads) leading.push(...steps)
    const before = script.steps ?? []
    script = { ...script, ...fields }
    if (!word.leads && steps.length > 0) script = { ...script, steps: [...before, ...steps] }
  }
  return { ...script, steps: [...leading, ...(script.steps ?? answer(asked))] }
}
