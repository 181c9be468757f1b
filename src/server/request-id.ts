// Ids for requests that came without one. Names only: they must never be taken as secrets.
import { randomBytes } from 'node:crypto'

/** A UUID of version 7: unique, and sorting by the millisecond in which it was made (RFC 9562, section 5.7). */
export function makeRequestId(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
