// Bills computed by hand, and the laws of money: exact, disjoint classes, unknown is null.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Usage } from '../../src/protocol/gateway-event.gen.ts'
import type { PriceTable } from '../../src/protocol/prices.ts'
import { addDecimals, bill } from '../../src/telemetry/cost.ts'

const table: PriceTable = {
  currency: 'USD',
  per_tokens: 1_000_000,
  input: '1.25',
  cached_input: '0.125',
  cache_write: null,
  cache_write_1h: null,
  output: '10',
  request: null,
  tiers: [],
}
const usage: Usage = {
  input_tokens: 1_000,
  cached_input_tokens: 400,
  cache_write_input_tokens: null,
  output_tokens: 300,
  reasoning_tokens: 200,
  total_tokens: 1_300,
  raw: {},
}

test('cached tokens are part of the input and charged once; reasoning is part of the output', () => {
  // 600 × 1.25 + 400 × 0.125 + 300 × 10 = 750 + 50 + 3000 millionths
  assert.deepEqual(bill(usage, table).cost, {
    currency: 'USD',
    total: '0.0038',
    input: '0.00075',
    cached_input: '0.00005',
    cache_write: '0',
    output: '0.003',
  })
})

test('cache writes of five minutes and of an hour have their own prices', () => {
  const prices = {
    ...table,
    input: '3',
    cached_input: '0.3',
    cache_write: '3.75',
    cache_write_1h: '6',
    output: '15',
  }
  const counts = {
    ...usage,
    cache_write_input_tokens: 500,
    cached_input_tokens: 100,
    raw: { cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 200 } },
  }
  // 400 × 3 + 100 × 0.3 + 300 × 3.75 + 200 × 6 + 300 × 15
  assert.deepEqual(bill(counts, prices).cost, {
    currency: 'USD',
    total: '0.008055',
    input: '0.0012',
    cached_input: '0.00003',
    cache_write: '0.002325',
    output: '0.0045',
  })
})

test('a tier replaces the prices it names for the whole request, and the fee is in the total alone', () => {
  const prices = {
    ...table,
    request: '0.01',
    tiers: [
      { above_input_tokens: 999, input: '2.5' },
      { above_input_tokens: 1_000, output: '99' },
    ],
  }
  assert.deepEqual(bill(usage, prices).cost, {
    currency: 'USD',
    total: '0.01455',
    input: '0.0015',
    cached_input: '0.00005',
    cache_write: '0',
    output: '0.003',
  })
})

test('what is unknown makes the cost null, with the reason', () => {
  assert.deepEqual(
    [bill(usage, null).cost, bill(usage, null).reason],
    [null, 'no price is configured for the model'],
  )
  assert.equal(bill(null, table).reason, 'the provider reported no usage')
  assert.equal(bill({ ...usage, output_tokens: null }, table).cost, null)
  assert.equal(bill({ ...usage, cached_input_tokens: null }, table).cost, null)
  assert.equal(bill({ ...usage, cached_input_tokens: 2_000 }, table).cost, null)
})

test('a class without its own price is charged as input, also where its count is unknown', () => {
  const plain = { ...table, cached_input: null }
  assert.equal(bill(usage, plain).cost?.total, '0.00425')
  assert.equal(bill({ ...usage, cached_input_tokens: null }, plain).cost?.total, '0.00425')
})

test('fees and tiers that the prices do not know make the cost null, with a warning', () => {
  for (const raw of [{ server_tool_use: { web_search_requests: 2 } }, { service_tier: 'flex' }]) {
    const { cost, warning } = bill({ ...usage, raw }, table)
    assert.deepEqual([cost, warning?.code], [null, 'cost_incomplete'])
  }
  assert.notEqual(
    bill(
      { ...usage, raw: { service_tier: 'default', server_tool_use: { web_search_requests: 0 } } },
      table,
    ).cost,
    null,
  )
})

const millionths = (text: string): bigint => BigInt(text.replace('.', ''))

test('sums are exact', () => {
  assert.equal(addDecimals('0.1', '0.2'), '0.3')
  const amount = fc
    .tuple(fc.nat(1e9), fc.nat(999_999))
    .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(6, '0')}`)
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      const [whole = '0', fraction = ''] = addDecimals(a, b).split('.')
      assert.equal(BigInt(whole + fraction.padEnd(6, '0')), millionths(a) + millionths(b))
    }),
  )
})
