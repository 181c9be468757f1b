// Reads the fenced blocks of a page. The first word after the fence is the language, the others say what a test does with the block:
// `run` (with `status=N`, `needs=PROGRAM`, `file=NAME`), `background until="TEXT"`, `output` (of the block before), `config`, `skip="WHY"`.
import { readFileSync } from 'node:fs'

export interface Snippet {
  /** As in README.md:17. */
  readonly place: string
  readonly language: string
  readonly text: string
  readonly words: readonly string[]
  readonly values: Readonly<Record<string, string>>
  /** It stands in a part of the page that is generated. */
  readonly generated: boolean
}

const FENCE = /^```(\S*)([^\n]*)\n([^]*?)^```$/gm
const WORD = /(\w+)="([^"]*)"|(\w+)=(\S+)|(\w+)/g

export function snippetsOf(page: string): readonly Snippet[] {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8')
  return [...text.matchAll(FENCE)].map((match) => {
    const [, language = '', rest = '', body = ''] = match
    const words = [...rest.matchAll(WORD)]
    const before = text.slice(0, match.index)
    return {
      place: `${page}:${before.split('\n').length}`,
      language,
      text: body,
      words: words.flatMap(([, , , , , word]) => word ?? []),
      values: Object.fromEntries(
        words.flatMap(([, key = '', quoted, name = '', value = '', word]) =>
          word === undefined ? [quoted === undefined ? [name, value] : [key, quoted]] : [],
        ),
      ),
      generated: before.lastIndexOf('<!-- begin ') > before.lastIndexOf('<!-- end -->'),
    }
  })
}

/** Whether a text is what the page shows, in which `…` stands for anything. */
export function shows(shown: string, text: string): boolean {
  const pattern = shown
    .trimEnd()
    .split('…')
    .map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pattern.join('[^]*?')}$`).test(text.trimEnd())
}
