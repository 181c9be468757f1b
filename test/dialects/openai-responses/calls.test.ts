import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  added,
  call,
  calls,
  done,
  ended,
  piece,
  response,
  state,
  streamed,
  whole,
} from './answer.ts'

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
  const filtered = { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }
  const output = [call('{}', { status: 'incomplete' })]
  assert.deepEqual(calls(whole(response({ ...filtered, output }))), ['call_1 f {} partial'])
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
  const mixed = wrapped([{ recipient_name: 'functions.f' }, { recipient_name: 'f' }])
  for (const own of [wrapped([]), mixed, '{"x":1}']) {
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

test('a call without a name is told as a warning, not as a call', () => {
  const { parts, warnings } = whole(response({ output: [call('{}', { name: undefined })] }))
  assert.deepEqual([parts, warnings], [[], ['nameless_call_left_out']])
})

test('arguments sent as JSON are their JSON text, and what is no object is malformed', () => {
  const SENT: readonly [unknown, string][] = [
    [{ a: [1] }, '{"a":[1]} ready'],
    [null, '{} ready'],
    ['', '{} ready'],
    ['5', '5 malformed'],
    [5, '5 malformed'],
    [false, 'false malformed'],
    [[{ path: '/' }], '[{"path":"/"}] malformed'],
  ]
  for (const [given, told] of SENT) {
    const item = { ...call(''), arguments: given }
    const expected = [`call_1 f ${told}`]
    const told_alone = { type: 'response.function_call_arguments.done', output_index: 0 }
    assert.deepEqual(calls(whole(response({ output: [item] }))), expected)
    assert.deepEqual(calls(streamed(added(0, call('')), done(0, item), ended())), expected)
    const early = streamed(added(0, call('')), { ...told_alone, arguments: given }, ended())
    assert.deepEqual(calls(early), expected)
  }
})

test('numbers in arguments sent as JSON keep their text, however the server tells them', () => {
  const args = '{"n":12345678901234567890}'
  const item = JSON.stringify(call('@')).replace('"@"', args)
  const told = [`call_1 f ${args} ready`]
  const body = JSON.stringify(response()).replace('"output":[]', `"output":[${item}]`)
  assert.deepEqual(calls(whole(body)), told)
  for (const rest of [`"response.output_item.done","item":${item}`, TOLD_EARLY + args]) {
    const event = `{"type":${rest},"output_index":0}`
    assert.deepEqual(calls(streamed(added(0, call('')), event, ended())), told)
  }
  const last = `{"type":"response.completed","response":${body}}`
  assert.deepEqual(calls(streamed(added(0, call('')), last)), told)
})

const TOLD_EARLY = '"response.function_call_arguments.done","arguments":'
