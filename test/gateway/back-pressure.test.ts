// Whoever takes what is told sets the pace: nothing more is told or read before it is taken, and no clock runs against the provider meanwhile.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { Life } from '../../src/gateway/life.ts'
import type { GatewayEvent } from '../../src/protocol/gateway-event.gen.ts'
import type { DialectId } from '../../src/protocol/target.ts'
import { startBench, type Bench, type Taking } from '../laws/bench.ts'
import { answerOf, DIALECT_IDS, streamsOf } from '../laws/streams.ts'

let bench: Bench
before(async () => {
  bench = await startBench({
    limits: { max_message_bytes: 500_000_000, max_line_bytes: 500_000_001 },
  })
})
after(() => bench.close())

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Until nothing moves any more. */
async function still(count: () => number): Promise<number> {
  let last = -1
  for (let same = 0; same < 200; same += 1) {
    await turn()
    if (count() !== last) same = 0
    last = count()
  }
  return last
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n'
const chunk = (delta: object, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
const WORD = chunk({ content: 'x'.repeat(100) })
const END = `${chunk({}, 'stop')}data: [DONE]\n\n`

/** A client that takes batches when it is let, those of which `slow` says so. */
class Taker implements Taking {
  readonly batches: (readonly GatewayEvent[])[] = []
  readonly life = new Life()
  readonly leave: () => void
  /** The first batch that waits is here. */
  readonly waits: Promise<void>
  readonly tell: (batch: readonly GatewayEvent[]) => Promise<void> | null
  /** More was told while a batch waited, which is never allowed. */
  overrun = false
  take: () => void = () => undefined
  #waiting = false

  constructor(slow: (batch: readonly GatewayEvent[]) => boolean) {
    this.leave = () => this.life.abort('client_cancel')
    const here = Promise.withResolvers<void>()
    this.waits = here.promise
    this.tell = (batch) => {
      this.batches.push(batch)
      if (this.#waiting) this.overrun = true
      if (!slow(batch)) return null
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting = true
      this.take = () => {
        this.#waiting = false
        resolve()
      }
      here.resolve()
      return promise
    }
  }

  get types(): string[] {
    return this.batches.map((batch) => [...new Set(batch.map(({ type }) => type))].join('+'))
  }
}

const holds =
  (type: GatewayEvent['type']) =>
  (batch: readonly GatewayEvent[]): boolean =>
    batch.some((event) => event.type === type)

test('no provider is asked before "started" is taken', async () => {
  const taker = new Taker(holds('started'))
  let asked = 0
  const ending = bench.ask(
    'openai_chat',
    (socket) => {
      asked += 1
      socket.end(HEAD + WORD + END)
    },
    taker,
  )
  await taker.waits
  assert.equal(await still(() => asked), 0)
  taker.take()
  assert.equal((await ending).at(-1)?.type, 'completed')
  assert.equal(asked, 1)
})

test('while one batch waits nothing more is told, the provider is paused, and later all of it arrives', async () => {
  const blocks = 1_000
  const block = WORD.repeat(128)
  let sent = 0
  let all = false
  const pour = async (socket: Socket): Promise<void> => {
    socket.write(HEAD)
    for (; sent < blocks; sent += 1) if (!socket.write(block)) await once(socket, 'drain')
    socket.end(END)
    all = true
  }
  let first = true
  const taker = new Taker((batch) => {
    const waits = first && holds('output_text_delta')(batch)
    if (waits) first = false
    return waits
  })
  const ending = bench.ask('openai_chat', (socket) => void pour(socket), taker)
  await taker.waits
  await still(() => sent + taker.batches.length)
  assert.deepEqual(taker.types, ['started', 'output_text_delta'])
  // What kernels and the reader hold; the whole would be 25 MB.
  assert.equal(all, false)
  taker.take()
  const events = await ending
  const text = events
    .map((event) => (event.type === 'output_text_delta' ? event.delta : ''))
    .join('')
  assert.equal(text.length, blocks * 128 * 100)
  assert.equal(events.at(-1)?.type, 'completed')
})

for (const dialect of DIALECT_IDS)
  test(`${dialect}: what waits at every batch is told in the same order and ends the same way as what never waits`, async () => {
    for (const { body } of streamsOf(dialect, 1)) {
      const { bytes } = answerOf(body, 'chunked')
      for (const share of [0.2, 0.5, 0.8, 1])
        await sameWhenWaiting(dialect, bytes.subarray(0, Math.floor(bytes.length * share)))
      // Without the blank line after the last message, it comes with the end of the body.
      const unended = answerOf(Buffer.from(body.toString().trimEnd()), 'length').bytes
      await sameWhenWaiting(dialect, unended)
    }
  })

test('words that come with the break itself are taken before it is told', async () => {
  const block = { type: 'tool_use', id: 'toolu_1', name: 'clock', input: { zone: 'CET' } }
  const frames = [
    { type: 'message_start', message: { id: 'm', model: 'm', usage: { input_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: block },
  ].map((frame) => `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`)
  const events = await sameWhenWaiting('anthropic_messages', Buffer.from(HEAD + frames.join('')))
  const last = events.at(-1)
  assert.deepEqual(
    [events.map(({ type }) => type), last?.type === 'failed' && last.error.code],
    [['started', 'tool_call_delta', 'tool_call_delta', 'failed'], 'truncated'],
  )
})

/** Asks twice: once every batch waits, once none does. */
async function sameWhenWaiting(
  dialect: DialectId,
  bytes: Buffer,
): Promise<readonly GatewayEvent[]> {
  const answer = (socket: Socket): void => void socket.end(bytes)
  const taker = new Taker(() => true)
  const ending = bench.ask(dialect, answer, taker)
  const over = ending.then(() => true)
  while (!(await Promise.race([over, turn()]))) taker.take()
  assert.deepEqual(lasting(await ending), lasting(await bench.ask(dialect, answer)))
  assert.equal(taker.overrun, false)
  return ending
}

/** Without what takes another value every time. */
function lasting(events: readonly GatewayEvent[]): unknown {
  const shown = events.map((event) => ({ ...event, timing: null, attempts: null }))
  return JSON.parse(JSON.stringify(shown).replaceAll(/"(call_|id_|msg_)[^"]*"/g, '""'))
}

test('idle time stands still while a batch waits, and runs on once it is taken', async (t) => {
  const impatient = await startBench({ reliability: { max_retries: 0, idle_timeout_ms: 40 } })
  t.after(() => impatient.close())
  const silent = async (taking: Taking = {}): Promise<string | null | undefined> => {
    const events = await impatient.ask(
      'openai_chat',
      (socket) => void socket.write(HEAD + WORD),
      taking,
    )
    const last = events.at(-1)
    return last?.type === 'failed' ? last.error.code : last?.type
  }
  const taker = new Taker(holds('output_text_delta'))
  const ending = silent(taker)
  await taker.waits
  // Two that are as silent and are not waited for begin later, and are given up.
  assert.deepEqual([await silent(), await silent()], ['idle', 'idle'])
  assert.deepEqual(taker.types, ['started', 'output_text_delta'])
  assert.equal(impatient.inFlight(), 1)
  taker.take()
  assert.equal(await ending, 'idle')
})

test('what comes while a batch waits is no silence', async (t) => {
  const impatient = await startBench({ reliability: { max_retries: 0, idle_timeout_ms: 40 } })
  t.after(() => impatient.close())
  const end = Promise.withResolvers<Socket>()
  const taker = new Taker(holds('output_text_delta'))
  const ending = impatient.ask(
    'openai_chat',
    (socket) => {
      socket.write(HEAD + WORD)
      end.resolve(socket)
    },
    taker,
  )
  await taker.waits
  // One that is as silent and is not waited for begins later, and is given up.
  await impatient.ask('openai_chat', (socket) => void socket.write(HEAD + WORD))
  ;(await end.promise).end(END)
  await still(() => taker.batches.length)
  taker.take()
  assert.equal((await ending).at(-1)?.type, 'completed')
})

for (const type of ['started', 'output_text_delta', 'completed'] as const)
  test(`a client that leaves while "${type}" waits: the provider is let go at once, the one end comes in its turn`, async (t) => {
    // A bench of its own: one of these never asks its provider.
    const left = await startBench()
    t.after(() => left.close())
    const taker = new Taker(holds(type))
    const gone = Promise.withResolvers<void>()
    if (type === 'started') gone.resolve()
    const ending = left.ask(
      'openai_chat',
      (socket) => {
        socket.once('close', () => gone.resolve())
        if (type === 'completed') socket.end(HEAD + WORD + END)
        else socket.write(HEAD + WORD)
      },
      taker,
    )
    await taker.waits
    const told = taker.batches.length
    taker.leave()
    await gone.promise
    await still(() => taker.batches.length)
    assert.equal(taker.batches.length, told)
    assert.equal(await Promise.race([ending, turn()]), undefined)
    taker.take()
    const ends = (await ending).filter(({ type: end }) =>
      /^(completed|failed|cancelled)$/.test(end),
    )
    assert.deepEqual(
      ends.map(({ type: end }) => end),
      [type === 'completed' ? 'completed' : 'cancelled'],
    )
    assert.equal(left.inFlight(), 0)
  })

const throwsAt =
  (type: GatewayEvent['type']) =>
  (batch: readonly GatewayEvent[]): null => {
    if (holds(type)(batch)) throw new Error('no')
    return null
  }

test('what is thrown by whoever is told ends the call to the provider, and is told as the one end', async () => {
  const gone = Promise.withResolvers<void>()
  const events = await bench.ask(
    'openai_chat',
    (socket) => {
      socket.once('close', () => gone.resolve())
      socket.write(HEAD + WORD)
    },
    { tell: throwsAt('output_text_delta') },
  )
  await gone.promise
  const last = events.at(-1)
  assert.deepEqual(
    [events.map(({ type }) => type), last?.type === 'failed' && last.error.kind],
    [['started', 'output_text_delta', 'failed'], 'internal'],
  )
  assert.equal(bench.inFlight(), 0)
})

test('what is thrown at the terminal event leaves nothing in flight', async () => {
  const answered = bench.ask('openai_chat', (socket) => void socket.end(HEAD + WORD + END), {
    tell: throwsAt('completed'),
  })
  await assert.rejects(answered, /^Error: no$/)
  assert.equal(bench.inFlight(), 0)
})
