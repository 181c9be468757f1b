// What goes out for a try: the call that a dialect made, with what the target adds to it.
import type { HttpRequest } from '../transport/http.ts'
import type { Try } from './attempt.ts'

export function requestOf({
  call,
  endpoint,
  headers: extra,
  dialect,
  secret,
  about,
}: Try): HttpRequest {
  const headers: Record<string, string> = {
    ...extra,
    ...call.headers,
    'content-type': 'application/json',
    accept: 'text/event-stream, application/json',
    'user-agent': 'beluna-gateway',
  }
  if (secret !== null) headers[dialect.auth.header] = dialect.auth.prefix + secret
  const body = JSON.stringify(call.body)
  return {
    url: urlOf(endpoint + call.path),
    headers,
    body,
    ...(about && { about: { ...about, body: call.body } }),
  }
}

/** The same few come back with every request; clients choose models, which stand in some, so they are bounded. */
const URLS = new Map<string, URL>()
const MOST_URLS = 256

function urlOf(text: string): URL {
  const known = URLS.get(text)
  if (known) return known
  if (URLS.size === MOST_URLS) URLS.clear()
  const url = new URL(text)
  URLS.set(text, url)
  return url
}
