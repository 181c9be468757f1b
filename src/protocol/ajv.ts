// AJV, loaded when something has to be compiled: the package seldom needs it (`ahead.ts`).
import { createRequire } from 'node:module'
import type * as Module from 'ajv/dist/2020.js'
import type { Ajv2020, Options } from 'ajv/dist/2020.js'

const load: (name: string) => typeof Module = createRequire(import.meta.url)

/** For our own schemas. What it compiles has the schema node in its errors, and the value: they must not leave this process. */
export function createAjv(options: Options): Ajv2020 {
  return new (load('ajv/dist/2020.js').Ajv2020)({
    strict: true,
    allowUnionTypes: true,
    validateSchema: false, // a test holds them to their meta-schema; checking them takes as long as compiling
    verbose: true,
    ...options,
  })
}
