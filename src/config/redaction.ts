// Strikes credentials out of texts that others wrote. Knows every secret that was loaded, and gives none away.

/** What is kept: old secrets stay a while, because a late answer may still echo them. */
const MOST_SECRETS = 256
/** A shared run this long is no coincidence: providers echo the begin of a key. */
const SHORTEST_RUN = 8
/** Shorter secrets are taken for placeholders of local servers; striking them out would only garble texts. */
const SHORTEST_SECRET = 4
const GRAM = 4
/** Any run of eight characters holds the whole of one of the four-character grams that begin at every fifth place. */
const STRIDE = SHORTEST_RUN - GRAM + 1
const MARK = '[redacted]'

const secrets = new Set<string>()
let grams = new Set<string>()
/** One bit a slot: whether a gram of a secret falls there. Tells nearly every text's grams apart without making a string of each. */
const SLOTS = 1 << 16
let taken = new Uint8Array(SLOTS)

/** Called wherever a secret comes into the process. */
export function remember(secret: string): void {
  if (secret.length < SHORTEST_SECRET || secrets.has(secret)) return
  secrets.add(secret)
  const [oldest] = secrets
  if (secrets.size > MOST_SECRETS && oldest !== undefined) secrets.delete(oldest)
  grams = new Set([...secrets].flatMap(gramsOf))
  taken = new Uint8Array(SLOTS)
  for (const gram of grams) taken[slotOf(gram, 0)] = 1
}

/**
 * The text with every loaded secret, and every run of eight or more characters that it shares with one, replaced by `[redacted]`.
 * Cheap where there is none: one look-up for every five characters.
 */
export function redact(text: string): string {
  if (secrets.size === 0) return text
  const cut: string[] = []
  let from = 0
  let at = 0
  while (at + GRAM <= text.length) {
    const run =
      taken[slotOf(text, at)] === 1 && grams.has(text.slice(at, at + GRAM))
        ? longestRun(text, at, from)
        : null
    if (run) {
      cut.push(text.slice(from, run.start), MARK)
      from = run.end
      at = run.end
    } else at += STRIDE
  }
  const rest = from === 0 ? text : cut.join('') + text.slice(from)
  return strikeShort(rest)
}

/** The slot of the four characters from `at` on. */
function slotOf(text: string, at: number): number {
  let hash = 0
  for (let index = at; index < at + GRAM; index++) hash = (hash * 31 + text.charCodeAt(index)) | 0
  return (hash ^ (hash >>> 16)) & (SLOTS - 1)
}

function strikeShort(text: string): string {
  let struck = text
  for (const secret of secrets)
    if (secret.length < SHORTEST_RUN) struck = struck.replaceAll(secret, MARK)
  return struck
}

function gramsOf(secret: string): string[] {
  if (secret.length < SHORTEST_RUN) return []
  return Array.from({ length: secret.length - GRAM + 1 }, (_, index) =>
    secret.slice(index, index + GRAM),
  )
}

/** The longest run around the gram at `at`, not before `floor`, that stands in a secret as well; null: it is shorter than eight. */
function longestRun(
  text: string,
  at: number,
  floor: number,
): { start: number; end: number } | null {
  let best = { start: at, end: at }
  const gram = text.slice(at, at + GRAM)
  for (const secret of secrets) {
    for (let place = secret.indexOf(gram); place >= 0; place = secret.indexOf(gram, place + 1)) {
      let before = 0
      while (
        at - before > floor &&
        place > before &&
        text[at - before - 1] === secret[place - before - 1]
      )
        before++
      let after = GRAM
      while (place + after < secret.length && text[at + after] === secret[place + after]) after++
      if (before + after > best.end - best.start) best = { start: at - before, end: at + after }
    }
  }
  return best.end - best.start >= SHORTEST_RUN ? best : null
}
