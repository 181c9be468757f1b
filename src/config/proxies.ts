// The proxies that the environment names: the one setting that is no configuration's.
import type { Env } from './paths.ts'
import { wholeFile } from './problem.ts'

interface Proxies {
  readonly http_proxy: string | undefined
  readonly https_proxy: string | undefined
  readonly no_proxy: string | undefined
}

/** In either case, the lower one first. Throws {@link ConfigError} for one that nothing could be sent through. */
export function proxiesOf(env: Env): Proxies {
  return {
    http_proxy: proxyIn(env, 'http_proxy'),
    https_proxy: proxyIn(env, 'https_proxy'),
    no_proxy: env['no_proxy'] ?? env['NO_PROXY'],
  }
}

const SCHEMES = ['http:', 'https:', 'socks:', 'socks5:']

/** A host and a port are a proxy as well, as for curl. The text is not repeated: it may hold a password. */
function proxyIn(env: Env, lower: string): string | undefined {
  const name = env[lower] === undefined ? lower.toUpperCase() : lower
  const text = env[name]?.trim()
  if (!text) return undefined
  const url = URL.parse(text.includes('://') ? text : `http://${text}`)
  if (url && SCHEMES.includes(url.protocol) && url.hostname !== '' && isDecodable(url))
    return url.href
  throw wholeFile(name, 'must be the URL of a proxy, as http://proxy.example.org:3128')
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password)
    return true
  } catch {
    return false
  }
}
