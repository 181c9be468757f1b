import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  added,
  call,
  calls,
  done,
  ended,
  message,
  piece,
  response,
  state,
  streamed,
  text,
  thought,
  whole,
} from './answer.ts'

test('one reasoning part an item: its summaries stand apart by a blank line, its item comes back whole', () => {
  const item = thought(['First.', 'Second.'])
  const at = { output_index: 0, item_id: 'rs_1' }
  const { parts } = streamed(
    added(0, { ...item, summary: [], encrypted_content: 'cut' }),
    piece('reasoning_summary_text', 'Fir', { ...at, summary_index: 0 }),
    piece('reasoning_summary_text', 'st.', { ...at, summary_index: 0 }),
    piece('reasoning_summary_text', 'Second.', { ...at, summary_index: 1 }),
    done(0, item),
    done(1, thought([], { id: 'rs_2', encrypted_content: 'sealed-2' })),
    ended(),
  )
  assert.deepEqual(parts, [
    { type: 'reasoning', text: 'First.\n\nSecond.', ...state({ item }) },
    {
      type: 'reasoning',
      ...state({ item: thought([], { id: 'rs_2', encrypted_content: 'sealed-2' }) }),
    },
  ])
})

test('a server without places and with all ends at the end is read by its ids', () => {
  const said = {
    type: 'reasoning',
    id: 'rs_a',
    summary: [],
    content: [{ type: 'reasoning_text', text: 'hm' }],
    encrypted_content: '',
  }
  const { parts, end, raw } = streamed(
    {
      type: 'response.created',
      response: { id: 'resp_1', object: 'response', status: 'in_progress' },
    },
    { type: 'response.output_item.added', item: { ...said, content: [] } },
    piece('reasoning_text', 'hm', { item_id: 'rs_a' }),
    { type: 'response.output_item.added', item: message([], { id: 'msg_a' }) },
    piece('output_text', 'hi', { item_id: 'msg_a' }),
    { type: 'response.output_item.added', item: call('', { id: 'fc_a' }) },
    piece('function_call_arguments', '{', { item_id: 'fc_a' }),
    { type: 'response.output_item.added', item: call('', { id: 'fc_b', call_id: 'call_2' }) },
    piece('function_call_arguments', '{"b":2}', { item_id: 'fc_b' }),
    piece('function_call_arguments', '}', { item_id: 'fc_a' }),
    { type: 'response.output_item.done', item: said },
    { type: 'response.output_item.done', item: message([text('hi')], { id: 'msg_a' }) },
    { type: 'response.output_item.done', item: call('{}', { id: 'fc_a' }) },
    { type: 'response.output_item.done', item: call('{"b":2}', { id: 'fc_b', call_id: 'call_2' }) },
    {
      ...ended({
        output: [
          said,
          message([text('hi')], { id: 'msg_a' }),
          call('{}', { id: 'fc_a' }),
          call('{"b":2}', { id: 'fc_b', call_id: 'call_2' }),
        ],
      }),
      timings: { predicted_n: 3 },
    },
  )
  assert.deepEqual(parts, [
    { type: 'reasoning', text: 'hm', ...state({ item: said }) },
    { type: 'text', text: 'hi' },
    { type: 'tool_call', id: 'call_1', name: 'f', arguments_json: '{}', status: 'ready' },
    { type: 'tool_call', id: 'call_2', name: 'f', arguments_json: '{"b":2}', status: 'ready' },
  ])
  assert.deepEqual([end, raw], [['tool_calls completed'], { timings: { predicted_n: 3 } }])
})

test('items that never were announced are opened by their pieces, and calls wait for their names', () => {
  const answer = streamed(
    piece('output_text', 'hi', { output_index: 0 }),
    piece('function_call_arguments', '{"a":', { output_index: 1 }),
    piece('function_call_arguments', '1}', { output_index: 1 }),
    {
      type: 'response.function_call_arguments.done',
      output_index: 1,
      arguments: '{"a":1}',
      name: 'f',
    },
    ended(),
  )
  assert.deepEqual(
    answer.parts.map((part) => part.type),
    ['text', 'tool_call'],
  )
  assert.match(calls(answer)[0] ?? '', /^call_\w+ f \{"a":1\} ready$/)
})

test('several items on one place stay several', () => {
  const answer = streamed(
    added(0, message([])),
    piece('output_text', 'a', { output_index: 0 }),
    done(0, message([text('a')])),
    added(0, call('')),
    piece('function_call_arguments', '{}', { output_index: 0 }),
    done(0, call('{}')),
    ended(),
  )
  assert.deepEqual(
    answer.parts.map((part) => part.type),
    ['text', 'tool_call'],
  )
})

test('a place that is wrong for an event yields to its id', () => {
  const answer = streamed(
    added(0, message([])),
    added(1, call('')),
    added(2, call('', { id: 'fc_2', call_id: 'call_2' })),
    piece('function_call_arguments', '{"a":1}', { output_index: 0, item_id: 'fc_1' }),
    piece('output_text', 'a', { output_index: 1, item_id: 'msg_1' }),
    ended(),
  )
  assert.deepEqual(calls(answer), ['call_1 f {"a":1} ready', 'call_2 f {} ready'])
  assert.deepEqual(answer.parts[0], { type: 'text', text: 'a' })
})

test('an id that comes twice is two items', () => {
  const items = [thought(['a']), message([text('b')]), thought(['c'])]
  const { parts } = streamed(...items.map((item, at) => added(at, item)), ended({ output: items }))
  assert.deepEqual(
    parts.map((part) => ('text' in part ? part.text : null)),
    ['a', 'b', 'c'],
  )
})

test('reasoning that never finished has no state: its ciphertext may be cut', () => {
  const { parts } = streamed(
    added(0, thought([])),
    piece('reasoning_summary_text', 'so', { output_index: 0, summary_index: 0 }),
    ended(),
  )
  assert.deepEqual(parts, [{ type: 'reasoning', text: 'so' }])
})

test('what the finished item adds to the deltas is told, and what contradicts them is not', () => {
  const { parts } = streamed(
    piece('output_text', 'Hel', { output_index: 0 }),
    done(0, message([text('Hello'), text('!')])),
    piece('output_text', 'told', { output_index: 1 }),
    done(1, message([text('other')])),
    ended(),
  )
  assert.deepEqual(parts, [
    { type: 'text', text: 'Hello' },
    { type: 'text', text: '!', ...state({ content_index: 1 }) },
    { type: 'text', text: 'told' },
  ])
})

test('items that only the final response holds are in the message; those it lacks stay', () => {
  const both = streamed(
    done(0, message([text('a')])),
    ended({ output: [message([text('a')]), call('{}')] }),
  )
  assert.deepEqual(
    both.parts.map((part) => part.type),
    ['text', 'tool_call'],
  )
  const shorter = streamed(
    done(0, thought(['t'])),
    done(1, call('{}')),
    ended({ output: [call('{}')] }),
  )
  assert.deepEqual(
    shorter.parts.map((part) => part.type),
    ['reasoning', 'tool_call'],
  )
})

test("items without a canonical form stand in their places as they came, and one that waits for the caller's answer says so", () => {
  const search = {
    type: 'web_search_call',
    id: 'ws_1',
    status: 'completed',
    action: { type: 'search', query: 'q' },
  }
  const hosted = { type: 'shell_call', id: 'sh_1', call_id: 'c_1' }
  const output = { type: 'shell_call_output', id: 'so_1', call_id: 'c_1', output: [] }
  const custom = {
    type: 'custom_tool_call',
    id: 'ct_1',
    call_id: 'c_2',
    name: 'sql',
    input: 'SELECT 1',
  }
  const answered = whole(response({ output: [search, hosted, output, message([text('a')])] }))
  assert.deepEqual(answered.parts, [
    { type: 'opaque', ...state({ item: search }) },
    { type: 'opaque', ...state({ item: hosted }) },
    { type: 'opaque', ...state({ item: output }) },
    { type: 'text', text: 'a' },
  ])
  assert.deepEqual([answered.end, answered.warnings], [['stop completed'], []])
  const hostedSearch = { type: 'tool_search_call', call_id: null, execution: 'server' }
  assert.deepEqual(whole(response({ output: [hostedSearch] })).warnings, [])
  const waiting = streamed(added(0, { ...custom, input: '' }), done(0, custom), ended())
  assert.deepEqual(waiting.parts, [{ type: 'opaque', ...state({ item: custom }) }])
  assert.deepEqual([waiting.end, waiting.warnings], [['other completed'], ['needs_provider_item']])
})

test('a custom call that xAI runs itself waits for nobody', () => {
  const item = {
    type: 'custom_tool_call',
    id: 'ctc_1',
    call_id: 'xs_call_1',
    name: 'x_keyword_search',
    input: '{"query":"q"}',
    status: 'completed',
  }
  const run = streamed(done(0, item), done(1, message([text('a')])), ended())
  assert.deepEqual([run.end, run.warnings], [['stop completed'], []])
  assert.deepEqual(run.parts[0], { type: 'opaque', ...state({ item }) })
  const asked = whole(response({ output: [{ ...item, call_id: 'call_xs_1' }] }))
  assert.deepEqual(asked.warnings, ['needs_provider_item'])
})
