// The caller's own fields for Gemini. The server reads proto JSON, which takes each name in two spellings (`generationConfig`,
// `generation_config`), so names are compared in one form; they go out as they were written.
import type { InferRequest } from '../../protocol/client-message.gen.ts'
import { invalid } from '../../protocol/fault.ts'
import type { JsonObject } from '../contract.ts'
import { asObject } from '../shared/json.ts'
import { mergeOptions } from '../shared/options.ts'

const REFUSED = [
  'model',
  'contents',
  'stream',
  'store',
  'n',
  'generationConfig/candidateCount',
  'generationConfig/speechConfig',
]

/** `body` with the request's options for Gemini. Throws as {@link mergeOptions} does, and where they ask for sound. */
export function withOptions(body: JsonObject, request: InferRequest): JsonObject {
  const merged = mergeOptions(body, request, 'gemini', REFUSED, camelCase)
  refuseSound(request.provider_options?.gemini)
  return merged
}

const camelCase = (name: string): string =>
  name.replace(/^_+/, '').replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase())

function refuseSound(options: unknown): void {
  for (const [config, fields] of namesOf('generationConfig', options))
    for (const [name, modalities] of namesOf('responseModalities', fields)) {
      if (![modalities].flat().some(isSound)) continue
      const text = 'this protocol has no place for sound in an answer; leave AUDIO out'
      const pointer = `/provider_options/gemini/${config}/${name}`
      throw invalid('provider_option_refused', text, pointer)
    }
}

/** The field of an object, in each spelling in which it stands there. */
const namesOf = (field: string, value: unknown): [string, unknown][] =>
  Object.entries(asObject(value) ?? {}).filter(([name]) => camelCase(name) === field)

/** Proto JSON takes an enum by its name or its number, and one value for a list of one. */
const isSound = (modality: unknown): boolean =>
  modality === 3 || (typeof modality === 'string' && modality.toUpperCase() === 'AUDIO')
