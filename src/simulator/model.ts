// The small model behind every name that nobody scripted: it repeats, calls a tool that the prompt mentions, and fills schemas. It thinks nothing.
import type { Step } from './script.ts'
import type { Asked, JsonObject } from './wire.ts'
import { object, string } from './wire.ts'

/** What a small but well-behaved model would do with such a request. */
export function answer(asked: Asked): Step[] {
  const text = `The prompt has ${asked.text.length} characters.`
  const thoughts: Step[] = asked.reasoning ? [{ type: 'reasoning', text }] : []
  const wanted = mentioned(asked)
  return [...thoughts, ...(wanted.length > 0 ? toolSteps(asked, wanted) : say(asked))]
}

/** Words: the schema's own example, what the tools said, or what the user said. */
export function say({ output, results, text }: Asked): Step[] {
  if (output !== null) return [{ type: 'text', text: JSON.stringify(example(output, text)) }]
  if (results.length > 0) return [{ type: 'text', text: `The tools say: ${results.join(' / ')}` }]
  return [{ type: 'text', text: `A simulated answer to “${text.slice(0, 200)}”.` }]
}

/** That many calls, of the declared tools in turn; words once the tools have answered. */
export function calls(asked: Asked, count: number): Step[] {
  if (asked.results.length > 0) return say(asked)
  const tools = asked.tools.length > 0 ? asked.tools : [{ name: 'lookup', schema: {} }]
  return toolSteps(
    asked,
    Array.from(
      { length: count },
      (_, index) => tools[index % tools.length] ?? { name: '', schema: {} },
    ),
  )
}

function toolSteps(asked: Asked, tools: Asked['tools']): Step[] {
  return tools.map(({ name, schema }) => ({
    type: 'tool',
    name,
    arguments: object(example(schema, asked.text)),
    chars: 8,
  }))
}

function mentioned({ tools, results, choice, text, parallel }: Asked): Asked['tools'] {
  if (choice === 'none' || results.length > 0) return []
  const forced = tools.find(({ name }) => name === choice)
  if (forced !== undefined) return [forced]
  const spoken = new Set(text.toLowerCase().match(/\w+/g))
  const found = tools.filter(
    ({ name }) =>
      name
        .toLowerCase()
        .split(/[^a-z0-9]/)
        .some((word) => word.length > 3 && spoken.has(word)) || spoken.has(name.toLowerCase()),
  )
  const chosen = found.length === 0 && choice === 'required' ? tools.slice(0, 1) : found
  return parallel ? chosen : chosen.slice(0, 1)
}

/** A value that a schema allows, with words of the prompt in it. */
function example(schema: JsonObject, text: string): unknown {
  const { enum: choices, properties, items, type } = schema
  if (Array.isArray(choices)) return choices[0]
  const kind = Array.isArray(type) ? string(type[0]) : string(type)
  const values: Record<string, () => unknown> = {
    string: () => /(?<!^)\b\p{Lu}\p{L}+/u.exec(text)?.[0] ?? text.slice(0, 40),
    number: () => Number(/\d+/.exec(text)?.[0] ?? 1),
    integer: () => Number(/\d+/.exec(text)?.[0] ?? 1),
    boolean: () => true,
    array: () => [example(object(items), text)],
    null: () => null,
  }
  const simple = values[kind.toLowerCase()]
  if (simple !== undefined) return simple()
  return Object.fromEntries(
    Object.entries(object(properties)).map(([key, value]) => [key, example(object(value), text)]),
  )
}
