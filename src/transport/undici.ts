// The parts of undici that send, loaded when they are first asked for: nobody has asked for anything before the daemon listens. The whole
// package would bring fetch, caches, WebSockets and mocks along: 12 MB more of memory and eighty files (bench/RESULTS.md). Its
// version is fixed in package.json, and a test holds the parts to be those of its public names.
import { createRequire } from 'node:module'
import type * as Undici from 'undici'

const require = createRequire(import.meta.url)
const loadAgent: (file: string) => typeof Undici.Agent = require
const loadConnector: (file: string) => typeof Undici.buildConnector = require
const loadWhole: (name: string) => typeof Undici = require

export const agent = (): typeof Undici.Agent => loadAgent('undici/lib/dispatcher/agent.js')

export const connector = (): typeof Undici.buildConnector =>
  loadConnector('undici/lib/core/connect.js')

/** Of the whole package: only that gives agents what they open a tunnel with. */
export const proxyAgent = (): typeof Undici.EnvHttpProxyAgent =>
  loadWhole('undici').EnvHttpProxyAgent
