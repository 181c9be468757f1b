import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { pino } from 'pino'
import { quickInfo } from '../../src/telemetry/quick-line.ts'

const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.boolean(),
  fc.constant(undefined),
  fc.array(fc.string()),
  fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.string()),
)
const facts = fc.dictionary(fc.stringMatching(/^[a-z][a-z._]*$/), value)

test('a line is the one that pino would write', () => {
  fc.assert(
    fc.property(facts, fc.string({ unit: 'binary' }), (fields, text) => {
      const lines: string[] = []
      const write = (line: string): void => void lines.push(line.replace(/"time":\d+/, '"time":0'))
      const logger = pino({ base: { pid: 7 } }, { write })
      logger.info(fields, text)
      quickInfo(logger, { pid: 7 }, write)(fields, text)
      assert.equal(lines[1], lines[0])
    }),
  )
})

test('a level that is switched off writes nothing, from the next line on', () => {
  const lines: string[] = []
  const logger = pino({}, { write: () => undefined })
  const info = quickInfo(logger, {}, (line) => lines.push(line))
  info({ a: 1 }, 'heard')
  logger.level = 'warn'
  info({ a: 2 }, 'not heard')
  assert.match(lines.join(''), /^\{.*"a":1,"msg":"heard"\}\n$/)
})
