// What goes out for a try: the call that a dialect made, with what the target adds to it.
import { addressOf, type Address } from '../transport/address.ts'
import type { HttpRequest } from '../transport/http.ts'
import type { Try } from './attempt.ts'
import type { Candidate } from './candidate.ts'
import { Pairs } from './pairs.ts'
import type { Means } from './trial.ts'

/** What one try has beside its candidate. */
type Asked = Pick<Try, 'call' | 'secret' | 'life' | 'answered'>

/** `attempt`: its number in the request. */
export function tryOf(
  { http, max_sse_event_bytes, max_message_bytes }: Means,
  { dialect, resolved, where, bounds }: Candidate,
  { request_id, attempt }: { readonly request_id: string; readonly attempt: number },
  asked: Asked,
): Try {
  return {
    ...asked,
    http,
    dialect,
    endpoint: resolved.endpoint,
    headers: resolved.headers,
    about: {
      dialect: where.dialect,
      server: where.target,
      model: where.model,
      request_id,
      attempt,
    },
    timeouts: bounds,
    max_event_bytes: max_sse_event_bytes,
    max_body_bytes: max_message_bytes,
  }
}

export function requestOf({
  call,
  endpoint,
  headers: extra,
  dialect,
  secret,
  about,
}: Try): HttpRequest {
  const headers: Record<string, string> = Object.assign({}, extra, call.headers, OWN_HEADERS)
  if (secret !== null) headers[dialect.auth.header] = dialect.auth.prefix + secret
  const body = JSON.stringify(call.body)
  return {
    address: addressAt(endpoint, call.path),
    headers,
    body,
    ...(about && { about: { ...about, body: call.body } }),
  }
}

const OWN_HEADERS = {
  'content-type': 'application/json',
  accept: 'text/event-stream, application/json',
  'user-agent': 'beluna-gateway',
}

const ADDRESSES = new Pairs<Address>()

const addressAt = (endpoint: string, path: string): Address =>
  ADDRESSES.get(endpoint, path, () => addressOf(endpoint + path))
