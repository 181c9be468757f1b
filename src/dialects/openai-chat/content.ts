// User content and tool results as chat/completions parts. What a server's quirks leave no room for is refused with its pointer.
import type { ToolPart, UserPart } from '../../protocol/client-message.gen.ts'
import { unsupported } from '../../protocol/fault.ts'
import type { Quirks } from '../../protocol/target.ts'
import type { JsonObject } from '../contract.ts'
import type { Located, ToolResult } from '../shared/history.ts'
import { asObject } from '../shared/json.ts'
import { dataUrl, extensionOf, fileName, readSource, type Bytes } from '../shared/media.ts'
import type { Notes } from './notes.ts'

type Media = Extract<UserPart, { type: 'image' | 'document' | 'audio' }>

/** A user part as a content part; an opaque one stands for itself. */
export function userContent(
  { part, pointer }: Located<UserPart>,
  quirks: Quirks,
  notes: Notes,
): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return image(part, pointer, quirks, notes)
    case 'document':
      return document(part, pointer, notes)
    case 'audio':
      return audio(part, pointer, notes)
    case 'opaque':
      return asObject(part.state['part']) ?? {}
  }
}

function image(part: Media, pointer: string, quirks: Quirks, notes: Notes): JsonObject {
  const source = readSource(part.source)
  if ('url' in source && !quirks.remote_images) {
    const text =
      'this server fetches no images (quirk remote_images); send the bytes as source.data'
    throw unsupported('image_url', text, `${pointer}/source/url`)
  }
  const url = 'url' in source ? source.url : dataUrl(source.media_type, source.data)
  leaveOut(part, 'filename', pointer, notes)
  if (quirks.image_url === 'object') {
    return { type: 'image_url', image_url: { url, ...(part.detail && { detail: part.detail }) } }
  }
  leaveOut(part, 'detail', pointer, notes)
  return { type: 'image_url', image_url: url }
}

function document(part: Media, pointer: string, notes: Notes): JsonObject {
  const { data, media_type } = bytesOf(part, 'documents', pointer)
  leaveOut(part, 'detail', pointer, notes)
  const file = {
    filename: fileName(part, 'document'),
    file_data: dataUrl(media_type, data),
  }
  return { type: 'file', file }
}

function audio(part: Media, pointer: string, notes: Notes): JsonObject {
  const { data, media_type } = bytesOf(part, 'audio', pointer)
  const format = extensionOf(media_type)
  if (format !== 'wav' && format !== 'mp3') {
    const text = 'chat/completions takes audio/wav and audio/mpeg only'
    throw unsupported('audio_format', text, `${pointer}/source/media_type`)
  }
  leaveOut(part, 'filename', pointer, notes)
  leaveOut(part, 'detail', pointer, notes)
  return { type: 'input_audio', input_audio: { data, format } }
}

/** Of media that have no place for a URL here. `what`: all of their kind. */
function bytesOf(part: Media, what: string, pointer: string): Bytes {
  const source = readSource(part.source)
  if ('data' in source) return source
  const text = `chat/completions takes ${what} as bytes only; send source.data`
  throw unsupported(`${part.type}_url`, text, `${pointer}/source/url`)
}

function leaveOut(part: Media, field: 'detail' | 'filename', pointer: string, notes: Notes): void {
  if (part[field] !== undefined) notes.add(`${field}_left_out`, `${pointer}/${field}`)
}

/**
 * A result's content: text, or parts where it holds images and the server takes them. The wire has no flag for a failed call, so its text
 * begins with "Error: ". JSON goes as JSON text.
 */
export function resultContent(
  result: ToolResult,
  quirks: Quirks,
  notes: Notes,
): string | JsonObject[] {
  const texts = result.parts.flatMap(({ part }) => textOf(part) ?? [])
  const said = texts.join('\n')
  const text = result.is_error ? (said === '' ? 'Error' : `Error: ${said}`) : said
  const media = result.parts.filter(({ part }) => textOf(part) === null)
  if (media.length === 0) return text
  const parts = media.map(({ part, pointer }) => {
    if (part.type === 'opaque') return asObject(part.state['part']) ?? {}
    if (part.type === 'image' && quirks.images_in_tool_results)
      return image(part, pointer, quirks, notes)
    const why =
      'this server takes no such media in tool results (quirk images_in_tool_results); put it into a user message after the results'
    throw unsupported('tool_result_media', why, pointer)
  })
  return text === '' ? parts : [{ type: 'text', text }, ...parts]
}

function textOf(part: ToolPart): string | null {
  if (part.type === 'text') return part.text
  return part.type === 'json' ? JSON.stringify(part.value) : null
}
