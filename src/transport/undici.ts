// The parts of undici that send, loaded when they are first asked for: nobody has asked for anything before the daemon listens. The whole
// package would bring fetch, caches, WebSockets and mocks along: 12 MB more of memory and half a hundred files (bench/RESULTS.md). Its
// version is fixed in package.json, and a test holds the parts to be those of its public names.
import { createRequire } from 'node:module'
import type * as Undici from 'undici'

interface Parts {
  readonly agent: typeof Undici.Agent
  readonly connector: typeof Undici.buildConnector
  readonly proxyAgent: typeof Undici.EnvHttpProxyAgent
}

const FILES = {
  agent: 'undici/lib/dispatcher/agent.js',
  connector: 'undici/lib/core/connect.js',
  proxyAgent: 'undici/lib/dispatcher/env-http-proxy-agent.js',
} as const

const load: (file: string) => Parts[keyof Parts] = createRequire(import.meta.url)
const loadDispatcher: (file: string) => typeof Undici.Dispatcher = createRequire(import.meta.url)
const loadMethod: (file: string) => Undici.Dispatcher['connect'] = createRequire(import.meta.url)

/** One part; the module system keeps it. */
export function undici<K extends keyof Parts>(part: K): Parts[K]
export function undici(part: keyof Parts): Parts[keyof Parts] {
  if (part === 'proxyAgent') addTunnels()
  return load(FILES[part])
}

/** What the proxies' agent asks for a tunnel with. It is the package as a whole that would put it there. */
function addTunnels(): void {
  const { prototype } = loadDispatcher('undici/lib/dispatcher/dispatcher.js')
  prototype.connect = loadMethod('undici/lib/api/api-connect.js')
}
