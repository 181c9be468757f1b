// A process of its own that serves a canned gateway, for what only real processes show. Arguments: the socket's path (or `inherited`) and its
// mode. Says `ready`, `aborted <id> <reason>` and `refused <reason> <message>` on stdout; SIGTERM drains.
// A target named `in_<n>` answers `<n>` milliseconds after its first event.
import { delay } from '../../src/resilience/deadline.ts'
import { ListenError } from '../../src/server/listen-error.ts'
import { createServer } from '../../src/server/server.ts'
import { inheritedPlace, type Place } from '../../src/server/socket.ts'
import { aborted, cannedGateway, completed, delta, started } from './canned-gateway.ts'
import { LIMITS } from './stand.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const [path = '', mode = '600'] = process.argv.slice(2)
const canned = cannedGateway()
const server = createServer({
  gateway: {
    ...canned,
    async infer(request, { life: { signal } }, tell) {
      const { request_id, target } = request
      await tell([started(request_id)])
      try {
        await delay(Number(target?.slice('in_'.length)), signal)
        await tell([delta(request_id, 'ok'), completed(request_id, 'ok')])
      } catch {
        say(`aborted ${request_id} ${String(signal.reason)}`)
        await tell([aborted(request_id, signal)])
      }
    },
  },
  logger: {
    debug: () => undefined,
    info: () => undefined,
    warn: (_, text) => say(`warn ${text}`),
    error: (_, text) => say(`error ${text}`),
  },
  limits: () => LIMITS,
  allow_exit: true,
  drain_timeout_ms: () => 5_000,
  onExit: () => void server.drain(),
})

const { LISTEN_FDS, LISTEN_PID } = process.env
try {
  const own: Place = { kind: 'path', path, mode: Number.parseInt(mode, 8) }
  // Under a test's spawn the pid is not known beforehand: `self` stands for it.
  const pid = LISTEN_PID === 'self' ? String(process.pid) : LISTEN_PID
  await server.listen(inheritedPlace({ LISTEN_FDS, LISTEN_PID: pid }, process.pid) ?? own)
  process.on('SIGTERM', () => void server.drain())
  say('ready')
} catch (error) {
  if (!(error instanceof ListenError)) throw error
  say(`refused ${error.reason} ${error.message}`)
}
