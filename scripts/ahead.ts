// Compiles the schemas into the code of `dist/protocol/ahead.js`: validators that only say whether a value fits.
import { readFileSync } from 'node:fs'
import standalone from 'ajv/dist/standalone/index.js'
import { Ajv2020, type AnySchemaObject, type Options } from 'ajv/dist/2020.js'

const SOURCES: readonly (readonly [name: string, file: string, options: Options])[] = [
  ['fitsClientMessage', 'schemas/client-message.schema.json', { discriminator: true }],
  ['fitsConfig', 'beluna-gateway.schema.json', { useDefaults: true }],
]
const read: (text: string) => AnySchemaObject = JSON.parse

/** An ES module with the exports of `src/protocol/ahead.ts`, none of them null. */
export function validatorsAhead(): string {
  const bodies = SOURCES.map(([name, file, options]) => {
    const ajv = new Ajv2020({
      strict: true,
      allowUnionTypes: true,
      messages: false,
      code: { source: true, lines: true },
      ...options,
    })
    ajv.addKeyword('patternErrorMessage')
    const schema = read(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))
    const code = standalone.default(ajv, ajv.compile(schema))
    // Written for `require`, each within a function of its own: both use the same names.
    return `export const ${name} = (() => { const module = { exports: {} }; ${code}; return module.exports })()\n`
  })
  const head = `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\n`
  return head + bodies.join('')
}
