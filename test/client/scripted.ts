// A daemon that answers every line as it is told to, on a real socket.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Message, Tool } from '../../src/client/index.ts'

/** A line of a client. */
export interface Heard {
  readonly type: string
  readonly request_id: string
  readonly messages?: readonly Message[]
  readonly tools?: readonly Tool[]
}

export const line = (value: object): string => `${JSON.stringify(value)}\n`

export interface Daemon {
  readonly path: string
  /** Every line that came, over all connections. */
  readonly heard: Heard[]
  /** The connections there have been. */
  readonly sockets: Socket[]
  /** Resolves with the next connection. */
  next(): Promise<Socket>
  start(): Promise<void>
  /** Listens no more, and hangs up. */
  stop(): Promise<void>
}

/** Answers each line with what `answer` gives. */
export async function daemonOf(
  context: TestContext,
  answer: (message: Heard) => string = () => '',
): Promise<Daemon> {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-client-'))
  const path = join(directory, 's')
  const parse: (text: string) => Heard = JSON.parse
  const heard: Daemon['heard'] = []
  const sockets: Socket[] = []
  let server: Server
  const daemon: Daemon = {
    path,
    heard,
    sockets,
    async next() {
      await once(server, 'connection')
      return sockets.at(-1) ?? assert.fail()
    },
    async start() {
      server = createServer((socket) => {
        sockets.push(socket)
        socket.on('error', () => undefined)
        socket.on('data', (bytes) => {
          for (const each of bytes.toString().trimEnd().split('\n').map(parse)) {
            heard.push(each)
            socket.write(answer(each))
          }
        })
      })
      server.listen(path)
      await once(server, 'listening')
    },
    async stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
  await daemon.start()
  context.after(async () => {
    if (server.listening) await daemon.stop()
    rmSync(directory, { recursive: true })
  })
  return daemon
}
