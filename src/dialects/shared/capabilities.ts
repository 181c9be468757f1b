// What a wire language can say, told by what it lacks.
import { capabilitiesWhere, type Capabilities, type Capability } from '../../protocol/target.ts'

/** All capabilities but the `lacking` ones. */
export const wireCapabilities = (lacking: readonly Capability[]): Capabilities =>
  capabilitiesWhere((name) => !lacking.includes(name))
