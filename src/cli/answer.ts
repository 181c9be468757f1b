// One answer on its way to a person: text on stdout as it comes, everything else on stderr. Starts no request and keeps nothing.
import type { FinalEvent, GatewayClient, GatewayEvent, Inference } from '../client/index.ts'
import type { RetryingEvent } from '../protocol/gateway-event.gen.ts'
import { styles, type Io } from './io.ts'
import { watchProgress } from './progress.ts'
import { harmless, plain } from './text.ts'

/** Shows the events of a request as they come, or as JSON lines, and a summary of its end, which it gives. */
export async function showAnswer(
  client: GatewayClient,
  inference: Inference,
  json: boolean,
  io: Io,
): Promise<FinalEvent> {
  const progress = watchProgress(client, io)
  const page = new Page(io, () => progress.clear())
  try {
    for await (const event of inference) {
      progress.tell(event)
      if (json) io.stdout.write(`${JSON.stringify(event)}\n`)
      else page.show(event)
    }
  } finally {
    progress.stop()
    page.end()
  }
  const final = await inference.final()
  if (json) return final
  io.stderr.write(`${styles(io.stderr, io.env).dim(summary(final))}\n`)
  return final
}

class Page {
  readonly #io: Io
  readonly #clear: () => void
  readonly #style
  readonly #terminal: boolean
  /** What was written last, and how it ended. */
  #kind: 'nothing' | 'reasoning' | 'text' | 'call' = 'nothing'
  #last = '\n'

  /** `clear` makes room before anything is written. */
  constructor(io: Io, clear: () => void) {
    this.#io = io
    this.#clear = clear
    this.#style = styles(io.stdout, io.env)
    this.#terminal = io.stdout.isTTY === true
  }

  show(event: GatewayEvent): void {
    switch (event.type) {
      case 'output_text_delta':
      case 'refusal_delta':
        return this.#write('text', event.delta)
      case 'reasoning_delta':
        return this.#terminal ? this.#write('reasoning', event.delta, this.#style.dim) : undefined
      case 'tool_call_ready': {
        const { name, arguments_json, status } = event.call
        this.end()
        const flaw = status === 'ready' ? '' : ` (${status}: no JSON object)`
        return this.#write('call', `${name}(${arguments_json})${flaw}\n`, this.#style.cyan)
      }
      case 'retrying':
        return this.#note(retryOf(event))
      case 'started':
        return event.warnings.forEach(({ message }) => this.#note(message))
      default:
        return undefined
    }
  }

  /** Ends the line that was begun. */
  end(): void {
    if (!this.#last.endsWith('\n')) this.#io.stdout.write('\n')
    this.#last = '\n'
  }

  #write(kind: 'reasoning' | 'text' | 'call', text: string, paint = (part: string) => part): void {
    if (text === '') return
    this.#clear()
    // Where reasoning ends and the answer begins, or the other way round.
    if (this.#terminal && this.#kind !== 'nothing' && this.#kind !== kind) {
      this.end()
      this.#io.stdout.write('\n')
    }
    this.#kind = kind
    this.#last = text
    this.#io.stdout.write(paint(this.#terminal ? harmless(text) : text))
  }

  #note(text: string): void {
    this.#clear()
    this.#io.stderr.write(`beluna-gateway: ${plain(text)}\n`)
  }
}

/** What failed, and what comes of it: another try there, or the next member of the route. */
function retryOf({ target, model, delay_ms, error }: RetryingEvent): string {
  if (target === error.target && model === error.model)
    return `${error.message}; trying again in ${seconds(delay_ms)}`
  return `${error.target}/${error.model}: ${error.message}; going on with ${target}/${model}`
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** One line: how it ended, where, tokens, cost, time. */
function summary(final: FinalEvent): string {
  const { usage, cost, timing } = final
  const how =
    final.type === 'failed'
      ? `failed: ${final.error.message} (${[final.error.kind, final.error.code].filter(Boolean).join('/')})`
      : final.type === 'completed'
        ? final.finish_reason
        : 'cancelled'
  const facts = [
    how,
    final.target === null ? null : `${final.target}/${final.model}`,
    usage && `${usage.input_tokens ?? '?'} in, ${usage.output_tokens ?? '?'} out`,
    cost && `${cost.total} ${cost.currency}`,
    timing && seconds(timing.total_ms),
    ...final.warnings.map(({ message }) => `warning: ${message}`),
  ]
  return plain(facts.filter((fact) => fact !== null).join(' · '))
}
