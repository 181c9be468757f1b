// Where a request marks its prompt for caching, for wires that have no place for such marks.
import type { InferRequest } from '../../protocol/client-message.gen.ts'

/** The pointers of all marks, in the order of the prompt. */
export function cacheMarks({ tools = [], messages }: InferRequest): string[] {
  const marks: string[] = []
  const look = (list: readonly object[], root: string): void => {
    for (const [at, each] of list.entries()) if ('cache' in each) marks.push(`${root}/${at}/cache`)
  }
  look(tools, '/tools')
  for (const [at, { content }] of messages.entries())
    if (typeof content !== 'string') look(content, `/messages/${at}/content`)
  return marks
}
