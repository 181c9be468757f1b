// What a wire language can say, told by what it lacks.
import type { Capabilities, Capability } from '../../protocol/target.ts'

const ALL: Capabilities = {
  streaming: true,
  tools: true,
  parallel_tools: true,
  forced_tool_choice: true,
  json_mode: true,
  json_schema: true,
  vision: true,
  documents: true,
  audio: true,
  reasoning: true,
  sampling: true,
  top_k: true,
  seed: true,
  stop: true,
  penalties: true,
  prompt_cache: true,
}

/** All capabilities but the `lacking` ones. */
export function wireCapabilities(lacking: readonly Capability[]): Capabilities {
  const said: Record<Capability, boolean> = { ...ALL }
  for (const name of lacking) said[name] = false
  return said
}
