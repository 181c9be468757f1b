// One event as its line. Nearly all lines are pieces of text; written by hand they take half the time of the general way.
import type { GatewayEvent } from '../protocol/gateway-event.gen.ts'

/** JSON and a newline. Ids pass as they are: the schema and the daemon's own ids leave nothing in them to escape. */
export function lineOf(event: GatewayEvent): string {
  switch (event.type) {
    case 'output_text_delta':
    case 'reasoning_delta':
    case 'refusal_delta': {
      const { type, request_id, part, delta } = event
      return `{"type":"${type}","request_id":"${request_id}","part":${part},"delta":${JSON.stringify(delta)}}\n`
    }
    default: {
      const line = JSON.stringify(event)
      // Half a character is written so: few clients read such a line, and the daemon takes none back.
      return `${line.includes('\\ud') ? JSON.stringify(event, wellFormed) : line}\n`
    }
  }
}

/** What providers say of their own, in citations, errors and leftovers, is cut anywhere. */
const wellFormed = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed() : value
