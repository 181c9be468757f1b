// Where a request goes, taken apart once for all requests that go there.

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

export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  )
}
