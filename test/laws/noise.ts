// Noise with a seed: bytes, near-JSON, and messages and answers with a few bytes changed.

/** A small generator of numbers in [0, 1); the same seed gives the same row. */
export function mulberry(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const VALID = [
  '{"type":"status","request_id":"a"}',
  '{"type":"cancel","request_id":"a"}',
  '{"type":"infer","request_id":"b","target":"t","model":"sim-text","messages":[{"role":"user","content":"Hi"}],"stream":true}',
  '{"type":"infer","messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image","source":{"media_type":"image/png","data":"AAAA"}}]}],"sampling":{"temperature":0.5,"stop":["x"]}}',
  '{"type":"infer","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"tool_call","id":"c","name":"f","arguments_json":"{}"}]},{"role":"tool","tool_call_id":"c","tool_name":"f","content":"1"}],"tools":[{"name":"f","input_schema":{"type":"object"}}]}',
  '{"type":"probe","target":"t","depth":"metadata"}',
  '{"type":"exit"}',
]
const BITS = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  '\\',
  '\\ud800',
  'null',
  'true',
  '1e400',
  '-0',
  '9007199254740993',
  '"type"',
  '"infer"',
  '"__proto__"',
  '"request_id"',
  '"messages"',
  ' ',
  '\r',
  '\t',
  '\u0000',
  '\ufeff',
  '😀',
  '"a"',
  '0.1',
]

const pick = <T>(from: readonly T[], random: () => number): T | undefined =>
  from[Math.floor(random() * from.length)]

/** One line without its newline. */
export function fuzzLine(random: () => number): Buffer {
  const kind = random()
  if (kind < 0.2) return withoutNewlines(bytes(1 + Math.floor(random() * 60), random))
  if (kind < 0.5)
    return Buffer.from(
      Array.from({ length: 1 + Math.floor(random() * 25) }, () => pick(BITS, random)).join(''),
    )
  if (kind < 0.501) return Buffer.alloc(70_000, '{')
  return withoutNewlines(mutated(Buffer.from(pick(VALID, random) ?? ''), random))
}

function bytes(count: number, random: () => number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)))
}

function withoutNewlines(line: Buffer): Buffer {
  return Buffer.from(line.map((byte) => (byte === 0x0a ? 0x20 : byte)))
}

/** The same bytes with one to three changes: one replaced, a run left out, a run repeated, something put in. */
export function mutated(original: Buffer, random: () => number): Buffer {
  let now = original
  for (let count = 1 + Math.floor(random() * 3); count > 0; count -= 1) {
    const at = Math.floor(random() * (now.length + 1))
    const end = Math.min(now.length, at + Math.floor(random() * 20))
    const change = random()
    const middle =
      change < 0.3
        ? bytes(1, random)
        : change < 0.5
          ? Buffer.alloc(0)
          : change < 0.7
            ? Buffer.concat([now.subarray(at, end), now.subarray(at, end)])
            : Buffer.from(pick(BITS, random) ?? '')
    now = Buffer.concat([
      now.subarray(0, at),
      middle,
      now.subarray(change < 0.3 ? at + 1 : change < 0.7 ? end : at),
    ])
  }
  return now
}
