// User content and tool results as chat/completions parts. What a server's quirks leave no room for is refused with its pointer.
import type { ToolPart, UserPart } from '../../protocol/client-message.gen.ts'
import type { Quirks } from '../../protocol/target.ts'
import type { JsonObject } from '../contract.ts'
import type { Located, ToolResult } from '../shared/history.ts'
import { asObject } from '../shared/json.ts'
import { dataUrl, extensionOf, fileName, readSource } from '../shared/media.ts'
import { refuse } from './notes.ts'
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
  const source = readSource(part.source, pointer)
  if ('url' in source && !quirks.remote_images) {
    refuse(
      'image_url',
      `${pointer}/source/url`,
      'this server fetches no images (quirk remote_images); send the bytes as source.data',
    )
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
  const source = readSource(part.source, pointer)
  if ('url' in source) {
    refuse(
      'document_url',
      `${pointer}/source/url`,
      'chat/completions takes documents as bytes only; send source.data',
    )
  }
  leaveOut(part, 'detail', pointer, notes)
  const file = {
    filename: fileName(part, 'document'),
    file_data: dataUrl(source.media_type, source.data),
  }
  return { type: 'file', file }
}

function audio(part: Media, pointer: string, notes: Notes): JsonObject {
  const source = readSource(part.source, pointer)
  if ('url' in source) {
    refuse(
      'audio_url',
      `${pointer}/source/url`,
      'chat/completions takes audio as bytes only; send source.data',
    )
  }
  const format = extensionOf(source.media_type)
  if (format !== 'wav' && format !== 'mp3') {
    refuse(
      'audio_format',
      `${pointer}/source/media_type`,
      'chat/completions takes audio/wav and audio/mpeg only',
    )
  }
  leaveOut(part, 'filename', pointer, notes)
  leaveOut(part, 'detail', pointer, notes)
  return { type: 'input_audio', input_audio: { data: source.data, format } }
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
    return refuse(
      'tool_result_media',
      pointer,
      'this server takes no such media in tool results (quirk images_in_tool_results); put it into a user message after the results',
    )
  })
  return text === '' ? parts : [{ type: 'text', text }, ...parts]
}

function textOf(part: ToolPart): string | null {
  if (part.type === 'text') return part.text
  return part.type === 'json' ? JSON.stringify(part.value) : null
}
