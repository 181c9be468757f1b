import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pairs } from '../../src/gateway/pairs.ts'

test('what was found for a pair is found once, and no pair is taken for another', () => {
  const pairs = new Pairs<string | false>()
  let finds = 0
  const get = (one: string, other: string): string | false =>
    pairs.get(one, other, () => {
      finds += 1
      return one === 'no' && `${one}+${other}`
    })
  for (let again = 0; again < 3; again += 1) {
    assert.equal(get('no', 'ab'), 'no+ab')
    assert.equal(get('noa', 'b'), false)
    assert.equal(get('no', 'b'), 'no+b')
  }
  assert.equal(finds, 3)
})

test('pairs that nobody asks for any more are forgotten, however many come', () => {
  const pairs = new Pairs<number>()
  let kept = 0
  for (let pair = 0; pair < 10_000; pair += 1) pairs.get(`${pair % 100}`, `${pair}`, () => pair)
  for (let pair = 0; pair < 10_000; pair += 1) {
    let found = false
    pairs.get(`${pair % 100}`, `${pair}`, () => ((found = true), pair))
    if (!found) kept += 1
  }
  assert.ok(kept < 1_000, `${kept} of 10,000`)
})

test('what could not be found is looked for again', () => {
  const pairs = new Pairs<string>()
  assert.throws(() => pairs.get('a', 'b', () => assert.fail('nothing there')), /nothing there/)
  assert.equal(
    pairs.get('a', 'b', () => 'there'),
    'there',
  )
})
