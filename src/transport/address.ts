// Where a request goes, taken apart once for all requests that go there.
import { isLoopback } from '../protocol/loopback.ts'

export interface Address {
  readonly href: string
  readonly origin: string
  readonly path: string
  /** This machine: no proxy stands between. */
  readonly loopback: boolean
}

/** Throws a TypeError where the text is no URL. */
export function addressOf(text: string): Address {
  const { href, origin, pathname, search, hostname } = new URL(text)
  return { href, origin, path: pathname + search, loopback: isLoopback(hostname) }
}
