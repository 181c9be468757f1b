// What a provider said, before it leaves the house: bounded, and with every known secret struck out.
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
      body,
    },
  })
}

const MOST_BODY_BYTES = 8 * 1024

function cut(text: string): string {
  const bytes = Buffer.from(text)
  return bytes.length <= MOST_BODY_BYTES
    ? text
    : new TextDecoder().decode(bytes.subarray(0, MOST_BODY_BYTES)).replace(/\uFFFD$/, '')
}
