import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brief, chunk, DONE, eventsOf, STOP, streamed, whole } from './answer.ts'

const TEXTS: readonly [string, unknown[], string[]][] = [
  [
    'empty and null content says nothing',
    [
      chunk({ role: 'assistant', content: null }),
      chunk({ content: '' }),
      chunk({ content: 'a' }),
      STOP,
    ],
    ['text "a"'],
  ],
  [
    'a repeated or empty role changes nothing',
    [chunk({ role: '', content: 'a' }), chunk({ role: 'assistant', content: 'b' }), STOP],
    ['text "ab"'],
  ],
  [
    'reasoning, text and refusal are parts of their own in the order of their coming',
    [
      chunk({ reasoning: 'r' }),
      chunk({ content: 'a' }),
      chunk({ refusal: 'no' }),
      chunk({ content: 'b' }),
      STOP,
    ],
    ['reasoning "r"', 'text "a"', 'refusal "no"', 'text "b"'],
  ],
  [
    'of two copies of the reasoning one counts',
    [
      chunk({ reasoning_content: 'r', reasoning: 'r' }),
      chunk({ reasoning_content: '', reasoning: 's' }),
      STOP,
    ],
    ['reasoning "r"', 'reasoning "s"'],
  ],
  [
    'content may be a list of parts',
    [
      chunk({
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'r' }] },
          { type: 'text', text: 'a' },
          { type: 'reference' },
        ],
      }),
      STOP,
    ],
    ['reasoning "r"', 'text "a"'],
  ],
  [
    'chunks without choices, and other choices, are passed over',
    [
      { choices: [], prompt_filter_results: [] },
      { choices: null },
      {},
      { choices: [{ index: 1, delta: { content: 'x' }, finish_reason: 'length' }] },
      chunk(null),
      chunk({ content: 'a' }),
      STOP,
    ],
    ['text "a"'],
  ],
  [
    'where delta and message come together, the delta counts in a stream',
    [{ choices: [{ delta: { content: 'a' }, message: { content: 'all' } }] }, STOP],
    ['text "a"'],
  ],
  [
    'a stream may hold one whole message, or several',
    [
      { choices: [{ message: { content: 'a' } }] },
      { choices: [{ message: { content: 'b' }, finish_reason: 'stop' }] },
    ],
    ['text "ab"'],
  ],
  [
    'a message at the end of a stream of deltas says nothing again',
    [
      chunk({ content: 'a' }),
      chunk({ content: 'b' }),
      { choices: [{ message: { content: 'ab' }, finish_reason: 'stop' }] },
    ],
    ['text "ab"'],
  ],
  [
    'unknown fields and values of a wrong type are passed over',
    [
      chunk({ content: 7, tool_calls: 'x', reasoning: {}, novel: { a: 1 } }),
      'null',
      '"x"',
      chunk({ content: 'a' }),
      STOP,
    ],
    ['text "a"'],
  ],
]

test('parts of the content may be bare strings', () => {
  assert.deepEqual(brief(streamed(chunk({ content: ['a', { type: 'text', text: 'b' }] }), STOP)), [
    'text "ab"',
  ])
})

test('parts of the content that are no text are kept as they came', () => {
  const reference = { type: 'reference', reference_ids: [0, 2] }
  const content = [{ type: 'text', text: 'a' }, reference]
  const answer = streamed(chunk({ content }), chunk({ content: [reference] }), STOP)
  assert.deepEqual([brief(answer), answer.raw], [['text "a"'], { content: [reference, reference] }])
})

for (const [law, chunks, expected] of TEXTS)
  test(law, () => {
    const answer = streamed(...chunks)
    assert.deepEqual(brief(answer), expected)
    assert.deepEqual(answer.end, ['stop stop'])
  })

const detail = (rest: object) => ({
  reasoning_details: [{ type: 'reasoning.text', index: 0, ...rest }],
})

test('reasoning remembers its field, and structured details come together whatever pieces they came in', () => {
  const answer = streamed(
    chunk({ reasoning: 'Let', ...detail({ text: 'Let', id: null }) }),
    chunk({ reasoning: ' me', ...detail({ text: ' me' }) }),
    chunk({ content: 'a' }),
    chunk({ content: '', ...detail({ signature: 's' }) }),
    chunk({ reasoning_details: [{ type: 'reasoning.encrypted', index: 1, data: 'e' }] }),
    STOP,
  )
  const details = [
    { type: 'reasoning.text', index: 0, text: 'Let me', id: null, signature: 's' },
    { type: 'reasoning.encrypted', index: 1, data: 'e' },
  ]
  assert.deepEqual(answer.parts, [
    { type: 'reasoning', text: 'Let me', state: { field: 'reasoning', details } },
    { type: 'text', text: 'a' },
  ])
})

const blocks = (...thinking_blocks: object[]) => chunk({ reasoning_content: '', thinking_blocks })
const thinking = (text: string, signature: string | null = null) => ({
  type: 'thinking',
  thinking: text,
  signature,
})

test('blocks of thinking come together whole, signed alone or with all of their text; without a signature they are none', () => {
  const redacted = { type: 'redacted_thinking', data: 'd' }
  const answer = streamed(
    chunk({ reasoning_content: 'Let', thinking_blocks: [thinking('Let')] }),
    chunk({ reasoning_content: ' me', thinking_blocks: [thinking(' me')] }),
    blocks(thinking('', 's')),
    blocks(redacted, thinking('b')),
    blocks(thinking('bc', 't')),
    blocks(thinking('cut')),
    STOP,
  )
  const whole_blocks = [thinking('Let me', 's'), redacted, thinking('bc', 't')]
  const state = { field: 'reasoning_content', blocks: whole_blocks }
  assert.deepEqual(answer.parts, [{ type: 'reasoning', text: 'Let me', state }])
  assert.deepEqual(answer.raw, {})
  const message = { reasoning_content: 'Let me', thinking_blocks: whole_blocks }
  assert.deepEqual(whole({ choices: [{ message, finish_reason: 'stop' }] }).parts[0]?.state, state)
  const unsigned = streamed(chunk({ thinking_blocks: [thinking('a')] }), STOP)
  assert.deepEqual(unsigned.parts[0]?.state, { field: 'reasoning_details' })
})

test('citations stay with the text they belong to', () => {
  const note = { type: 'url_citation', url_citation: { url: 'https://x' } }
  const answer = streamed(
    chunk({ content: 'a' }, null, { citations: ['https://y'] }),
    chunk({ annotations: [note] }),
    STOP,
  )
  assert.deepEqual(answer.parts, [
    { type: 'text', text: 'a', state: { citations: ['https://y'], annotations: [note] } },
  ])
})

test('ids, model and tier are told once, and leftover fields go to raw', () => {
  const rest = { id: 'c-1', model: 'served', service_tier: 'flex', system_fingerprint: 'fp' }
  const logprobs = (token: string) => ({
    choices: [{ index: 0, delta: { content: token }, logprobs: { content: [{ token }] } }],
    ...rest,
  })
  const chunks = [logprobs('a'), logprobs('b'), { ...STOP, ...rest, timings: { ms: 3 } }]
  const { metadata, raw } = streamed(...chunks)
  assert.deepEqual(metadata, { response_id: 'c-1', model: 'served', service_tier: 'flex' })
  assert.deepEqual(raw, {
    system_fingerprint: 'fp',
    timings: { ms: 3 },
    logprobs: { content: [{ token: 'a' }, { token: 'b' }] },
  })
  assert.equal(eventsOf(chunks).filter(({ type }) => type === 'metadata').length, 2)
})

const counts = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
const PLACES: readonly [string, unknown[]][] = [
  ['its own chunk', [STOP, { choices: [], usage: counts }, DONE]],
  ['the finish chunk', [{ ...STOP, usage: counts }]],
  ["Groq's extension", [{ ...STOP, x_groq: { usage: counts } }]],
  ['the choice', [{ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: counts }] }]],
  [
    'every chunk, the last one standing',
    [
      chunk({ content: 'a' }, null, { usage: { ...counts, completion_tokens: 1 } }),
      { ...STOP, usage: counts },
      { choices: [], usage: null },
    ],
  ],
  ['a chunk behind [DONE]', [STOP, DONE, { choices: [], usage: counts }]],
]
for (const [place, chunks] of PLACES)
  test(`usage is found in ${place}`, () => {
    assert.deepEqual(streamed(...chunks).usage, {
      input_tokens: 5,
      cached_input_tokens: null,
      cache_write_input_tokens: null,
      output_tokens: 2,
      reasoning_tokens: null,
      total_tokens: 7,
      raw: counts,
    })
  })

const usageOf = (usage: object) => streamed({ ...STOP, usage }).usage

test('cached tokens are found under every name; reasoning that is counted beside the completion is added to it', () => {
  const caches = [
    { prompt_tokens_details: { cached_tokens: 3 } },
    { prompt_cache_hit_tokens: 3 },
    { num_cached_tokens: 3 },
    { prompt_token_details: { cached_tokens: 3 } },
  ]
  assert.deepEqual(
    caches.map((cache) => usageOf({ ...counts, ...cache })?.cached_input_tokens),
    [3, 3, 3, 3],
  )
  const beside = usageOf({
    prompt_tokens: 10,
    completion_tokens: 1,
    total_tokens: 31,
    completion_tokens_details: { reasoning_tokens: 20 },
  })
  assert.deepEqual([beside?.output_tokens, beside?.reasoning_tokens], [21, 20])
  assert.equal(usageOf({ queue_time: 0.1 }), null)
})
