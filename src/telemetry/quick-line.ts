// One line of the log at a sixth of its price. pino makes the JSON of a line key by key in JavaScript, 6 µs for a request's twenty fields,
// which was a thirtieth of a whole request; `JSON.stringify` takes 1 µs. Every line but a request's still goes through pino.
import type { Logger } from 'pino'

/** As pino's `info` with an object and a text. */
export type Info = (facts: object, text: string) => void

/** The same lines as `logger` makes, at the same levels, to `write`; `base`: what it was made with, which it does not tell. */
export function quickInfo(logger: Logger, base: object, write: (line: string) => void): Info {
  const { info } = logger.levels.values
  const bindings = fieldsOf(base)
  return (facts, text) => {
    if (!logger.isLevelEnabled('info')) return
    const fields = `${bindings}${fieldsOf(facts)}`
    write(`{"level":${info},"time":${Date.now()}${fields},"msg":${JSON.stringify(text)}}\n`)
  }
}

/** What an object has, each field with a comma before it. */
function fieldsOf(facts: object): string {
  const fields = JSON.stringify(facts).slice(1, -1)
  return fields && `,${fields}`
}
