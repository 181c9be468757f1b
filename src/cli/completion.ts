// `beluna-gateway completion`: what a shell needs to complete a command line. The help pages are the table it is made from, so that nothing
// can be completed that is not documented. Writes to stdout only.
import { Writable } from 'node:stream'
import { readArguments } from './arguments.ts'
import { help } from './help.ts'
import { EXIT, UsageError, type Io } from './io.ts'

interface Option {
  readonly flag: string
  /** The placeholder of its value; null: it takes none. */
  readonly value: string | null
  readonly about: string
}

interface Entry {
  readonly name: string
  readonly about: string
  /** What can stand there instead of an option. */
  readonly words: readonly string[]
  readonly options: readonly Option[]
}

const SHELLS: Readonly<Record<string, (entries: readonly Entry[]) => string>> = { bash, zsh, fish }
const FILES: ReadonlySet<string | null> = new Set(['FILE', 'PATH', 'DIR'])

export async function completion(args: readonly string[], io: Io): Promise<number> {
  const [shell = ''] = readArguments(args, {}, 1).positionals
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined
  if (!script) throw new UsageError('say which shell: bash, zsh or fish')
  io.stdout.write(script(await readEntries(io)))
  return EXIT.ok
}

/** Every command of the overview, with what its own page says. */
async function readEntries(io: Io): Promise<Entry[]> {
  const overview = await pageOf([], io)
  const lines = overview.matchAll(/^ {2}beluna-gateway ([a-z]+)\b(?: +([a-z].*))?/gm)
  const commands = [...lines].map(([, name = '', about = '']) => ({ name, about: brief(about) }))
  const names = commands.map(({ name }) => name)
  return await Promise.all(
    commands.map(async ({ name, about }) => {
      if (name === 'help') return { name, about, words: names, options: [] }
      const page = await pageOf([name], io)
      const usage = page.split('\n', 1)[0] ?? ''
      const words = /(?<![-|\w])[a-z]+(?:\|[a-z]+)+/.exec(usage)?.[0].split('|') ?? []
      return { name, about, words, options: optionsOf(page) }
    }),
  )
}

function optionsOf(page: string): Option[] {
  const lines = page.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)(?: ([A-Z]+))? {2,}(.+)$/gm)
  const options = [...lines].map(([, flag = '', value = null, about = '']) => ({
    flag,
    value,
    about: brief(about),
  }))
  return [...options, { flag: '--help', value: null, about: 'show the help page' }]
}

async function pageOf(args: readonly string[], io: Io): Promise<string> {
  let page = ''
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      page += chunk.toString()
      done()
    },
  })
  await help(args, { ...io, stdout })
  return page
}

/** What fits beside a name in a menu. */
const brief = (about: string): string => (/^[^(;:]+/.exec(about)?.[0] ?? '').trim()

function bash(entries: readonly Entry[]): string {
  const silent = entries.flatMap(({ name, options }) =>
    options
      .filter(({ value }) => value !== null && !FILES.has(value))
      .map(({ flag }) => `${name}:${flag}`),
  )
  const files = entries.flatMap(({ name, options }) =>
    options.filter(({ value }) => FILES.has(value)).map(({ flag }) => `${name}:${flag}`),
  )
  const words = ({ name, words: first, options }: Entry): string =>
    `    ${name}) words='${[...first, ...options.map(({ flag }) => flag)].join(' ')}' ;;\n`
  return `# bash completion; in ~/.bashrc: source <(beluna-gateway completion bash)
_beluna_gateway() {
  local command=\${COMP_WORDS[1]} words=''
  COMPREPLY=()
  case $command:\${COMP_WORDS[COMP_CWORD-1]} in
    ${files.join('|')}) return ;;
    ${silent.join('|')}) compopt +o default; return ;;
  esac
  case $command in
${entries.map(words).join('')}  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words='${entries.map(({ name }) => name).join(' ')}'; fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _beluna_gateway beluna-gateway
`
}

function zsh(entries: readonly Entry[]): string {
  const describe = ({ name, about }: Entry): string => `    ${quoted(`${name}:${about}`)}\n`
  const branch = ({ name, words, options }: Entry): string => {
    const first = words.length > 0 ? `1:word:(${words.join(' ')})` : '*:file:_files'
    return `    ${name}) _arguments ${[...options.map(argument), quoted(first)].join(' ')} ;;\n`
  }
  return `#compdef beluna-gateway
# zsh completion; in ~/.zshrc, after compinit: source <(beluna-gateway completion zsh)
_beluna_gateway() {
  local -a commands=(
${entries.map(describe).join('')}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${entries.map(branch).join('')}  esac
}
if [[ \${funcstack[1]} == _beluna_gateway ]]; then _beluna_gateway; else compdef _beluna_gateway beluna-gateway; fi
`
}

function fish(entries: readonly Entry[]): string {
  const complete = 'complete -c beluna-gateway -n'
  const lines = entries.flatMap(({ name, about, words, options }) => {
    const after = `${complete} 'string match -q ${name} -- (commandline -opc)[2]'`
    return [
      `${complete} 'test (count (commandline -opc)) -eq 1' -f -a ${name} -d ${escaped(about)}`,
      ...(words.length > 0 ? [`${after} -f -a '${words.join(' ')}'`] : []),
      ...options.map((option) => `${after} ${flagOf(option)} -d ${escaped(option.about)}`),
    ]
  })
  return `# fish completion; in ~/.config/fish/config.fish: beluna-gateway completion fish | source
${lines.join('\n')}
`
}

/** An option as zsh's `_arguments` reads it. */
function argument({ flag, value, about }: Option): string {
  const what = `${flag}[${about.replaceAll(/[[\]\\]/g, '\\$&')}]`
  if (value === null) return quoted(what)
  return quoted(`${what}:${value}:${FILES.has(value) ? '_files' : ''}`)
}

/** An option as fish's `complete` reads it. */
const flagOf = ({ flag, value }: Option): string =>
  `-l ${flag.slice(2)}${value === null ? '' : FILES.has(value) ? ' -rF' : ' -x'}`

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
const escaped = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`
