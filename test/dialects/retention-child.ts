// Opens decoders, feeds each a chunk of its own, and tells how many bytes the process has grown by a decoder. Run with --expose-gc.
import { DIALECTS } from '../../src/dialects/index.ts'
import { prebuilt } from '../../src/simulator/server.ts'
import { SseReader } from '../../src/transport/sse.ts'

const FORMATS = {
  openai_chat: 'chat',
  openai_responses: 'responses',
  anthropic_messages: 'messages',
  gemini: 'gemini',
} as const
const DECODERS = 400
const collect = globalThis.gc ?? (() => undefined)
const words = Array.from({ length: 600 }, (_, index) => `word${index} `)

for (const dialect of [
  'openai_chat',
  'openai_responses',
  'anthropic_messages',
  'gemini',
] as const) {
  const [first, ...rest] = prebuilt(FORMATS[dialect], [{ type: 'text', text: words }])
  const chunk = Buffer.concat([first ?? Buffer.alloc(0), ...rest.slice(0, -20)])
  const open = (): unknown => {
    const decoder = DIALECTS[dialect].decoder()
    for (const message of new SseReader(1e6).push([Buffer.from(chunk)]).slice(0, 20))
      decoder.push(message)
    return decoder
  }
  const kept = Array.from({ length: 50 }, open)
  collect()
  const before = process.memoryUsage.rss()
  for (let count = 1; count <= DECODERS; count += 1) {
    kept.push(open())
    if (count % 20 === 0) collect()
  }
  const grown = (process.memoryUsage.rss() - before) / DECODERS
  console.log(JSON.stringify({ dialect, chunk: chunk.length, grown, kept: kept.length }))
}
