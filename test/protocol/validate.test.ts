// What the door answers: refusals that help, say no secret, and never an exception.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { readLine } from '../../src/protocol/validate.ts'
import { validMessages } from './examples.ts'

const OPEN = new Set(['state', 'input_schema', 'schema', 'value', 'metadata'])

const infer = (rest: string) =>
  `{"type":"infer","messages":[{"role":"user","content":"x"}],${rest}}`
const inferLine = (messages: unknown[]) => Buffer.from(JSON.stringify({ type: 'infer', messages }))
const call = (id: string) => ({ type: 'tool_call', id, name: 'f', arguments_json: '{}' })
const answer = (id: string) => ({ role: 'tool', tool_call_id: id, tool_name: 'f', content: '' })

function refusalOf(line: string | Uint8Array) {
  const reading = readLine(Buffer.from(line))
  assert(!reading.ok)
  const { fault, request_id } = reading
  return {
    request_id,
    code: fault.code,
    message: fault.message,
    pointer: fault.pointer,
  }
}

/** Every object that is closed, with the pointer to it. */
function closedObjects(
  value: unknown,
  pointer = '',
): { object: Record<string, unknown>; pointer: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  const inner = entries.flatMap(([key, child]) =>
    OPEN.has(key) || pointer === '/provider_options'
      ? []
      : closedObjects(child, `${pointer}/${key}`),
  )
  return isRecord(value) ? [{ object: value, pointer }, ...inner] : inner
}

function isRecord(value: object): value is Record<string, unknown> {
  return !Array.isArray(value)
}

test('a field that is not of the protocol is refused wherever it stands, with its pointer', () => {
  for (const { name, message } of validMessages) {
    for (const { object, pointer } of closedObjects(message)) {
      object['surprise'] = 1
      const { code, pointer: at } = refusalOf(JSON.stringify(message))
      delete object['surprise']
      assert.deepEqual([code, at], ['schema', `${pointer}/surprise`], name)
    }
  }
})

test('null stands for no field of a closed object', () => {
  for (const { name, message } of validMessages) {
    for (const { object, pointer } of closedObjects(message)) {
      for (const [field, value] of Object.entries(object)) {
        if (pointer.endsWith('/value') || field === 'value') continue
        object[field] = null
        const { code, pointer: at } = refusalOf(JSON.stringify(message))
        object[field] = value
        const expected = field === 'protocol_version' ? field : 'schema'
        assert.deepEqual([code, at], [expected, `${pointer}/${field}`], name)
      }
    }
  }
})

test('a typing error in a field is told with the name that was meant', () => {
  const line = '{"type":"infer","request_id":"r2","mesages":[]}'
  assert.deepEqual(refusalOf(line), {
    request_id: 'r2',
    code: 'schema',
    message: 'unknown field "mesages"; did you mean "messages"?',
    pointer: '/mesages',
  })
})

test('each refusal says what is allowed', () => {
  const cases: [string, string][] = [
    [
      '{"type":"status","zzz":1}',
      'unknown field "zzz"; allowed: "type", "request_id", "protocol_version"',
    ],
    ['{"type":"satus"}', 'unknown type "satus"; did you mean "status"?'],
    ['{}', 'missing field "type"; allowed: "infer", "cancel", "status", "probe", "exit"'],
    ['[]', 'a message is a JSON object'],
    [infer('"messages":[]'), '"messages" stands twice in the same object'],
    [infer('"stream":"yes"'), 'must be boolean; got string'],
    [infer('"tools":{}'), 'must be array; got object'],
    [infer('"output":{"mode":"jsno"}'), 'unknown mode "jsno"; did you mean "json"?'],
    [infer('"reasoning":{"effort":"hihg"}'), 'unknown value "hihg"; did you mean "high"?'],
    [
      infer('"reasoning":{"effort":3}'),
      'must be one of "none", "minimal", "low", "medium", "high", "xhigh", "max"; got number',
    ],
    [infer('"tool_choice":"atuo"'), 'unknown value "atuo"; did you mean "auto"?'],
    [infer('"tool_choice":{"nmae":"a"}'), 'unknown field "nmae"; did you mean "name"?'],
    [infer('"tool_choice":[]'), 'must be string or object; got array'],
    [infer('"sampling":{"temperature":1e999}'), 'a number out of range: no double holds it'],
    [infer('"limits":{"max_output_tokens":0}'), 'must be at least 1'],
    [infer('"target":""'), 'must not be empty'],
    ['{"type":"infer","messages":[4]}', 'must be object; got number'],
    ['{"type":"infer","messages":[]}', 'must have at least 1 item'],
    ['{"type":"status"', 'not JSON at byte 16 of the line: expected a comma or a closing brace'],
    ['{"é":tru}', 'not JSON at byte 6 of the line: expected a value'],
    ['{"a":"b', 'not JSON at byte 7 of the line: the string does not end'],
  ]
  for (const [line, message] of cases) assert.equal(refusalOf(line).message, message, line)
})

test('a refused line is answered with its own id, unless it is a cancel or the id is unusable', () => {
  const ids = [
    '{"request_id":"r1"}',
    '{"type":"nonsense","request_id":"r1"}',
    '{"type":"cancel","request_id":"r1","x":1}',
    '{"type":"status","request_id":"r 1"}',
    '{"type":"status","request_id":7}',
    '{"type":"status","type":"cancel","request_id":"r1"}',
    '["request_id","r1"]',
  ].map((line) => refusalOf(line).request_id)
  assert.deepEqual(ids, ['r1', 'r1', null, null, null, null, null])
})

test('bytes that are not UTF-8 are refused with their place', () => {
  assert.deepEqual(refusalOf(Uint8Array.of(0x22, 0xc3, 0xa9, 0xef, 0xbf, 0xbd, 0xff, 0x22)), {
    request_id: null,
    code: 'utf8',
    message: 'not UTF-8 at byte 6 of the line',
    pointer: null,
  })
})

test('no bytes make the door throw', () => {
  const codes = new Set(['utf8', 'json', 'schema'])
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) =>
      codes.has(refusalOf(bytes).code ?? ''),
    ),
    { numRuns: 2000 },
  )
})

test('a key pasted into any wrong place does not come back', () => {
  const secret = 'sk-proj-4f9aT0b81LxQ'
  const text = JSON.stringify(secret)
  const lines = validMessages.flatMap(({ message }) =>
    closedObjects(message).flatMap(({ object }) => {
      const mutants: string[] = []
      for (const [field, value] of [...Object.entries(object), [secret, 1] as const]) {
        object[field] = field === secret ? 1 : secret
        mutants.push(JSON.stringify(message))
        if (field === secret) delete object[field]
        else object[field] = value
      }
      return mutants
    }),
  )
  const broken = [
    text,
    `{${text}`,
    `{${text}:1,${text}:2}`,
    `{"a":${text}`,
    `[${text},]`,
    `{"a":{${text}:"\\ud800"}}`,
  ]
  for (const line of [...lines, ...broken]) {
    const reading = readLine(Buffer.from(line))
    if (reading.ok) continue
    const { message, pointer } = reading.fault
    assert(!`${message} ${pointer}`.includes('4f9a'), `${message} ${pointer}`)
  }
})

test('a conversation in which every call is answered passes, and loses no answer unnoticed', () => {
  const turns = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(turns, fc.nat(), (callsPerTurn, dropped) => {
      const messages = callsPerTurn.flatMap((count) => {
        const ids = Array.from({ length: count }, (_, index) => `c${index}`)
        return [
          { role: 'user', content: 'go' },
          { role: 'assistant', content: ids.map(call) },
          ...ids.toReversed().map(answer),
        ]
      })
      const answers = messages.filter(({ role }) => role === 'tool')
      const less = messages.filter((message) => message !== answers[dropped % answers.length])
      assert.equal(readLine(inferLine(messages)).ok, true)
      assert.equal(readLine(inferLine(less)).ok, answers.length === 0)
    }),
  )
})
