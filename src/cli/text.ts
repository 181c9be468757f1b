// Text for a terminal: what could steer it taken out, and as many columns wide as it looks. Knows nothing of what it says.

/** Names and messages come from others: what could steer a terminal becomes a blank. One line. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')

/** The same for an answer, which may have lines, tabs, and joined or directed characters. */
export const harmless = (text: string): string =>
  text.replaceAll(/(?![\n\t])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, '')

const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u
const NARROWLESS = /[\p{Mn}\p{Me}\p{Cf}]/u

const columnsOf = (character: string): number => {
  if (character < '\u0300') return 1
  return WIDE.test(character) ? 2 : NARROWLESS.test(character) ? 0 : 1
}

/** Columns that a text without escape codes takes. */
export function width(text: string): number {
  let columns = 0
  for (const character of text) columns += columnsOf(character)
  return columns
}

/** The text, or as much of it as fits into `room` columns with an ellipsis at its end. */
export function cut(text: string, room: number): string {
  if (width(text) <= room) return text
  let [kept, left] = ['', Math.max(0, room - 1)]
  for (const character of text) {
    left -= columnsOf(character)
    if (left < 0) break
    kept += character
  }
  return `${kept}…`
}

export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - width(text)))

/** Words as lines that hold as many of them as there is room for, all but the first line behind `indent`. No word is broken. */
export function flowed(
  words: readonly string[],
  between: string,
  room: number,
  indent = '',
): string[] {
  const lines: string[] = []
  for (const word of words) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)}${between}${word}`
    if (lines.length === 0) lines.push(word)
    else if (width(longer) <= room) lines[lines.length - 1] = longer
    else lines.push(indent + word)
  }
  return lines
}
