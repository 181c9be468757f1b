// A provider that sends chat text as fast as it is taken, up to a given number of bytes, and counts what was taken.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { portOf } from './bench.ts'

export interface Flood {
  readonly url: string
  /** Bytes that callers' kernels took. */
  taken(): number
  open(): number
  close(): void
}

const EVENT = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta: { content: 'x'.repeat(160) } }] })}\n\n`
const BLOCK = Buffer.from(EVENT.repeat(256))

export async function startFlood(bytes: number): Promise<Flood> {
  let taken = 0
  let open = 0
  const server = createServer((socket) => {
    open += 1
    socket.on('error', () => undefined)
    socket.once('close', () => (open -= 1))
    let left = bytes
    const pour = (): void => {
      while (left > 0) {
        left -= BLOCK.length
        const more = socket.write(BLOCK, (error) => {
          if (!error) taken += BLOCK.length
        })
        if (!more) return void socket.once('drain', pour)
      }
      socket.end()
    }
    socket.once('data', () => {
      socket.resume()
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n')
      pour()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    taken: () => taken,
    open: () => open,
    close: () => server.close(),
  }
}
