// `beluna-gateway version`: the version of the gateway and of the Node it runs on.
import { readFileSync } from 'node:fs'
import { readArguments } from './arguments.ts'
import { EXIT, type Io } from './io.ts'

export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown'
}

export async function version(args: readonly string[], io: Io): Promise<number> {
  readArguments(args, {}, 0)
  io.stdout.write(`beluna-gateway ${packageVersion()} (node ${process.versions.node})\n`)
  return EXIT.ok
}
