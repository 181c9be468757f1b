// The caller's own fields for one dialect, merged into the body. Never overrides what the canonical request says.
import type { InferRequest } from '../../protocol/client-message.gen.ts'
import { Fault } from '../../protocol/fault.ts'
import type { DialectId } from '../../protocol/target.ts'
import type { JsonObject } from '../contract.ts'
import { isObject } from './json.ts'

const APPENDED = new Set(['tools', 'include'])

/**
 * `body` with `provider_options[dialect]` merged in deeply: objects by key, the top-level arrays `tools` and `include` appended.
 * Throws `invalid_request`: `provider_option_conflict` for a leaf that the body has too, `provider_option_refused` for one in `refused`
 * (paths below the dialect's object, such as `stream` or `generationConfig/candidateCount`).
 */
export function mergeOptions(
  body: JsonObject,
  request: InferRequest,
  dialect: DialectId,
  refused: readonly string[],
): JsonObject {
  const options = request.provider_options?.[dialect]
  if (options === undefined) return body
  const root = `/provider_options/${dialect}`
  return merge(body, options, '', (path, code, message) => {
    throw new Fault('invalid_request', code, message, { pointer: `${root}${path}` })
  })

  function merge(into: JsonObject, from: JsonObject, path: string, refuse: Refuse): JsonObject {
    const merged = { ...into }
    for (const [key, value] of Object.entries(from)) {
      const here = `${path}/${escape(key)}`
      if (refused.includes(here.slice(1))) {
        refuse(
          here,
          'provider_option_refused',
          `${dialect} option "${here.slice(1)}" would give an answer that does not fit this protocol; leave it out`,
        )
      }
      const standing = Object.hasOwn(merged, key) ? merged[key] : undefined
      if (standing === undefined)
        merged[key] = isObject(value) ? merge({}, value, here, refuse) : value
      else if (isObject(standing) && isObject(value))
        merged[key] = merge(standing, value, here, refuse)
      else if (
        path === '' &&
        APPENDED.has(key) &&
        Array.isArray(standing) &&
        Array.isArray(value)
      ) {
        merged[key] = [...(standing as unknown[]), ...(value as unknown[])]
      } else {
        refuse(
          here,
          'provider_option_conflict',
          `${dialect} option "${here.slice(1)}" is set by the request itself; say it in one place only`,
        )
      }
    }
    return merged
  }
}

type Refuse = (path: string, code: string, message: string) => never

function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
