// User and tool content as content parts of the Responses wire. Never fetches or changes what the caller gave.
import type {
  ToolPart,
  UserDocument,
  UserImage,
  UserOpaque,
  UserPart,
} from '../../protocol/client-message.gen.ts'
import { invalid, unsupported } from '../../protocol/fault.ts'
import type { JsonObject } from '../contract.ts'
import type { Located } from '../shared/history.ts'
import { asObject, asString } from '../shared/json.ts'
import { dataUrl, fileName, readSource } from '../shared/media.ts'
import type { Tally } from '../shared/tally.ts'

/**
 * A part as it goes into a message or a tool result; an opaque part is its own item, verbatim, and may belong beside the message
 * instead ({@link isContent} tells). Throws `unsupported_capability`/`audio` and `invalid_request` with the part's pointer.
 */
export function contentPart(
  { part, pointer }: Located<UserPart | ToolPart>,
  left_out: Tally<'filename_left_out'>,
): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'json':
      return { type: 'input_text', text: JSON.stringify(part.value) }
    case 'image':
      if (part.filename !== undefined) left_out.add('filename_left_out', `${pointer}/filename`)
      return imagePart(part)
    case 'document':
      return filePart(part, pointer, left_out)
    case 'audio': {
      const text =
        'the Responses API takes no audio; send its transcript or choose a target of another dialect'
      throw unsupported('audio', text, pointer)
    }
    case 'opaque':
      return opaqueItem(part.state, pointer)
  }
}

/** True for what stands inside a message or result; an item stands beside them. */
export function isContent(item: JsonObject): boolean {
  return /^input_(text|image|file|audio)$/.test(asString(item['type']) ?? '')
}

function imagePart(part: UserImage): JsonObject {
  const media = readSource(part.source)
  const image_url = 'url' in media ? media.url : dataUrl(media.media_type, media.data)
  return { type: 'input_image', image_url, detail: part.detail ?? 'auto' }
}

function filePart(
  part: UserDocument,
  pointer: string,
  left_out: Tally<'filename_left_out'>,
): JsonObject {
  const media = readSource(part.source)
  const detail = part.detail === undefined ? {} : { detail: part.detail }
  if ('url' in media) {
    // The API refuses both: mutually_exclusive_parameters.
    if (part.filename !== undefined) left_out.add('filename_left_out', `${pointer}/filename`)
    return { type: 'input_file', file_url: media.url, ...detail }
  }
  const file_data = dataUrl(media.media_type, media.data)
  return { type: 'input_file', filename: fileName(part, 'document'), file_data, ...detail }
}

// Provenance that only answers carry; the API refuses it on the way in.
const OUTPUT_ONLY = ['created_by']

/** The provider's item as it may go back. Throws `invalid_request`/`opaque_without_item` where the state holds none. */
export function opaqueItem(state: UserOpaque['state'], pointer: string): JsonObject {
  const kept = asObject(state['item'])
  if (typeof kept?.['type'] !== 'string') {
    const text =
      'an opaque part of this dialect holds the provider item, with its type, in state.item'
    throw invalid('opaque_without_item', text, `${pointer}/state`)
  }
  const item = without(kept, OUTPUT_ONLY)
  if (item['type'] === 'custom_tool_call_output') return without(item, ['status'])
  const { output } = item
  if (item['type'] !== 'shell_call_output' || !Array.isArray(output)) return item
  const chunks = (output as unknown[]).map((chunk) => {
    const object = asObject(chunk)
    return object ? without(object, OUTPUT_ONLY) : chunk
  })
  return { ...item, output: chunks }
}

function without(item: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !fields.includes(key)))
}
