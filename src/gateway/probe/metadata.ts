// Asks a target's server about itself: one bounded call a page, one after the other. Runs no model, costs nothing, and guesses nothing
// from names; what goes wrong goes into the book.
import type { Dialect } from '../../dialects/contract.ts'
import { DIALECTS } from '../../dialects/index.ts'
import { asObject, parseJson } from '../../dialects/shared/json.ts'
import { Fault } from '../../protocol/fault.ts'
import { Watchdog } from '../../resilience/deadline.ts'
import { addressOf } from '../../transport/address.ts'
import { redacted } from '../redacted.ts'
import type { Member } from '../route.ts'
import type { Probing } from './book.ts'
import { mainPage, OWN_PAGES, vendorAt, type Page } from './pages.ts'

/** A list of some hundred models fits; what is longer is not read. */
const MOST_BYTES = 1024 * 1024
const MOST_ERROR_BYTES = 64 * 1024

interface Inquiry extends Probing {
  /** As a request to the target would carry them, without the credential. */
  readonly headers: Readonly<Record<string, string>>
}

/** Reads the dialect's own page, then those of the server it turns out to be. Throws only where the probe has ended. */
export async function readMetadata(inquiry: Inquiry): Promise<void> {
  const { member, book } = inquiry
  const { endpoint, dialect, official_host } = member.target
  try {
    const secret = await secretOf(inquiry)
    const main = await ask(inquiry, secret, endpoint, mainPage(dialect, official_host))
    if (main !== null) note(inquiry, main)
    if (book.authenticated === false) return
    const vendor = vendorAt(endpoint)
    if (vendor) book.read('the host', { server: vendor })
    else if (dialect !== 'gemini') await readOwnPages(inquiry, secret)
  } catch (error) {
    if (inquiry.life.aborted || !(error instanceof Fault)) throw error
    book.reachable ??= false
    book.faults.push(redacted(error, inquiry.means.redact))
  }
}

async function secretOf({ member, life, book, means }: Inquiry): Promise<string | null> {
  try {
    return (await member.target.credential.get(life.signal)).secret
  } catch (error) {
    if (life.aborted || !(error instanceof Fault)) throw error
    // Servers that want none still answer, and others say so themselves.
    book.faults.push(redacted(error, means.redact))
    return null
  }
}

/** What the refusal of the dialect's page means. */
function note({ member, book }: Inquiry, fault: Fault): void {
  book.faults.push(fault)
  if (fault.kind === 'authentication') {
    book.authenticated = false
    member.target.credential.forget()
  }
  const { path } = mainPage(member.target.dialect, member.target.official_host)
  if (fault.kind === 'not_found' && path('') !== path('m')) book.read('', { model_present: false })
}

async function readOwnPages(inquiry: Inquiry, secret: string | null): Promise<void> {
  const { book, member } = inquiry
  const base = member.target.endpoint.replace(/\/v\d[^/]*$/, '')
  for (const page of OWN_PAGES) {
    const server = book.facts.server?.name
    if (server === undefined ? page.tells : page.server === server)
      await ask(inquiry, secret, base, page)
  }
}

/** One page into the book; the fault that it was answered with, or null. Throws where no answer came. */
async function ask(
  inquiry: Inquiry,
  secret: string | null,
  base: string,
  page: Page,
): Promise<Fault | null> {
  const { book, member } = inquiry
  const { redact } = inquiry.means
  const path = page.path(member.model)
  const reply = await fetchPage(inquiry, secret, base + path, page)
  const whole = redact(reply.text)
  if (!isGood(reply))
    return redacted(dialectOf(member).readFault(reply.status, reply.headers, whole), redact)
  if (base === member.target.endpoint) book.authenticated ??= true
  const answer = asObject(parseJson(whole))
  const facts = answer && page.read(answer, member.model)
  if (facts) book.read(path, facts)
  const what = `${path} was not answered with a JSON object of at most ${MOST_BYTES} bytes`
  return answer ? null : new Fault('protocol_violation', 'metadata', what)
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

async function fetchPage(
  { means, member, headers, life, book }: Inquiry,
  secret: string | null,
  url: string,
  page: Page,
): Promise<Reply> {
  const { target, model } = member
  const { connect_timeout_ms, first_event_timeout_ms } = target.reliability
  const { auth } = dialectOf(member)
  const body = page.body && JSON.stringify(page.body(model))
  const sent: Record<string, string> = {
    ...target.headers,
    ...headers,
    accept: 'application/json',
    'user-agent': 'beluna-gateway',
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  if (secret !== null) sent[auth.header] = auth.prefix + secret
  book.requests += 1
  const method = body === undefined ? 'GET' : 'POST'
  const request = { method, address: addressOf(url), headers: sent } as const
  const exchange = means.http.send(body === undefined ? request : { ...request, body })
  let end: Fault | null = null
  const leave = (fault: Fault): void => exchange.abort((end ??= fault))
  const abandon = (): void => leave(new Fault('internal', 'abandoned', 'the call was abandoned'))
  const within = (code: 'connect' | 'first_event', ms: number): Watchdog => {
    const text = `the server's page did not come within ${ms} ms (${code}_timeout_ms)`
    return new Watchdog(ms, () => leave(new Fault('timeout', code, text)))
  }
  life.enter(abandon)
  let watchdog = within('connect', connect_timeout_ms)
  try {
    await exchange.connected()
    watchdog.stop()
    watchdog = within('first_event', first_event_timeout_ms)
    const answer = await exchange.answer()
    book.reachable = true
    const text = await exchange.text(isGood(answer) ? MOST_BYTES : MOST_ERROR_BYTES)
    // A body that breaks off does not say why.
    if (end) throw end
    return { ...answer, text }
  } finally {
    watchdog.stop()
    life.leave(abandon)
    abandon()
  }
}

const isGood = ({ status }: { status: number }): boolean => status >= 200 && status < 300

const dialectOf = ({ target }: Member): Dialect => DIALECTS[target.dialect]
