// Tools and how they may be chosen, in Gemini's words. Schemas go out as JSON Schema, unchanged but for `$schema`.
import type { InferRequest, Tool } from '../../protocol/client-message.gen.ts'
import { unsupported } from '../../protocol/fault.ts'
import type { JsonObject } from '../contract.ts'
import { isObject } from '../shared/json.ts'
import type { Notices } from './notices.ts'

/** The body's `tools` and `toolConfig`; empty without tools. Throws `unsupported_capability`/`parallel_tools`: there is no such switch. */
export function toolFields(request: InferRequest, notices: Notices): JsonObject {
  const { tools = [], tool_choice, parallel_tool_calls } = request
  if (tools.length === 0) return {}
  if (parallel_tool_calls === false && tool_choice !== 'none') {
    const text =
      'Gemini cannot be kept from calling tools in parallel; leave parallel_tool_calls out'
    throw unsupported('parallel_tools', text, '/parallel_tool_calls')
  }
  const config = callingConfig(request)
  return {
    tools: [
      { functionDeclarations: tools.map((tool, index) => declaration(tool, index, notices)) },
    ],
    ...(config && { toolConfig: { functionCallingConfig: config } }),
  }
}

function declaration(tool: Tool, index: number, notices: Notices): JsonObject {
  if (tool.cache !== undefined) notices.add('cache_breakpoint_left_out', `/tools/${index}/cache`)
  const { $schema: _, ...schema } = tool.input_schema
  return {
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    ...(!takesNothing(schema) && { parametersJsonSchema: schema }),
  }
}

const SAYS_NOTHING = new Set(['type', 'properties', 'required', 'additionalProperties'])

/** An object schema without any property is refused by older models; leaving it out means the same. */
function takesNothing(schema: JsonObject): boolean {
  const { properties, additionalProperties } = schema
  const open = additionalProperties !== undefined && additionalProperties !== false
  const empty =
    properties === undefined || (isObject(properties) && Object.keys(properties).length === 0)
  return empty && !open && Object.keys(schema).every((key) => SAYS_NOTHING.has(key))
}

function callingConfig({ tools = [], tool_choice }: InferRequest): JsonObject | undefined {
  if (typeof tool_choice === 'object')
    return { mode: 'ANY', allowedFunctionNames: [tool_choice.name] }
  if (tool_choice === 'required') return { mode: 'ANY' }
  if (tool_choice === 'none') return { mode: 'NONE' }
  // The wire knows strictness for all tools at once; ANY implies it.
  if (tools.some(({ strict }) => strict === true)) return { mode: 'VALIDATED' }
  return tool_choice && { mode: 'AUTO' }
}
