// Single parts of Gemini's contents: text, media, a provider's own item, signatures and ids. Parts are never merged and nothing is fetched.
import type { UserAudio, UserDocument, UserImage } from '../../protocol/client-message.gen.ts'
import { invalid, unsupported } from '../../protocol/fault.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { JsonObject, Replay } from '../contract.ts'
import { asObject, asString } from '../shared/json.ts'
import { readSource } from '../shared/media.ts'
import type { Notices } from './notices.ts'

/** What the writing of one request's parts depends on. */
export interface Writing {
  readonly target: ResolvedTarget
  readonly replay: Replay
  readonly notices: Notices
}

/** A text as a part, for system, user and tool text alike. */
export function textPart(
  part: { readonly text: string; readonly cache?: object },
  pointer: string,
  { notices }: Writing,
): JsonObject {
  if (part.cache !== undefined) notices.add('cache_breakpoint_left_out', `${pointer}/cache`)
  return { text: part.text }
}

const READABLE =
  /^(gs:\/\/|https:\/\/(www\.|m\.)?youtube\.com\/|https:\/\/youtu\.be\/|https:\/\/generativelanguage\.googleapis\.com\/v[^/]+\/files\/)/

/** A medium as `inlineData` or, for its Files API, Cloud Storage and YouTube, `fileData`. Other URLs: `unsupported_capability`. */
export function mediaPart(
  part: UserImage | UserDocument | UserAudio,
  pointer: string,
  { target, notices }: Writing,
): JsonObject {
  if (part.cache !== undefined) notices.add('cache_breakpoint_left_out', `${pointer}/cache`)
  if (part.filename !== undefined) notices.add('filename_left_out', `${pointer}/filename`)
  if (part.detail !== undefined && part.detail !== 'auto') {
    notices.add('detail_left_out', `${pointer}/detail`)
  }
  const media = readSource(part.source)
  if ('data' in media) return { inlineData: { mimeType: media.media_type, data: media.data } }
  if (!READABLE.test(media.url) && !media.url.startsWith(`${target.endpoint}/files/`)) {
    const text = `Gemini reads URLs of its Files API, Cloud Storage and YouTube only; send the ${part.type} as data`
    throw unsupported(`${part.type}_url`, text, `${pointer}/source/url`)
  }
  const type = media.media_type === undefined ? {} : { mimeType: media.media_type }
  return { fileData: { ...type, fileUri: media.url } }
}

/** The signature that came on a part, unless the provider could not verify it. */
export function signatureOf(state: JsonObject | undefined, { replay }: Writing): JsonObject {
  const signature = replay.omit_reasoning ? undefined : asString(state?.['thoughtSignature'])
  return signature === undefined ? {} : { thoughtSignature: signature }
}

/** The id that the provider issued; ids of any other making are not its business. */
export function idOf(state: JsonObject | undefined): { id?: string } {
  const id = asString(state?.['id'])
  return id === undefined ? {} : { id }
}

/** A provider's own item, as it came. Throws `invalid_request`/`opaque_state` where the state holds none. */
export function itemOf(state: JsonObject, pointer: string, { replay }: Writing): JsonObject {
  const item = asObject(state['part'])
  if (item === undefined) {
    const text =
      'the state of this opaque part holds no Gemini part; send it back as it was received'
    throw invalid('opaque_state', text, `${pointer}/state`)
  }
  if (!replay.omit_reasoning) return item
  return Object.fromEntries(Object.entries(item).filter(([key]) => key !== 'thoughtSignature'))
}
