// Error answers of any provider: their words, wherever the server put them, and the fault they mean.
// Judges by code, then type, then message, then status. Never echoes what a provider says about a credential.
import type { JsonObject } from '../contract.ts'
import { Fault } from '../../protocol/fault.ts'
import type { ErrorKind, FaultDetails } from '../../protocol/fault.ts'
import { asArray, asObject, asString, isObject, parseJson, rowOf } from './json.ts'
import { COMMON_RULES, KIND_OF_TYPE, kindOfStatus } from './error-rules.ts'

/** What a provider says of a failure. */
export interface ProviderWords {
  /** A semantic code; HTTP statuses that servers put there are in `told_status`. */
  readonly code: string | null
  readonly type: string | null
  readonly message: string | null
  readonly request_id: string | null
  /** An HTTP status that the body tells, for errors inside a 200. */
  readonly told_status: number | null
  /** As it came. */
  readonly body: string
}

export interface Rule {
  readonly when: (words: ProviderWords, status: number | null) => boolean
  readonly kind: ErrorKind
  readonly code: string | null
  readonly details?: FaultDetails
}

const REQUEST_ID_HEADERS = [
  'x-request-id',
  'request-id',
  'apim-request-id',
  'x-ms-request-id',
  'mistral-correlation-id',
  'x-generation-id',
  'x-goog-request-id',
  'cf-ray',
]

/** The words of an HTTP error answer. `headers` have lower-case names. */
export function readWords(headers: Readonly<Record<string, string>>, body: string): ProviderWords {
  const named = REQUEST_ID_HEADERS.find((name) => headers[name] !== undefined)
  // Servers that fail as their stream begins keep its form: `data: {"error": …}` under an error's status.
  const value = parseJson(/^data: *(\{.*)$/m.exec(body)?.[1] ?? body)
  const words = isObject(value) || Array.isArray(value) ? wordsOf(value) : plainWords(body)
  return { ...words, request_id: (named && headers[named]) ?? words.request_id, body }
}

function plainWords(body: string): ProviderWords {
  const value = parseJson(body)
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]
  const text = typeof value === 'string' ? value : /^\s*</.test(body) ? (title ?? '') : body
  return { ...wordsOf(text.trim()), body }
}

/** The words of an error told inside an answer: the event or chunk, or its error object. */
export function wordsOf(value: unknown): ProviderWords {
  const body = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  const root: unknown = Array.isArray(value) ? value[0] : value
  if (!isObject(root)) {
    return { ...NO_WORDS, message: textOf(root), body }
  }
  const error = errorIn(root)
  const { code, status, type } = error
  const words = {
    code: codeOf(code) ?? codeOf(root['code']) ?? codeOf(error['status_code']),
    type: typeOf(type) ?? typeOf(status),
    message: messageIn(root, error),
    request_id: asString(root['request_id']) ?? null,
    told_status:
      [code, root['code'], status, error['status_code'], type]
        .map(statusIn)
        .find((told) => told !== null) ?? null,
    body,
  }
  const raw = asObject(error['metadata'])?.['raw']
  return raw === undefined ? words : { ...words, ...causeIn(raw) }
}

/** The object that tells of the error, wherever servers put it: some send a list, MiniMax its own field. */
function errorIn(root: JsonObject): JsonObject {
  const { error, errors, base_resp } = root
  const places = [error, asArray(error)[0], asArray(errors)[0], base_resp]
  return places.find(isObject) ?? root
}

/** OpenRouter says what the provider behind it said: what that names is the cause. */
function causeIn(raw: unknown): Partial<ProviderWords> {
  const value = typeof raw === 'string' ? (parseJson(raw) ?? raw) : raw
  const root = Array.isArray(value) ? asObject(value[0]) : asObject(value)
  if (!root) return typeof value === 'string' && textOf(value) ? { message: value } : {}
  const error = errorIn(root)
  const code = codeOf(error['code'])
  const type = typeOf(error['type']) ?? typeOf(error['status'])
  const message = messageIn(root, error)
  return { ...(code && { code }), ...(type && { type }), ...(message && { message }) }
}

function messageIn(root: JsonObject, error: JsonObject): string | null {
  const { message, msg, status_msg } = error
  const groq = asObject(root['x_groq'])?.['error']
  const texts = [message, msg, status_msg, root['error'], root['message'], root['Message'], groq]
  return (
    texts.map(textOf).find((text) => text !== null) ??
    detailOf(root['detail']) ??
    detailOf(asObject(message)?.['detail'])
  )
}

const NO_WORDS = {
  code: null,
  type: null,
  message: null,
  request_id: null,
  told_status: null,
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** Numbers and numerals that are HTTP statuses are no codes of the provider's own. */
function statusIn(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && number >= 400 && number < 600 ? number : null
}

function codeOf(value: unknown): string | null {
  if (statusIn(value) !== null) return null
  return typeof value === 'number' ? String(value) : textOf(value)
}

function typeOf(value: unknown): string | null {
  return value === 'error' || statusIn(value) !== null ? null : textOf(value)
}

function detailOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  const entries = isObject(value) ? [value] : asArray(value)
  const texts = entries.map((entry) =>
    isObject(entry)
      ? (textOf(entry['msg']) ?? textOf(entry['message']) ?? textOf(entry['error']))
      : textOf(entry),
  )
  return texts.filter((text) => text !== null).join('; ') || null
}

/**
 * The fault that a provider's words mean. `status`: the HTTP status of the answer (200 for an error inside it). The dialect's own `rules`
 * come first, then the common ones, then type, then status.
 */
export function classify(
  words: ProviderWords,
  status: number | null,
  rules: readonly Rule[] = [],
): Fault {
  const inside = status === null || status < 300
  const judged = inside ? words.told_status : status
  const rule = [...rules, ...COMMON_RULES].find(({ when }) => when(words, judged))
  const [kind, code] = rule ? [rule.kind, rule.code] : plainKind(words, judged)
  const { code: its_code, type, message, request_id, body } = words
  return new Fault(kind, code, messageOf(kind, words, status), {
    ...rule?.details,
    provider: { http_status: status, code: its_code, type, message, request_id, body },
  })
}

/** How a dialect reads its errors; `rulesOf` gives its own rules, for these words. */
export const faultReaders = (rulesOf: (words: ProviderWords) => readonly Rule[]) => ({
  /** The fault of an HTTP error answer. */
  readFault: (status: number, headers: Readonly<Record<string, string>>, body: string): Fault => {
    const words = readWords(headers, body)
    return classify(words, status, rulesOf(words))
  },
  /** The fault of an error told inside a 200 answer: the event, chunk or body that holds it, or the error itself. */
  faultInside: (value: unknown): Fault => {
    const words = wordsOf(value)
    return classify(words, 200, rulesOf(words))
  },
})

function plainKind(
  words: ProviderWords,
  status: number | null,
): readonly [ErrorKind, string | null] {
  if (status !== null) return kindOfStatus(status)
  return [
    rowOf(KIND_OF_TYPE, words.type ?? '') ??
      rowOf(KIND_OF_TYPE, words.code ?? '') ??
      'provider_error',
    null,
  ]
}

const LONGEST_QUOTE = 500

/** What such an answer mostly means, where its own words ("Not Found") do not say. */
const HINTS: Readonly<Partial<Record<ErrorKind, string>>> = {
  not_found: " (check the model's name and the target's endpoint)",
  protocol_violation: " (check the target's endpoint)",
}

function messageOf(kind: ErrorKind, words: ProviderWords, status: number | null): string {
  const where = status === null || status < 300 ? 'inside its answer' : `with HTTP ${status}`
  // Such answers often repeat parts of the key.
  if (kind === 'authentication')
    return `the provider refused the credential ${where}; check the target's credential`
  const said = words.message ?? words.code ?? words.type
  const hint = HINTS[kind] ?? ''
  if (said === null) return `the provider answered ${where} and no message${hint}`
  return `the provider failed the request ${where}${hint}: ${said.slice(0, LONGEST_QUOTE)}`
}
