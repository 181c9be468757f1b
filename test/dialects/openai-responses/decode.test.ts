import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  added,
  call,
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

const calls = (answer: ReturnType<typeof streamed>) =>
  answer.parts.flatMap((part) =>
    part.type === 'tool_call'
      ? [`${part.id} ${part.name} ${part.arguments_json} ${part.status}`]
      : [],
  )

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

test('a call cut off stays partial; one that only its item says is in progress has ended', () => {
  const cut = ended({
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
    output: [call('{"a', { status: 'incomplete' })],
  })
  const answer = streamed(
    added(0, call('')),
    piece('function_call_arguments', '{"a', { output_index: 0 }),
    cut,
  )
  assert.deepEqual(
    [calls(answer), answer.end],
    [['call_1 f {"a partial'], ['length max_output_tokens']],
  )
  assert.deepEqual(calls(whole(response({ output: [call('{}', { status: 'in_progress' })] }))), [
    'call_1 f {} ready',
  ])
})

test('a call keeps what the provider must see again: its namespace, its caller, and an id too long for the wire', () => {
  const caller = { type: 'program', caller_id: 'p' }
  const long = 'x'.repeat(450)
  const { parts } = whole(
    response({ output: [call('{}', { namespace: 'n', caller }), call('{}', { call_id: long })] }),
  )
  assert.deepEqual(
    parts.map((part) => ('state' in part ? part.state : null)),
    [state({ namespace: 'n', caller }).state, state({}).state],
  )
})

const wrapped = (uses: unknown) => JSON.stringify({ tool_uses: uses })

test('the wrapper "parallel" is unwrapped into its calls, unless its arguments are a tool\'s own', () => {
  const args = wrapped([
    { recipient_name: 'functions.f', parameters: { a: 1 } },
    { recipient_name: 'functions.g', parameters: {} },
  ])
  const pieces = [args.slice(0, 20), args.slice(20)].map((delta) =>
    piece('function_call_arguments', delta, { output_index: 0 }),
  )
  const item = call('', { name: 'parallel' })
  const answer = streamed(added(0, item), ...pieces, done(0, { ...item, arguments: args }), ended())
  assert.deepEqual(calls(answer), ['call_1_0 f {"a":1} ready', 'call_1_1 g {} ready'])
  for (const own of [wrapped([]), wrapped([{ recipient_name: 'f' }]), '{"x":1}']) {
    assert.deepEqual(calls(whole(response({ output: [call(own, { name: 'parallel' })] }))), [
      `call_1 parallel ${own} ready`,
    ])
  }
  assert.deepEqual(calls(streamed(added(0, item), ...pieces)), [`call_1 parallel ${args} partial`])
  const huge =
    '{"tool_uses":[{"recipient_name":"functions.f","parameters":{"n":12345678901234567890}}]}'
  assert.deepEqual(calls(whole(response({ output: [call(huge, { name: 'parallel' })] }))), [
    'call_1_0 f {"n":12345678901234567890} ready',
  ])
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
  const waiting = streamed(added(0, { ...custom, input: '' }), done(0, custom), ended())
  assert.deepEqual(waiting.parts, [{ type: 'opaque', ...state({ item: custom }) }])
  assert.deepEqual([waiting.end, waiting.warnings], [['other completed'], ['needs_provider_item']])
})

test('content parts of a kind to come are kept beside the text', () => {
  const strange = { type: 'output_video', url: 'u' }
  assert.deepEqual(whole(response({ output: [message([text('a'), strange])] })).parts, [
    { type: 'text', text: 'a' },
    {
      type: 'opaque',
      ...state({ item: { type: 'message', role: 'assistant', content: [strange] } }),
    },
  ])
})

test('a call without a name is told as a warning, not as a call', () => {
  const { parts, warnings } = whole(response({ output: [call('{}', { name: undefined })] }))
  assert.deepEqual([parts, warnings], [[], ['nameless_call_left_out']])
})
