// What comes beside the content: counts, names, citations, leftovers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunk, ORIGIN, STOP, streamed } from './answer.ts'

test('counts are cumulative: the last one of each field stands, zeros are left out on the wire, thoughts and tool prompts add up', () => {
  const { usage } = streamed(
    chunk([], {}, { usageMetadata: { trafficType: 'ON_DEMAND' } }),
    chunk(
      [],
      {},
      {
        usageMetadata: { promptTokenCount: 40, thoughtsTokenCount: 5, cachedContentTokenCount: 30 },
      },
    ),
    chunk([], STOP, {
      usageMetadata: {
        promptTokenCount: null,
        candidatesTokenCount: 7,
        thoughtsTokenCount: 9,
        toolUsePromptTokenCount: 2,
        totalTokenCount: 58,
      },
    }),
  )
  assert.deepEqual(usage, {
    input_tokens: 42,
    cached_input_tokens: 30,
    cache_write_input_tokens: null,
    output_tokens: 16,
    reasoning_tokens: 9,
    total_tokens: 58,
    raw: {
      trafficType: 'ON_DEMAND',
      promptTokenCount: 40,
      thoughtsTokenCount: 9,
      cachedContentTokenCount: 30,
      candidatesTokenCount: 7,
      toolUsePromptTokenCount: 2,
      totalTokenCount: 58,
    },
  })
  const sparse = streamed(chunk([], STOP, { usageMetadata: { promptTokenCount: 4 } })).usage
  assert.deepEqual(
    [sparse?.cached_input_tokens, sparse?.output_tokens, sparse?.total_tokens],
    [0, 0, 4],
  )
  assert.equal(streamed(chunk([], STOP, { usageMetadata: { trafficType: 'X' } })).usage, null)
})

test('who answered and what stands beside the answer is metadata; empty early pieces replace nothing', () => {
  const names = { responseId: 'r', modelVersion: 'm-served' }
  const { metadata, raw } = streamed(
    chunk(
      [{ text: 'a' }],
      { groundingMetadata: { webSearchQueries: ['q'] }, logprobsResult: { chosenCandidates: [1] } },
      names,
    ),
    chunk(
      [{ text: 'b' }],
      { groundingMetadata: {}, logprobsResult: { chosenCandidates: [2] }, ...STOP },
      { ...names, usageMetadata: { serviceTier: 'flex' } },
    ),
  )
  assert.deepEqual(metadata, { response_id: 'r', model: 'm-served', service_tier: 'flex' })
  assert.deepEqual(raw, {
    groundingMetadata: { webSearchQueries: ['q'] },
    logprobsResult: { chosenCandidates: [1, 2] },
  })
})

test('citations are metadata and stand in the state of the text they came under', () => {
  const citationMetadata = { citationSources: [{ uri: 'https://example.org' }] }
  const { content, raw } = streamed(
    chunk([{ text: 'a' }]),
    chunk([{ text: 'b' }], { citationMetadata, ...STOP }),
  )
  assert.deepEqual(raw, { citationMetadata })
  const state = { ...ORIGIN, citations: citationMetadata.citationSources }
  assert.deepEqual(content, [{ type: 'text', text: 'ab', state }])
})
