// Base URLs and headers of a target: the vendors' own, and what may stand in a configuration.
import { isLoopback } from '../protocol/loopback.ts'
import type { DialectId } from '../protocol/target.ts'

/** The vendors' own base URLs; null: the dialect belongs to nobody, and the configuration must name one. */
const VENDORS: Readonly<Record<DialectId, { endpoint: string | null; host: string }>> = {
  openai_responses: { endpoint: 'https://api.openai.com/v1', host: 'api.openai.com' },
  anthropic_messages: { endpoint: 'https://api.anthropic.com/v1', host: 'api.anthropic.com' },
  gemini: {
    endpoint: 'https://generativelanguage.googleapis.com/v1beta',
    host: 'generativelanguage.googleapis.com',
  },
  openai_chat: { endpoint: null, host: 'api.openai.com' },
}

/** The base URL in its normal form, without a trailing slash; null: it must be configured. */
export function endpointOf(dialect: DialectId, configured: string | undefined): string | null {
  if (configured === undefined) return VENDORS[dialect].endpoint
  return URL.parse(configured)?.href.replace(/\/+$/, '') ?? null
}

/** The host is the vendor's own, or one of its regions (`eu.api.openai.com`). */
export function isOfficialHost(dialect: DialectId, endpoint: string): boolean {
  const { host } = VENDORS[dialect]
  const name = URL.parse(endpoint)?.hostname ?? ''
  return name === host || name.endsWith(`.${host}`)
}

/** Why a text is no base URL for credentials and content to go to; null: it is one. Never repeats the text. */
export function endpointMistake(text: string, insecure: boolean): string | null {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'must be an http or https URL'
  if (url.username || url.password) return 'must hold no user name or password; use "credential"'
  if (url.search || url.hash) return 'must have no query or fragment; use "credential" for a key'
  if (url.protocol === 'http:' && !insecure && !isLoopback(url.hostname))
    return 'http is for loopback hosts; use https, or set "allow_insecure_http": true'
  return null
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'cookie']
const OWN_HEADERS = [
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Why a header cannot be configured; null: it can. Never repeats the value. */
export function headerMistake(name: string, value: string): string | null {
  const lower = name.toLowerCase()
  if (!TOKEN.test(name)) return 'is no header name'
  if (CREDENTIAL_HEADERS.includes(lower) || lower.startsWith('proxy-'))
    return 'carries a credential; use "credential"'
  if (OWN_HEADERS.includes(lower)) return 'is set by the daemon itself'
  return isHeaderValue(value) ? null : 'has a value that is not printable ASCII'
}

/** Printable ASCII that neither begins nor ends with a space. */
export const isHeaderValue = (text: string): boolean =>
  /^[\x20-\x7e]+$/.test(text) && text.trim() === text
