// Images, documents and sounds on their way out. Never fetches and never decodes: bytes stay the base64 they came as.
import type { Source } from '../../protocol/client-message.gen.ts'

export interface Bytes {
  readonly data: string
  readonly media_type: string
}

export type Media = Bytes | { readonly url: string; readonly media_type: string | undefined }

/** Where the bytes are. Either-ors of the protocol (`checkEitherOrs`) hold: there is data with its media type, or a URL. */
export function readSource({ data = '', url, media_type }: Source): Media {
  return url === undefined ? { data, media_type: media_type ?? '' } : { url, media_type }
}

export function dataUrl(media_type: string, data: string): string {
  return `data:${media_type};base64,${data}`
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/markdown': 'md',
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
  'audio/mpeg': 'mp3',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
}

/** File extension of a media type without its dot; `bin` where there is no telling. */
export function extensionOf(media_type: string): string {
  const type = media_type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const subtype = type.split('/')[1] ?? ''
  return EXTENSIONS[type] ?? (/^[a-z0-9]{1,5}$/.test(subtype) ? subtype : 'bin')
}

/** The part's own file name, else `fallbackStem` with the extension of its media type. */
export function fileName(
  part: { readonly filename?: string; readonly source: Source },
  fallbackStem: string,
): string {
  return part.filename ?? `${fallbackStem}.${extensionOf(part.source.media_type ?? '')}`
}
