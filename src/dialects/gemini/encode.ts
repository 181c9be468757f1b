// A canonical request as a generateContent call. Pure: the same request gives the same bytes.
import type { InferRequest } from '../../protocol/client-message.gen.ts'
import { Fault } from '../../protocol/fault.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { Encoded, JsonObject, Replay } from '../contract.ts'
import { readHistory } from '../shared/history.ts'
import { asArray, asObject } from '../shared/json.ts'
import { mergeOptions } from '../shared/options.ts'
import { contentsOf } from './contents.ts'
import { generationConfig } from './generation.ts'
import { openNotices } from './notices.ts'
import { textPart } from './parts.ts'
import type { Writing } from './parts.ts'
import { toolFields } from './tools.ts'

const REFUSED = [
  'model',
  'contents',
  'stream',
  'store',
  'n',
  'generationConfig/candidateCount',
  'generationConfig/candidate_count',
  'generationConfig/speechConfig',
  // The other spelling that the server takes would slip past what stands in the body already.
  'generation_config',
]

export function encode(request: InferRequest, target: ResolvedTarget, replay: Replay): Encoded {
  const notices = openNotices()
  const writing: Writing = { target, replay, notices }
  const history = readHistory(request, target, replay, { plain_reasoning: false, pauses: false })
  const system = history.system.map(({ part, pointer }) => textPart(part, pointer, writing))
  const contents = contentsOf(history, request, writing)
  const generation = generationConfig(request, target)
  const body = mergeOptions(
    {
      ...(system.length > 0 && { systemInstruction: { parts: system } }),
      contents,
      ...toolFields(request, notices),
      ...(Object.keys(generation).length > 0 && { generationConfig: generation }),
      // New projects keep requests by default; servers that only speak the dialect may not know the field.
      ...(target.official_host && { store: false }),
    },
    request,
    'gemini',
    REFUSED,
  )
  refuseSound(body)
  return {
    call: { path: pathOf(target), headers: {}, body },
    warnings: [...history.warnings, ...notices.warnings()],
  }
}

function pathOf({ model, capabilities }: ResolvedTarget): string {
  const path = PLAIN_MODEL.test(model) ? `models/${model}` : escapedPath(model)
  return capabilities.streaming
    ? `/${path}:streamGenerateContent?alt=sse`
    : `/${path}:generateContent`
}

/** Nearly all models are called so. */
const PLAIN_MODEL = /^[\w.-]+$/

function escapedPath(model: string): string {
  const resource = /^(models|tunedModels)\//.test(model) ? model : `models/${model}`
  return resource.split('/').map(encodeURIComponent).join('/')
}

function refuseSound(body: JsonObject): void {
  const modalities = asArray(asObject(body['generationConfig'])?.['responseModalities'])
  if (!modalities.includes('AUDIO')) return
  const text = 'this protocol has no place for sound in an answer; leave AUDIO out'
  throw new Fault('invalid_request', 'provider_option_refused', text, {
    pointer: '/provider_options/gemini/generationConfig/responseModalities',
  })
}
