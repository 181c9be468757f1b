// What a provider said, before it leaves the house: bounded, and with every known secret struck out.
import { isObject } from '../dialects/shared/json.ts'
import type { Fault } from '../protocol/fault.ts'

/** The same fault; a provider may echo the credential that it was sent. */
export function redacted(fault: Fault, redact: (text: string) => string): Fault {
  const message = redact(fault.message)
  const { provider } = fault
  if (!provider) return message === fault.message ? fault : fault.with({ message })
  const strike = (text: string | null): string | null => (text === null ? null : redact(text))
  const body = provider.body === null ? null : cut(redact(provider.body))
  return fault.with({
    message,
    provider: {
      ...provider,
      code: strike(provider.code),
      type: strike(provider.type),
      message: strike(provider.message),
      request_id: strike(provider.request_id),
      body,
    },
  })
}

/** The value with every text in it struck, names of fields too; the same one where there was nothing to strike. */
export function struck<T>(value: T, redact: (text: string) => string): T
export function struck(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  // A number that keeps its source text (`parseLossless`) means something to `JSON.stringify` only as the object that it is.
  if (JSON.isRawJSON(value)) return value
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value
    const copy = entries.map((each) => struck(each, redact))
    return copy.some((each, index) => each !== entries[index]) ? copy : entries
  }
  if (!isObject(value)) return value
  // Mostly there is nothing to strike, and so nothing to copy.
  let copy: Record<string, unknown> | null = null
  let seen = 0
  for (const name in value) {
    const each = value[name]
    const [newName, newEach] = [redact(name), struck(each, redact)]
    if (newName !== name || newEach !== each)
      copy ??= Object.fromEntries(Object.entries(value).slice(0, seen))
    if (copy) copy[newName] = newEach
    seen += 1
  }
  return copy ?? value
}

const MOST_BODY_BYTES = 8 * 1024

function cut(text: string): string {
  const bytes = Buffer.from(text)
  return bytes.length <= MOST_BODY_BYTES
    ? text
    : new TextDecoder().decode(bytes.subarray(0, MOST_BODY_BYTES)).replace(/\uFFFD$/, '')
}
