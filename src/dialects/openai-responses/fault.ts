// What an OpenAI-shaped failure means on this wire. Judges words only; the common rules and the status come after these.
import { faultReaders } from '../shared/error.ts'
import type { ProviderWords, Rule } from '../shared/error.ts'

const UNVERIFIABLE =
  /encrypted content .{0,200}could not be (verified|decrypted)|of type 'reasoning' was provided without its required following item|conflicting authenticated continuation identities/i
const BLOCKED = /usage polic|flagged|violat|safety/i
const BAD_IMAGE =
  /^(invalid_image|invalid_base64_image|image_|empty_image_|unsupported_image_|failed_to_download_image)/

const code = ({ code: own, type }: ProviderWords): string => own ?? type ?? ''

const RULES: readonly Rule[] = [
  {
    // The gateway tries once more without the history's reasoning.
    when: (words) =>
      code(words) === 'invalid_encrypted_content' || UNVERIFIABLE.test(words.message ?? ''),
    kind: 'invalid_request',
    code: 'unverifiable_reasoning',
  },
  {
    when: (words) =>
      /_policy(_violation)?$/.test(code(words)) ||
      (code(words) === 'invalid_prompt' && BLOCKED.test(words.message ?? '')),
    kind: 'content_filtered',
    code: null,
  },
  {
    when: (words) =>
      BAD_IMAGE.test(code(words)) ||
      ['invalid_prompt', 'data_residency_mismatch'].includes(code(words)),
    kind: 'invalid_request',
    code: null,
  },
]

export const { readFault, faultInside: faultIn } = faultReaders(() => RULES)
