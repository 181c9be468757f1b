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
    default:
      return `${JSON.stringify(event)}\n`
  }
}
