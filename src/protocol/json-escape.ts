// Escapes in JSON strings: one code unit, or a whole string's text.

const UNIT = /^[0-9a-fA-F]{4}$/
const ESCAPE = /\\(?:u(.{4})|(.))/g
const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** The code unit that is escaped right there; NaN: none is. */
export function escapedUnit(text: string, at: number): number {
  const digits = text.slice(at + 2, at + 6)
  return text.startsWith('\\u', at) && UNIT.test(digits) ? Number.parseInt(digits, 16) : Number.NaN
}

/** What a string's raw text says; its escapes are known to be sound. */
export function unescaped(raw: string): string {
  return raw.replace(ESCAPE, (_, unit: string | undefined, letter: string) =>
    unit === undefined
      ? (CONTROLS[letter] ?? letter)
      : String.fromCharCode(Number.parseInt(unit, 16)),
  )
}
