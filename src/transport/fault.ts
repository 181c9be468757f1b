// What went wrong below HTTP, put into the taxonomy. Never echoes a header, a URL query or a certificate.
import { Fault } from '../protocol/fault.ts'

const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'])
const CONNECT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN'])
const FORBIDDEN = new Set(['EACCES', 'EPERM'])
const TIMEOUT = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])
const LOCAL = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'EADDRNOTAVAIL', 'ENOMEM'])
const PROTOCOL = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_EXCEEDED_MAX_SIZE'])
const CERTIFICATE =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|CRL_|ERROR_IN_C|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED)/

/** Reads an error of the HTTP client. `origin` is the scheme, host and port that was called. */
export function transportFault(error: unknown, origin: string): Fault {
  if (error instanceof Fault) return error
  const { code, name, message, stood } = facts(error)
  const failed = (faultCode: string, what: string): Fault =>
    new Fault('transport', faultCode, `${origin}: ${what}`, { cause: error })
  const broken = (): Fault =>
    failed('reset', `the connection broke before the answer was whole (${code || name})`)
  if (LOCAL.has(code))
    return new Fault('transport', 'local_resources', `out of local resources (${code})`, {
      verdict: 'neutral',
      cause: error,
    })
  if (stood) return broken()
  if (DNS.has(code)) return failed('dns', `the name could not be resolved (${code})`)
  if (CONNECT.has(code))
    return failed('connect', `nothing accepts connections there (${code}); is the server running?`)
  if (FORBIDDEN.has(code))
    return failed(
      'connect',
      `this machine lets nothing connect there (${code}); check its firewall`,
    )
  if (TIMEOUT.has(code))
    return new Fault('timeout', 'connect', `${origin}: no connection in time`, { cause: error })
  if (CERTIFICATE.test(code))
    return new Fault('transport', 'tls', `${origin}: TLS failed (${code}); ${tlsAdvice(code)}`, {
      retryable: false,
      cause: error,
    })
  if (name === 'HTTPParserError' || code.startsWith('HPE_') || PROTOCOL.has(code))
    return new Fault('protocol_violation', 'http', `${origin}: the answer is not valid HTTP`, {
      cause: error,
    })
  if (code === 'UND_ERR_INVALID_ARG' && !/prox/i.test(message))
    return new Fault('internal', 'invalid_call', 'the call could not be built', { cause: error })
  if (/proxy/i.test(message)) return failed('proxy', 'the proxy refused the connection')
  return broken()
}

/** What OpenSSL's own codes tell is mostly that the other side speaks plain HTTP, or no TLS of this age. */
const tlsAdvice = (code: string): string =>
  code.startsWith('ERR_SSL_')
    ? 'does it speak HTTPS at all, TLS 1.2 or later and HTTP/1.1?'
    : 'check the certificate'

interface ErrorFacts {
  readonly code: string
  readonly name: string
  readonly message: string
  /** There was a connection: one that dies with its network has the codes of one that could not be made. */
  readonly stood: boolean
}

/** An AggregateError of several addresses has an empty message: its first member speaks for it. A DOMException's code is a number. */
function facts(error: unknown): ErrorFacts {
  if (error instanceof AggregateError && error.errors.length > 0) return facts(error.errors[0])
  if (!(error instanceof Error)) return { code: '', name: typeof error, message: '', stood: false }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const stood = 'syscall' in error && (error.syscall === 'read' || error.syscall === 'write')
  return { code, name: error.name, message: error.message, stood }
}
