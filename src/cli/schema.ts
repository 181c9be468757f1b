// `beluna-gateway schema`: prints the schemas that this version holds itself to, as they are shipped. Changes nothing in them.
import { readFileSync } from 'node:fs'
import { readArguments } from './arguments.ts'
import { EXIT, UsageError, type Io } from './io.ts'

const FILES: Readonly<Record<string, string>> = {
  message: 'schemas/client-message.schema.json',
  event: 'schemas/gateway-event.schema.json',
  config: 'beluna-gateway.schema.json',
}

export async function schema(args: readonly string[], io: Io): Promise<number> {
  const [name] = readArguments(args, {}, 1).positionals
  if (name === undefined) {
    const all = Object.entries(FILES).map(([key, file]) => `${JSON.stringify(key)}: ${read(file)}`)
    io.stdout.write(`{${all.join(', ')}}\n`)
    return EXIT.ok
  }
  const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined
  if (file === undefined)
    throw new UsageError(`there is no schema "${name}", but ${Object.keys(FILES).join(', ')}`)
  io.stdout.write(`${read(file)}\n`)
  return EXIT.ok
}

const read = (file: string): string =>
  readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').trimEnd()
