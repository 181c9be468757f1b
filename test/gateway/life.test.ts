// Whatever comes first, those who entered a life hear of its end once, and those who left do not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Life } from '../../src/gateway/life.ts'

test('in every order of entering, leaving and ending, each hears the end at most once, and just then', () => {
  const step = fc.oneof(
    fc.record({ does: fc.constantFrom('enter', 'leave'), who: fc.nat(3) }),
    fc.record({ does: fc.constantFrom('abort', 'signal'), who: fc.constant(0) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const life = new Life()
      const heard = [0, 0, 0, 0]
      const ends = heard.map((_, who) => () => void (heard[who] = (heard[who] ?? 0) + 1))
      const expected = [0, 0, 0, 0]
      const inside = new Set<number>()
      let reason: number | undefined
      for (const [at, { does, who }] of steps.entries()) {
        const end = ends[who] ?? assert.fail()
        if (does === 'enter' && !inside.has(who)) {
          life.enter(end)
          if (reason === undefined) inside.add(who)
          else expected[who] = (expected[who] ?? 0) + 1
        } else if (does === 'leave') {
          life.leave(end)
          inside.delete(who)
        } else if (does === 'abort') {
          life.abort(at)
          if (reason === undefined)
            for (const each of inside) expected[each] = (expected[each] ?? 0) + 1
          inside.clear()
          reason ??= at
        } else assert.equal(life.signal.aborted, reason !== undefined)
        assert.deepEqual(heard, expected)
        assert.equal(life.aborted, reason !== undefined)
        assert.equal(life.reason, reason)
      }
    }),
  )
})

test('a signal asked for before the end and one asked for after it tell the same', () => {
  for (const early of [true, false]) {
    const life = new Life()
    const before = early ? life.signal : null
    assert.doesNotThrow(() => life.throwIfAborted())
    life.abort('client_cancel')
    life.abort('client_gone')
    assert.equal(life.signal.reason, 'client_cancel')
    if (before) assert.equal(life.signal, before)
    assert.throws(
      () => life.throwIfAborted(),
      (error) => error === 'client_cancel',
    )
  }
})

test('one who leaves as another hears the end does not hear it', () => {
  const life = new Life()
  const heard: string[] = []
  const second = (): void => void heard.push('second')
  life.enter(() => {
    heard.push('first')
    life.leave(second)
  })
  life.enter(second)
  life.abort('client_gone')
  assert.deepEqual(heard, ['first'])
})
