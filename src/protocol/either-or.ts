// What the schema cannot say in a form that Rust's types share: fields that need or exclude each other.
import type { InferRequest, Source, Tool } from './client-message.gen.ts'
import { invalid } from './fault.ts'

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Throws a `schema` fault with a pointer to what does not go together. */
export function checkEitherOrs(request: InferRequest): void {
  request.messages.forEach(({ content }, message) => {
    if (typeof content === 'string') return
    content.forEach((part, index) => {
      if (!('source' in part)) return
      checkSource(part.source, `/messages/${message}/content/${index}/source`)
    })
  })
  const { reasoning, tools = [], tool_choice: choice } = request
  if (reasoning?.effort !== undefined && reasoning.budget_tokens !== undefined) {
    refuse('"effort" and "budget_tokens" exclude each other', '/reasoning')
  }
  checkTools(tools)
  if (choice === undefined) return
  if (tools.length === 0) refuse('"tool_choice" needs "tools"', '/tool_choice')
  if (typeof choice === 'object' && !tools.some(({ name }) => name === choice.name)) {
    refuse('names none of the tools', '/tool_choice/name')
  }
}

function checkSource({ data, url, media_type }: Source, pointer: string): void {
  if ((data === undefined) === (url === undefined)) {
    refuse(
      `a source has exactly one of "data" and "url"; got ${data === undefined ? 'neither' : 'both'}`,
      pointer,
    )
  }
  if (data === undefined) return
  if (media_type === undefined) refuse('missing field "media_type": "data" needs it', pointer)
  if (data.startsWith('data:')) refuse('must be bare base64, not a data: URL', `${pointer}/data`)
  if (data.length % 4 !== 0 || !BASE64.test(data)) {
    refuse('must be base64 with + and /, padded and without white space', `${pointer}/data`)
  }
}

function checkTools(tools: readonly Tool[]): void {
  const names = new Set<string>()
  tools.forEach(({ name }, index) => {
    if (names.has(name)) refuse('another tool has this name', `/tools/${index}/name`)
    names.add(name)
  })
}

function refuse(message: string, pointer: string): never {
  throw invalid('schema', message, pointer)
}
