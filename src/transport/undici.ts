// undici, loaded when it is first asked for: that takes some 100 ms, and nobody has asked for anything before the daemon listens.
import { createRequire } from 'node:module'
import type * as Undici from 'undici'

const load: (name: string) => typeof Undici = createRequire(import.meta.url)

/** The whole package; the module system keeps it. */
export const undici = (): typeof Undici => load('undici')
