// Canonical parts of users, tools and system messages as content blocks. What the wire has no block for is refused, never flattened.
import type { Source, SystemText, ToolPart, UserPart } from '../../protocol/client-message.gen.ts'
import { invalid, unsupported } from '../../protocol/fault.ts'
import { asString, isObject } from '../shared/json.ts'
import { readSource } from '../shared/media.ts'
import type { Block } from './wire.ts'

/** The block for one part of a system, user or tool message. */
export function contentBlock(part: SystemText | UserPart | ToolPart, pointer: string): Block {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'json':
      return { type: 'text', text: JSON.stringify(part.value) }
    case 'image':
      return { type: 'image', source: imageSource(part.source) }
    case 'document': {
      const source = documentSource(part.source, pointer)
      return { type: 'document', source, ...(part.filename && { title: part.filename }) }
    }
    case 'audio':
      throw unsupported('audio', 'the Messages API takes no audio', pointer)
    case 'opaque':
      return opaqueBlock(part.state, pointer)
  }
}

/** The provider's own block out of an opaque part's state. */
export function opaqueBlock(state: { readonly [key: string]: unknown }, pointer: string): Block {
  const block = state['block']
  if (isObject(block) && asString(block['type']) !== undefined) return block
  const text = 'state.block is no content block with a type'
  throw invalid('opaque_block', text, `${pointer}/state/block`)
}

function imageSource(source: Source): Block {
  const media = readSource(source)
  return 'url' in media ? { type: 'url', url: media.url } : { type: 'base64', ...media }
}

const PDF = 'application/pdf'
const PLAIN = 'text/plain'

/** PDFs go as base64 or URL, plain text as text; the wire knows no other documents. */
function documentSource(source: Source, pointer: string): Block {
  const media = readSource(source)
  const type = media.media_type?.split(';', 1)[0]?.trim().toLowerCase()
  if ('url' in media && (type ?? PDF) === PDF) return { type: 'url', url: media.url }
  if ('data' in media && type === PDF) return { type: 'base64', media_type: PDF, data: media.data }
  if ('data' in media && type === PLAIN) {
    return { type: 'text', media_type: PLAIN, data: decodeText(media.data, pointer) }
  }
  const text = `documents are ${PDF} (data or url) or ${PLAIN} (data) here, not ${type ?? 'untyped'}`
  throw unsupported('document_type', text, `${pointer}/source/media_type`)
}

function decodeText(data: string, pointer: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data, 'base64'))
  } catch {
    throw invalid('utf8', 'the plain text document is not UTF-8', `${pointer}/source/data`)
  }
}
