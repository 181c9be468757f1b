// The calls inside a wrapper that models sometimes make up. Never repairs what is no object.
import { asArray, asObject, asString, parseLossless } from '../shared/json.ts'

export interface WrappedCall {
  readonly name: string
  readonly text: string
}

export const WRAPPER = /^(multi_tool_use\.)?parallel$/
const RECIPIENT = /^functions\.(.+)$/

/** The calls inside the wrapper that models sometimes make up; null where this is none, but a tool that happens to be called so. */
export function wrappedCalls(name: string, text: string, bound: number): WrappedCall[] | null {
  if (!WRAPPER.test(name)) return null
  const uses = asArray(asObject(parseLossless(text))?.['tool_uses'])
  const calls = uses.flatMap((use) => {
    const { recipient_name, parameters } = asObject(use) ?? {}
    const recipient = RECIPIENT.exec(asString(recipient_name) ?? '')?.[1]
    return recipient === undefined
      ? []
      : [{ name: recipient, text: JSON.stringify(parameters ?? {}) }]
  })
  return calls.length > 0 && calls.length === uses.length && calls.length < bound ? calls : null
}
