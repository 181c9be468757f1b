// A canonical request as a generateContent call. Pure: the same request gives the same bytes.
import type { InferRequest } from '../../protocol/client-message.gen.ts'
import { notFound } from '../../protocol/fault.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { Encoded, Replay } from '../contract.ts'
import { readHistory } from '../shared/history.ts'
import { contentsOf } from './contents.ts'
import { generationConfig } from './generation.ts'
import { openNotices } from './notices.ts'
import { withOptions } from './options.ts'
import { textPart } from './parts.ts'
import type { Writing } from './parts.ts'
import { toolFields } from './tools.ts'

export function encode(request: InferRequest, target: ResolvedTarget, replay: Replay): Encoded {
  const notices = openNotices()
  const writing: Writing = { target, replay, notices }
  const history = readHistory(request, target, replay, { plain_reasoning: false, pauses: false })
  const system = history.system.map(({ part, pointer }) => textPart(part, pointer, writing))
  const contents = contentsOf(history, request, writing)
  const generation = generationConfig(request, target)
  const body = withOptions(
    {
      ...(system.length > 0 && { systemInstruction: { parts: system } }),
      contents,
      ...toolFields(request, notices),
      ...(Object.keys(generation).length > 0 && { generationConfig: generation }),
      // New projects keep requests by default; servers that only speak the dialect may not know the field.
      ...(target.official_host && { store: false }),
    },
    request,
  )
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
const PLAIN_MODEL = /^\w[\w.-]*$/

/** Throws `not_found`/`unknown_model` for a name that would lead elsewhere: a client may name any model, but not any path. */
function escapedPath(model: string): string {
  const resource = /^(models|tunedModels)\//.test(model) ? model : `models/${model}`
  const segments = resource.split('/')
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    const text = `"${model}" names no model: a part of its path is empty or made of dots`
    throw notFound('unknown_model', text, '/model')
  }
  return segments.map(encodeURIComponent).join('/')
}
