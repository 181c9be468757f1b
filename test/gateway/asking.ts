// A request for each capability: the smallest that needs it.
import type { InferRequest } from '../../src/protocol/client-message.gen.ts'
import { CAPABILITIES, type Capability } from '../../src/protocol/target.ts'

const TYPES = { image: 'image/png', document: 'application/pdf', audio: 'audio/wav' }
const user = (type: keyof typeof TYPES): InferRequest => ({
  type: 'infer',
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'x' },
        { type, source: { media_type: TYPES[type], data: 'aGk=' } },
      ],
    },
  ],
})
/** A request without anything special. */
export const plain = (fields: Partial<InferRequest>): InferRequest => ({
  type: 'infer',
  stream: false,
  messages: [{ role: 'user', content: 'x' }],
  ...fields,
})
export const TOOLS = [{ name: 'f', input_schema: {} }]

/** Cache hints that cannot be kept are warned of, never refused. */
type Askable = Exclude<Capability, 'prompt_cache'>
export const ASKABLE = CAPABILITIES.filter((name): name is Askable => name !== 'prompt_cache')

/** A request that needs the capability, and where it says so. */
export const ASKING: Record<Askable, [InferRequest, string]> = {
  streaming: [{ ...plain({}), stream: true }, '/stream'],
  tools: [plain({ tools: TOOLS }), '/tools'],
  parallel_tools: [plain({ tools: TOOLS, parallel_tool_calls: true }), '/parallel_tool_calls'],
  forced_tool_choice: [plain({ tools: TOOLS, tool_choice: { name: 'f' } }), '/tool_choice'],
  json_mode: [plain({ output: { mode: 'json' } }), '/output'],
  json_schema: [plain({ output: { mode: 'json_schema', name: 'n', schema: {} } }), '/output'],
  vision: [user('image'), '/messages/0/content/1'],
  documents: [user('document'), '/messages/0/content/1'],
  audio: [user('audio'), '/messages/0/content/1'],
  reasoning: [plain({ reasoning: { effort: 'high' } }), '/reasoning'],
  sampling: [plain({ sampling: { top_p: 0.5 } }), '/sampling/top_p'],
  top_k: [plain({ sampling: { top_k: 5 } }), '/sampling/top_k'],
  seed: [plain({ sampling: { seed: 5 } }), '/sampling/seed'],
  stop: [plain({ sampling: { stop: ['x'] } }), '/sampling/stop'],
  penalties: [plain({ sampling: { frequency_penalty: 1 } }), '/sampling/frequency_penalty'],
}
