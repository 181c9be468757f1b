// Reads the golden examples for the tests of this folder.
import { readFileSync } from 'node:fs'
import type { ClientMessage } from '../../src/protocol/client-message.gen.ts'
import type { GatewayEvent } from '../../src/protocol/gateway-event.gen.ts'

interface ValidMessage {
  readonly name: string
  readonly message: ClientMessage
}
interface InvalidMessage {
  readonly name: string
  readonly message?: unknown
  readonly line?: string
  readonly code: string
  readonly pointer: string | null
  readonly refused_by: 'line' | 'types' | 'schema' | 'rules'
}
interface ValidEvent {
  readonly name: string
  readonly event: GatewayEvent
}
interface InvalidEvent extends ValidEvent {
  readonly pointer: string
  readonly refused_by: 'types' | 'schema'
}

export const validMessages = read<ValidMessage>('client-message.valid')
export const invalidMessages = read<InvalidMessage>('client-message.invalid')
export const validEvents = read<ValidEvent>('gateway-event.valid')
export const invalidEvents = read<InvalidEvent>('gateway-event.invalid')

function read<T>(name: string): T[] {
  const url = new URL(`../../schemas/examples/${name}.ndjson`, import.meta.url)
  const lines = readFileSync(url, 'utf8').trimEnd().split('\n')
  const parse: (line: string) => T = JSON.parse
  return lines.map((line) => parse(line))
}
