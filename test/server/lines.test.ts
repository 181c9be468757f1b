import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { LineReader } from '../../src/server/lines.ts'

function read(chunks: readonly Buffer[], limit = 1_000): string[] {
  const reader = new LineReader(() => limit)
  const told: string[] = []
  const note = (lines: ReturnType<LineReader['push']>): void => {
    for (const line of lines)
      told.push(line.kind === 'line' ? line.bytes.toString('latin1') : 'TOO LONG')
  }
  for (const chunk of chunks) note(reader.push(chunk))
  note(reader.end())
  return told
}

const whole = (text: string, limit?: number): string[] => read([Buffer.from(text, 'latin1')], limit)

test('a line ends at its newline, loses one carriage return, and may be blank only to be left out', () => {
  assert.deepEqual(whole('a\nb\r\n\n \t\r\n\r\nc d\r\r\n'), ['a', 'b', 'c d\r'])
})

test('what is left without a newline at the end is a line', () => {
  assert.deepEqual(whole('a\nb'), ['a', 'b'])
  assert.deepEqual(whole('a\nb\r'), ['a', 'b'])
  assert.deepEqual(whole(''), [])
})

test('a byte order mark is left out at the very start and nowhere else', () => {
  const mark = '\xef\xbb\xbf'
  assert.deepEqual(whole(`${mark}a\n${mark}b\n`), ['a', `${mark}b`])
  assert.deepEqual(whole(`\n${mark}b\n`), [`${mark}b`])
  assert.deepEqual(whole(`${mark}\nb`), ['b'])
  assert.deepEqual(whole(`1234567\n${mark}b`, 5), ['TOO LONG', `${mark}b`])
})

test('a line as long as the limit passes; one byte more is told once, and the next line lives', () => {
  assert.deepEqual(whole('12345\n123456\n7\n', 5), ['12345', 'TOO LONG', '7'])
  assert.deepEqual(whole('1'.repeat(100), 5), ['TOO LONG'])
})

test('a line that is too long is told as soon as it is, not when it ends', () => {
  const reader = new LineReader(() => 5)
  assert.deepEqual([...reader.push(Buffer.from('1234'))], [])
  assert.deepEqual([...reader.push(Buffer.from('56'))], [{ kind: 'too_long' }])
  assert.deepEqual([...reader.push(Buffer.from('789'))], [])
})

test('however the bytes are cut, the lines are the same', () => {
  const piece = fc.constantFrom(
    'a',
    'é',
    '\r',
    '\n',
    '\r\n',
    ' ',
    '\xef\xbb\xbf',
    '\xef',
    '12345678',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(80)), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(''), 'latin1')
      const at = [
        0,
        ...cuts.filter((cut) => cut <= bytes.length).toSorted((a, b) => a - b),
        bytes.length,
      ]
      const chunks = at.slice(1).map((to, index) => bytes.subarray(at[index], to))
      assert.deepEqual(read(chunks, 10), read([bytes], 10))
    }),
    { numRuns: 2_000 },
  )
})

test('each byte of a line of 32 MB is looked at once, and the memory ever taken for it is at most thrice its size', (t) => {
  const total = 32 * 2 ** 20
  const chunk = Buffer.alloc(4_096, 'x')
  let scanned = 0
  chunk.indexOf = (_, from) => {
    scanned += chunk.length - Number(from)
    return -1
  }
  const allocate = t.mock.method(Buffer, 'allocUnsafeSlow')
  const reader = new LineReader(() => total)
  for (let sent = 0; sent < total; sent += chunk.length) {
    assert.equal(reader.push(chunk).next().done, true)
  }
  const [line] = reader.push(Buffer.from('\n'))
  assert.equal(line?.kind === 'line' && line.bytes.length, total)
  assert.equal(scanned, total)
  const taken = allocate.mock.calls.reduce((sum, call) => sum + call.arguments[0], 0)
  assert.ok(taken <= 3 * total, `${taken} bytes taken`)
})
