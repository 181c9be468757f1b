// Silent losses: what an answer's own report gives away of a prompt cut short, another model, or counts that cannot be. Warns; never fails.
import type { JsonObject } from '../dialects/contract.ts'
import { asArray, asObject } from '../dialects/shared/json.ts'
import type { InferRequest, Message } from '../protocol/client-message.gen.ts'
import type { Usage, Warning } from '../protocol/gateway-event.gen.ts'
import { Pairs } from './pairs.ts'

/** What a completed answer says of itself. */
export interface Report {
  readonly usage: Usage | null
  /** The model as served; undefined: not told. */
  readonly served: string | undefined
  /** Its leftover fields. */
  readonly raw?: JsonObject | undefined
}

/** Shorter prompts are not judged: there a few tokens would be a large share. */
const SHORTEST_PROMPT = 256
/** A lower bound that is missed by less than this share is no proof. */
const MARGIN = 0.9

export function suspicions(request: InferRequest, asked: string, report: Report): Warning[] {
  const { usage, served, raw } = report
  const found: Warning[] = []
  const suspect = (code: string, message: string): void =>
    void found.push({ code, message, pointer: null })
  if (served !== undefined && !isSameModel(asked, served))
    suspect('other_model_served', `"${asked}" was asked for, and "${served}" says it answered`)
  const oddity = usage && oddityOf(usage)
  if (oddity) suspect('usage_inconsistent', `the reported usage does not add up: ${oddity}`)
  const counted = usage?.input_tokens
  if (counted === null || counted === undefined || counted === 0 || isEdited(raw)) return found
  const least = leastTokens(request.messages)
  if (least >= SHORTEST_PROMPT && counted < least * MARGIN)
    suspect(
      'input_probably_truncated',
      `the server counted ${counted} input tokens, but the prompt has at least ${least}: it was probably cut to the server's context length`,
    )
  return found
}

/** Anthropic has cleared results or thoughts as it was asked to, and counts what is left. */
const isEdited = (raw: JsonObject = {}): boolean =>
  asArray(asObject(raw['context_management'])?.['applied_edits']).length > 0

/** Servers that estimate reasoning may overshoot a little. */
const SLACK = 1.1

function oddityOf(usage: Usage): string | null {
  const { input_tokens: input, output_tokens: output, reasoning_tokens: reasoning } = usage
  const { cached_input_tokens: cached, cache_write_input_tokens: written, total_tokens } = usage
  if (input === 0) return 'no input tokens for a prompt that was not empty'
  if (input !== null && (cached ?? 0) + (written ?? 0) > input)
    return `${cached ?? 0} cached and ${written ?? 0} written of ${input} input tokens`
  if (output !== null && reasoning !== null && reasoning > output * SLACK)
    return `${reasoning} reasoning tokens of ${output} output tokens`
  if (input === null || output === null || total_tokens === null) return null
  return total_tokens < input + output ? `${input} and ${output} make ${total_tokens}` : null
}

/**
 * Fewer tokens than any tokenizer in use makes of the texts: each run of letters begins a token of its own. Marks, digits, space and media
 * count nothing. History before a provider's own item does not count either: the item may stand for it.
 */
function leastTokens(messages: readonly Message[]): number {
  let words = 0
  for (const { role, content } of messages) {
    if (typeof content === 'string') words += wordsIn(content)
    else
      for (const part of content) {
        if (part.type === 'text') words += wordsIn(part.text)
        else if (part.type === 'opaque' && role === 'assistant') words = 0
      }
  }
  return Math.floor(words)
}

/** Runs of letters; of scripts that set no spaces a quarter of the characters. A plain loop over a table, because prompts are megabytes long. */
function wordsIn(text: string): number {
  let words = 0
  let unspaced = 0
  let before = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const letter = unit < LETTERS.length ? (LETTERS[unit] ?? 0) : 1
    if (letter > before) words += 1
    else if (unit >= FIRST_UNSPACED && unit <= LAST_UNSPACED) unspaced += 1
    before = letter
  }
  return words + unspaced / 4
}

/** ASCII: 1 for letters and the apostrophe. What lies beyond counts as letters: doubtful ones lengthen runs, and so lower the bound. */
const LETTERS = Uint8Array.from({ length: 128 }, (_, unit) =>
  Number(/[a-z']/i.test(String.fromCharCode(unit))),
)

/** From kana to the end of Hangul. */
const FIRST_UNSPACED = 0x3040
const LAST_UNSPACED = 0xd7a3

/** A date, a version, a stage of maturity, a tag, the path before it and the order of its words say nothing; a name that is an alias by itself may be anything. */
function isSameModel(asked: string, served: string): boolean {
  return asked === served || SAME.get(asked, served, () => areOfOneLine(asked, served))
}

const SAME = new Pairs<boolean>()

function areOfOneLine(asked: string, served: string): boolean {
  const [one, other] = [bare(asked), bare(served)]
  if (one === other || /(?:^|[-_:])(?:latest|auto|default|router)$/.test(one)) return true
  return lineOf(one).has(wordsOf(other)) || lineOf(other).has(wordsOf(one))
}

/** `-0` is how the first of a version is told from its dated releases. */
const bare = (name: string): string =>
  (name.toLowerCase().split('/').at(-1) ?? '').replace(/\.gguf$|-0$/, '')

const wordsOf = (name: string): string =>
  name
    .split(/[-_.@:]/)
    .toSorted()
    .join(' ')

const SUFFIX =
  /[-@:_.](?:latest|preview|exp|beta|\d{3,4}|\d{6}|\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{2}(?:-\d{4})?|\d{2}-\d{4}|v\d+(?::\d+)?)$|:[a-z][a-z-]*$/

/** The name itself, and what is left as one such suffix after another is taken off. */
function lineOf(name: string): ReadonlySet<string> {
  const line = new Set([wordsOf(name)])
  for (let rest = name; SUFFIX.test(rest);) {
    rest = rest.replace(SUFFIX, '')
    line.add(wordsOf(rest))
  }
  return line
}
