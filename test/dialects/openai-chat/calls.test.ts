import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { brief, calling, CALLS, chunk, DONE, fragment, STOP, streamed, whole } from './answer.ts'

const first = (id: string, name: string, text = '', rest: JsonObject = {}) =>
  fragment(text, { id, type: 'function', function: { name }, ...rest })

const LAWS: readonly [string, unknown[], string[]][] = [
  [
    'fragments with an index alone belong to the call of that index',
    [
      calling(first('a', 'f')),
      calling(first('b', 'g', '', { index: 1 })),
      calling(fragment('{"x"'), fragment('{}', { index: 1 })),
      calling(fragment(':1}')),
      CALLS,
    ],
    ['call a f {"x":1}', 'call b g {}'],
  ],
  [
    'one index with several ids is several calls',
    [
      calling(first('a', 'f', '{"x":1}'), first('b', 'f', '{"x":2}')),
      calling(first('c', 'g', '{}')),
      CALLS,
    ],
    ['call a f {"x":1}', 'call b f {"x":2}', 'call c g {}'],
  ],
  [
    'another id on the index of a call without arguments is another call',
    [calling(first('a', 'f')), calling(first('b', 'f', '{}')), CALLS],
    ['call a f ', 'call b f {}'],
  ],
  [
    'an id repeated on every fragment, and an empty one later, is the same call',
    [
      calling(first('a', 'f', '{')),
      calling(first('a', 'f', '"x"')),
      calling(fragment(':1}', { id: '', function: { name: '' } })),
      CALLS,
    ],
    ['call a f {"x":1}'],
  ],
  [
    'an id that comes again with a name under another index is another call',
    [
      calling(first('a', 'f', '{"x":1}')),
      calling(first('a', 'g', '{"x"', { index: 1 })),
      calling(fragment(':2}', { id: 'a', index: 1 })),
      CALLS,
    ],
    ['call a f {"x":1}', 'call a g {"x":2}'],
  ],
  [
    'an id made for every fragment is no other call, with a name or without',
    [
      calling(first('a', 'f')),
      calling(fragment('{"x"', { id: 'b' })),
      calling(fragment(':1}', { id: 'c' })),
      calling(first('d', 'g', '{"y"', { index: 1 })),
      calling(first('e', 'g', ':2}', { index: 1 })),
      calling(first('f', 'g', '{}', { index: 1 })),
      CALLS,
    ],
    ['call a f {"x":1}', 'call d g {"y":2}', 'call f g {}'],
  ],
  [
    'calls without an index are told apart by id, and nameless fragments belong to the last',
    [
      calling({ id: 'a', function: { name: 'f', arguments: '{' } }),
      calling({ function: { arguments: '}' } }),
      calling({ id: 'b', function: { name: 'g', arguments: '{}' } }),
      CALLS,
    ],
    ['call a f {}', 'call b g {}'],
  ],
  [
    'a name may come after the arguments have begun',
    [
      calling(fragment('{"x"', { id: 'a' })),
      calling(fragment(':1}', { function: { name: 'f' } })),
      CALLS,
    ],
    ['call a f {"x":1}'],
  ],
  [
    'a later name does not replace the first',
    [calling(first('a', 'f', '{')), calling(first('a', 'other', '}')), CALLS],
    ['call a f {}'],
  ],
  [
    'a call whose id never comes is told at the end',
    [calling(fragment('{}', { function: { name: 'f' } })), CALLS],
    ['call ? f {}'],
  ],
  [
    'whole calls of one index without ids are several calls',
    [
      calling(fragment('{"x":1}', { function: { name: 'f' } })),
      calling(fragment('{"x":2}', { function: { name: 'f' } })),
      calling(fragment('{}', { function: { name: 'g' } })),
      CALLS,
    ],
    ['call ? f {"x":1}', 'call ? f {"x":2}', 'call ? g {}'],
  ],
  [
    'a text that parses may still be the beginning of the arguments',
    [calling(first('a', 'f', '{}')), calling(fragment(' ')), calling(fragment('x')), CALLS],
    ['call a f {} x'],
  ],
  [
    'arguments sent as a value are written out with all their digits',
    [
      '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":{"n":12345678901234567890}}}]}}]}',
      CALLS,
    ],
    ['call a f {"n":12345678901234567890}'],
  ],
  [
    'arguments that are null or missing are none',
    [
      calling(
        { index: 0, id: 'a', function: { name: 'f', arguments: null } },
        { index: 1, id: 'b', function: { name: 'g' } },
      ),
      CALLS,
    ],
    ['call a f ', 'call b g '],
  ],
  [
    'a fragment behind the finish_reason still counts',
    [calling(first('a', 'f', '{')), CALLS, calling(fragment('}')), DONE],
    ['call a f {}'],
  ],
  [
    'text beside calls keeps its place',
    [
      chunk({ content: 'Let me see.' }),
      calling(first('a', 'f', '{}')),
      chunk({ content: 'Done.' }),
      STOP,
    ],
    ['text "Let me see."', 'call a f {}', 'text "Done."'],
  ],
  [
    'a legacy function_call is a call',
    [
      chunk({ function_call: { name: 'f', arguments: '{' } }),
      chunk({ function_call: { arguments: '}' } }),
      chunk({}, 'function_call'),
    ],
    ['call ? f {}'],
  ],
]
for (const [law, chunks, expected] of LAWS)
  test(law, () => {
    const answer = streamed(...chunks)
    assert.deepEqual(brief(answer), expected)
    assert.equal(answer.faults.length, 0)
  })

test('what Google seals a call with comes with it, in a stream and in a body', () => {
  const extra_content = { google: { thought_signature: 'sealed' } }
  const tool_calls = [{ id: 'a', extra_content, function: { name: 'f', arguments: '{}' } }]
  for (const answer of [
    streamed(calling(...tool_calls), CALLS),
    whole({ choices: [{ message: { tool_calls }, finish_reason: 'tool_calls' }] }),
  ])
    assert.deepEqual(
      answer.parts.map(({ state }) => state),
      [{ extra_content }],
    )
})

test('calls whose ids never came are told before a fault, and stay cut', () => {
  for (const error of [{ error: 'no' }, 'no JSON'])
    assert.deepEqual(
      brief(streamed(calling(fragment('{"x"', { function: { name: 'f' } })), error)),
      ['call ? f {"x" cut'],
    )
})

test('in a body every entry is a call of its own', () => {
  const tool_calls = [1, 2].map((x) => ({ id: 'a', function: { name: 'f', arguments: { x } } }))
  assert.deepEqual(
    brief(whole({ choices: [{ message: { tool_calls }, finish_reason: 'tool_calls' }] })),
    ['call a f {"x":1}', 'call a f {"x":2}'],
  )
})

test('a call that never got a name fails the answer as malformed', () => {
  assert.deepEqual(streamed(calling(fragment('{}', { id: 'a' })), CALLS).end, [
    'provider_error/malformed_tool_call',
  ])
  assert.deepEqual(streamed(calling({ index: 0 }), STOP).end, ['stop stop'])
})

test("a custom tool's call is an opaque item, and the answer waits for the caller", () => {
  const answer = streamed(
    calling({ index: 0, id: 'a', type: 'custom', custom: { name: 'sh', input: 'ls ' } }),
    calling({ index: 0, custom: { input: '-l' } }),
    CALLS,
  )
  const call = { id: 'a', type: 'custom', custom: { name: 'sh', input: 'ls -l' } }
  assert.deepEqual(answer.parts, [
    { type: 'opaque', text: '', state: { message: { tool_calls: [call] } } },
  ])
  assert.deepEqual(answer.end, ['other tool_calls'])
})
