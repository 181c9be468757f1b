// Whether a part's continuation state may go back to a target, and what is said of those that have to stay behind. Looks into no provider's data.
import type { State } from '../../protocol/client-message.gen.ts'
import type { ResolvedTarget } from '../../protocol/target.ts'
import type { Replay } from '../contract.ts'
import { isObject } from './json.ts'

/** The state was made by this dialect, target and (where both are known) credential; reasoning also by a model that this one can read. */
export function stateIsOwn(
  state: State,
  target: ResolvedTarget,
  replay: Replay,
  reasoning: boolean,
): boolean {
  if (state.dialect !== target.dialect || state.target !== target.name) return false
  const made_with = state['fingerprint']
  const now = replay.credential_fingerprint
  if (now !== null && typeof made_with === 'string' && made_with !== now) return false
  const readable = target.rules.reads_reasoning_of
  if (!reasoning || readable === null || state.model === target.model) return true
  return readable.some((prefix) => state.model.startsWith(prefix))
}

const REASONING_TYPE = /^(redacted_)?(reasoning|thinking)$/

/** An opaque item of reasoning: some item in its state says so by its type. */
export function stateIsReasoning(state: State): boolean {
  return Object.values(state).some(
    (value) =>
      isObject(value) && typeof value['type'] === 'string' && REASONING_TYPE.test(value['type']),
  )
}

/** What of a history may have to stay behind. */
export const LEFT_OUT = {
  partial_call_left_out: 'tool calls that were cut off are not sent',
  reasoning_left_out: 'earlier reasoning is not sent, because the provider could not verify it',
  foreign_state_left_out:
    'state made by another dialect, target, credential or model is not sent; text and calls go without it, reasoning and opaque items stay behind',
  reasoning_without_state_left_out:
    'reasoning without provider state is not sent: this wire has no place for it',
} as const
