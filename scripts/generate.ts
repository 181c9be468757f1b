// Writes the generated TypeScript types and the generated parts of docs/ from the JSON schemas; with --check it only says which are out of date.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { compile, type JSONSchema } from 'json-schema-to-typescript'
import { generatedDocs } from './docs.ts'

const OUTPUTS = [
  ['schemas/client-message.schema.json', 'src/protocol/client-message.gen.ts'],
  ['schemas/gateway-event.schema.json', 'src/protocol/gateway-event.gen.ts'],
  ['beluna-gateway.schema.json', 'src/config/config.gen.ts'],
] as const

async function generate(schemaPath: string): Promise<string> {
  const parse: (text: string) => JSONSchema & { title: string } = JSON.parse
  const schema = parse(await readFile(schemaPath, 'utf8'))
  return compile(schema, schema.title, {
    additionalProperties: false,
    unknownAny: true,
    ignoreMinAndMaxItems: true,
    bannerComment: `// Generated from ${schemaPath} by \`npm run generate\`; change the schema, not this file.`,
    format: true,
    style: { semi: false, singleQuote: true, printWidth: 100 },
  })
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const checking = process.argv.includes('--check')
for (const [schemaPath, outputPath] of OUTPUTS) {
  const text = await generate(schemaPath)
  await keep(outputPath, text, schemaPath)
}
for (const [path, text] of generatedDocs()) await keep(path, text, 'what it is made from')

async function keep(path: string, text: string, source: string): Promise<void> {
  const current = await readFile(path, 'utf8').catch(() => '')
  if (text === current) return
  if (checking) {
    console.error(`${path} is out of date with ${source}: run \`npm run generate\``)
    process.exitCode = 1
  } else {
    await writeFile(path, text)
    console.error(`wrote ${path}`)
  }
}
