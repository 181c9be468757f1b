// JSON pointers into a client's message, and the judgement which of its names may be repeated in an answer or a log. Names in open
// objects are the client's own, and a key pasted into the wrong place must not come back: a pointer stops above such a name.

const IDENTIFIER = /^[A-Za-z_$][\w$.:@/-]{0,63}$/
const KEY_PREFIX =
  /^(?:sk|pk|rk|ak|gsk|xai|hf|gh[opsu]|github|glpat|xox[a-z]|key|bearer|eyJ|AIza|AKIA)[-_A-Z]/i
const RANDOM_RUN = /(?=[A-Za-z]*\d)[A-Za-z0-9]{16}|[A-Za-z0-9+/]{33}/

/** Whether a name reads like an identifier of a person's making and not like a credential. Not a proof: a rule for error texts. */
export function isSpeakable(name: string): boolean {
  return IDENTIFIER.test(name) && !KEY_PREFIX.test(name) && !RANDOM_RUN.test(name)
}

/** The RFC 6901 pointer along `path`, cut above the first name that is not {@link isSpeakable}. */
export function pointerTo(path: readonly (string | number)[]): string {
  let pointer = ''
  for (const step of path) {
    if (typeof step === 'string' && !/^\d{1,9}$/.test(step) && !isSpeakable(step)) break
    pointer += `/${escaped(String(step))}`
  }
  return pointer
}

/** A step as it stands in a pointer. */
export const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1')

/** The steps of a pointer. */
export function pathOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1)
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}
