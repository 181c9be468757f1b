// Tool results as Gemini's function responses. The response is always an object; media have a place only on newer models.
import { unsupported } from '../../protocol/fault.ts'
import type { JsonObject } from '../contract.ts'
import type { ToolResult } from '../shared/history.ts'
import { idOf, itemOf, mediaPart, textPart } from './parts.ts'
import type { Writing } from './parts.ts'

/** One call's result. The wire wants an object, so what was said stands under `output` or `error`; several parts are a list there. */
export function responsePart(result: ToolResult, writing: Writing): JsonObject {
  const values: unknown[] = []
  const parts: JsonObject[] = []
  for (const { part, pointer } of result.parts) {
    if (part.type === 'text') values.push(textPart(part, pointer, writing)['text'])
    else if (part.type === 'json') values.push(part.value)
    else {
      refuseMedia(pointer, writing)
      const item =
        part.type === 'opaque'
          ? itemOf(part.state, pointer, writing)
          : mediaPart(part, pointer, writing)
      parts.push(item)
    }
  }
  const [first = ''] = values
  const said = values.length > 1 ? values : first
  return {
    functionResponse: {
      ...idOf(result.call.part.state),
      name: result.name,
      response: { [result.is_error ? 'error' : 'output']: said },
      ...(parts.length > 0 && { parts }),
    },
  }
}

function refuseMedia(pointer: string, { target }: Writing): void {
  if (target.rules.media_in_tool_results) return
  const text = `${target.model} takes no media in tool results; send them in a user message`
  throw unsupported('media_in_tool_results', text, pointer)
}
