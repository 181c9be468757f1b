// Files that are shown to the model with a question: what they are is told by their first bytes, not by their names.
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { UserPart } from '../client/index.ts'
import { UsageError } from './io.ts'

/** What kinds of file begin with; `?` is any byte. */
const STARTS = [
  ['\u0089PNG\r\n\u001A\n', 'image', 'image/png'],
  ['\u00FF\u00D8\u00FF', 'image', 'image/jpeg'],
  ['GIF8?a', 'image', 'image/gif'],
  ['RIFF????WEBP', 'image', 'image/webp'],
  ['%PDF-', 'document', 'application/pdf'],
] as const

/** No provider takes more, and a device may have no end. */
const MOST_BYTES = 64 * 1024 * 1024

/** `?` */
const ANY = 63

/** The file as a part of a user's message. Throws {@link UsageError} where it cannot be read or is nothing that can be shown. */
export async function readAttachment(path: string): Promise<UserPart> {
  const bytes = await buffer(createReadStream(path, { end: MOST_BYTES })).catch(
    (error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      const why = { ENOENT: 'there is no such file', EISDIR: 'it is a directory' }[code]
      throw new UsageError(`--file ${path}: ${why ?? `it cannot be read (${code})`}`)
    },
  )
  if (bytes.length > MOST_BYTES)
    throw new UsageError(`--file ${path}: it is larger than ${MOST_BYTES / 1024 / 1024} MiB`)
  const found = STARTS.find(([start]) =>
    Buffer.from(start, 'latin1').every((byte, at) => byte === ANY || byte === bytes[at]),
  )
  if (!found)
    throw new UsageError(
      `--file ${path}: it is no PNG, JPEG, GIF, WebP or PDF; text can be piped in`,
    )
  const [, type, media_type] = found
  const source = { media_type, data: bytes.toString('base64') }
  // No provider takes a picture's name.
  return type === 'image' ? { type, source } : { type, source, filename: basename(path) }
}
