// AJV and the schemas, loaded when something has to be compiled: the package seldom needs them (`ahead.ts`).
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as Module from 'ajv/dist/2020.js'
import type { Ajv2020, AnySchemaObject, Options, ValidateFunction } from 'ajv/dist/2020.js'

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

const readSchema: (text: string) => AnySchemaObject = JSON.parse

/** What checks a value against `schemas/NAME.schema.json`. */
export function compileSchema<T>(name: string): ValidateFunction<T> {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url)
  return createAjv({ discriminator: true }).compile<T>(readSchema(readFileSync(file, 'utf8')))
}
