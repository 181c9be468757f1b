// The door: the bytes of one line become a valid message or a refusal. Nothing is guessed, coerced or repeated, and nothing
// unparsed or unvalidated passes. Knows nothing of connections: whether an id is in flight is the server's to judge.
import { isUtf8 } from 'node:buffer'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { fitsClientMessage } from './ahead.ts'
import { compileSchema } from './ajv.ts'
import type { ClientMessage } from './client-message.gen.ts'
import { complaintOf } from './complaint.ts'
import { checkEitherOrs } from './either-or.ts'
import { Fault, invalid } from './fault.ts'
import type { GatewayEvent } from './gateway-event.gen.ts'
import { scan, type Scanned } from './json-scan.ts'
import { checkLinkage } from './linkage.ts'

/** A line that was not taken. */
interface Refusal {
  readonly ok: false
  /** The id to answer with, if it is not in flight; null where the line has none that can be used, and for a `cancel`. */
  readonly request_id: string | null
  /** `invalid_request` with one of the codes of refused lines (`internal` only where the door itself is broken). */
  readonly fault: Fault
}

/** What {@link readLine} makes of a line. */
export type Reading = { readonly ok: true; readonly message: ClientMessage } | Refusal

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/
const NOBODY: Scanned = { violation: null, request_id: null, type: null, two_types: false }

let clientMessages: ValidateFunction<ClientMessage> | null = null
let gatewayEvents: ValidateFunction<GatewayEvent> | null = null

/** The validator that can say what is wrong. */
function explaining(): ValidateFunction<ClientMessage> {
  clientMessages ??= compileSchema<ClientMessage>('client-message')
  return clientMessages
}

/** Compiles what {@link readLine} needs, some 60 ms that the first line would wait for: once the daemon listens. */
export function prepareReading(): void {
  if (!fitsClientMessage) explaining()
}

const isClientMessage = (value: unknown): value is ClientMessage =>
  (fitsClientMessage ?? explaining())(value)

/** Reads one line, without its newline and without a byte order mark. Never throws. */
export function readLine(line: Buffer): Reading {
  let scanned = NOBODY
  try {
    if (!isUtf8(line))
      throw invalid('utf8', `not UTF-8 at byte ${firstBadByte(line)} of the line`, null)
    const text = line.toString('utf8')
    scanned = scan(text)
    const { violation } = scanned
    if (violation) throw invalid(violation.code, violation.message, violation.pointer)
    return { ok: true, message: messageOf(JSON.parse(text)) }
  } catch (error) {
    if (error instanceof Fault) return refusal(scanned, error)
    const fault = new Fault('internal', 'validate', 'the line could not be checked', {
      cause: error,
    })
    return refusal(scanned, fault)
  }
}

/** Throws with the pointer where an event breaks its schema. For tests and debug runs: too dear for every delta. */
export function validateEvent(event: GatewayEvent): void {
  gatewayEvents ??= compileSchema<GatewayEvent>('gateway-event')
  if (gatewayEvents(event)) return
  const { message, pointer } = complaintOf(gatewayEvents.errors ?? [])
  throw new Error(`an event breaks its schema at "${pointer}": ${message}`)
}

function messageOf(value: unknown): ClientMessage {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('schema', 'a message is a JSON object', '')
  }
  if ('protocol_version' in value && value.protocol_version !== 1) {
    throw invalid('protocol_version', 'only protocol_version 1 is spoken here', '/protocol_version')
  }
  if (!isClientMessage(value)) {
    const explain = explaining()
    explain(value)
    const { message, pointer } = complaintOf(explain.errors ?? [])
    throw invalid('schema', message, pointer)
  }
  if (value.type === 'infer') {
    checkEitherOrs(value)
    checkLinkage(value.messages)
  }
  return value
}

function refusal({ request_id, type, two_types }: Scanned, fault: Fault): Refusal {
  const named = type !== 'cancel' && !two_types
  const usable = named && request_id !== null && REQUEST_ID.test(request_id)
  return { ok: false, request_id: usable ? request_id : null, fault }
}

/** Where decoding put the first replacement character that the line itself does not hold. */
function firstBadByte(line: Buffer): number {
  const mended = Buffer.from(line.toString('utf8'))
  return line.findIndex((byte, index) => byte !== mended[index])
}
