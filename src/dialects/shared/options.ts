// The caller's own fields for one dialect, merged into the body. Never overrides what the canonical request says.
import type { InferRequest } from '../../protocol/client-message.gen.ts'
import { invalid } from '../../protocol/fault.ts'
import { escaped } from '../../protocol/pointer.ts'
import type { DialectId } from '../../protocol/target.ts'
import type { JsonObject } from '../contract.ts'
import { asObject, isObject } from './json.ts'

const APPENDED = new Set(['tools', 'include'])

/**
 * `body` with `provider_options[dialect]` merged in deeply: objects by key, the top-level arrays `tools` and `include` appended.
 * Throws `invalid_request`: `provider_option_conflict` for a leaf that the body has too, `provider_option_refused` for one in `refused`
 * (paths below the dialect's object, such as `stream` or `generationConfig/candidateCount`). `fieldOf`: which field a key means, on a
 * wire that takes several spellings of it; `refused` holds those.
 */
export function mergeOptions(
  body: JsonObject,
  request: InferRequest,
  dialect: DialectId,
  refused: readonly string[],
  fieldOf = (key: string): string => key,
): JsonObject {
  const options = request.provider_options?.[dialect]
  if (options === undefined) return body
  return merge(body, options, '', '')

  function merge(into: JsonObject, from: JsonObject, path: string, fields: string): JsonObject {
    const merged = { ...into }
    for (const [key, value] of Object.entries(from)) {
      const here = `${path}/${escaped(key)}`
      const field = `${fields}/${escaped(fieldOf(key))}`
      if (refused.includes(field.slice(1))) refuse(here, REFUSED)
      const name = nameIn(into, key)
      const standing = Object.hasOwn(merged, name) ? merged[name] : undefined
      if (standing === undefined || (isObject(standing) && isObject(value)))
        merged[name] = isObject(value) ? merge(asObject(standing) ?? {}, value, here, field) : value
      else if (
        path === '' &&
        APPENDED.has(key) &&
        Array.isArray(standing) &&
        Array.isArray(value)
      ) {
        merged[name] = [...(standing as unknown[]), ...(value as unknown[])]
      } else refuse(here, CONFLICT)
    }
    return merged
  }

  /** The key under which the body has what `key` means, else the key itself. */
  function nameIn(into: JsonObject, key: string): string {
    if (Object.hasOwn(into, key)) return key
    const field = fieldOf(key)
    return Object.keys(into).find((name) => fieldOf(name) === field) ?? key
  }

  function refuse(path: string, { code, text }: typeof REFUSED): never {
    const message = `${dialect} option "${path.slice(1)}" ${text}`
    const pointer = `/provider_options/${dialect}${path}`
    throw invalid(code, message, pointer)
  }
}

const REFUSED = {
  code: 'provider_option_refused',
  text: 'would give an answer that does not fit this protocol; leave it out',
}
const CONFLICT = {
  code: 'provider_option_conflict',
  text: 'is set by the request itself; say it in one place only',
}
