// The tables of docs/dialects.md: what is sent, refused and read on each wire, and what each known family takes.
import { FAMILIES } from '../../src/config/families.ts'
import { dialectData, DIALECT_IDS } from './dialect-data.ts'
import type { RequestCell } from './dialect-data.ts'
import { table } from './schema-tables.ts'

export function requestTables(): string {
  return dialectData()
    .requests.map(({ title, sources, note, rows }) => {
      const cells = rows.map((row) => [
        row.note === undefined ? row.field : `${row.field}. ${row.note}`,
        ...DIALECT_IDS.map((id) => requestText(row[id])),
      ])
      return section(title, sources, note, table(['field', ...DIALECT_IDS.map(code)], cells))
    })
    .join('\n\n')
}

export function eventTables(): string {
  return dialectData()
    .events.map(({ title, sources, note, rows }) => {
      const cells = rows.map((row) => [
        row.note === undefined ? row.event : `${row.event}. ${row.note}`,
        ...DIALECT_IDS.map((id) => row[id].from),
      ])
      return section(title, sources, note, table(['event', ...DIALECT_IDS.map(code)], cells))
    })
    .join('\n\n')
}

function section(title: string, sources: string, note: string | undefined, rows: string): string {
  return [`### ${title}`, ...(note === undefined ? [] : [note]), rows, `Sources: ${sources}`].join(
    '\n\n',
  )
}

function requestText(cell: RequestCell): string {
  const said = [
    ...Object.entries(cell.sent ?? {}).map(([path, value]) =>
      code(`${path.replace(/\[\d+\]/g, '[]')}: ${JSON.stringify(value)}`),
    ),
    ...Object.entries(cell.headers ?? {}).map(
      ([name, value]) => `header ${code(`${name}: ${value}`)}`,
    ),
    ...(cell.path === undefined ? [] : [`in the path: ${code(cell.path)}`]),
    ...(cell.unchanged ? ['nothing'] : []),
    ...(cell.refused === undefined ? [] : [`refused: ${code(cell.refused)}`]),
    ...(cell.warns === undefined ? [] : [`warning ${code(cell.warns)}`]),
    ...(cell.note === undefined ? [] : [cell.note]),
  ]
  return said.join('; ')
}

const code = (text: string): string => `\`${text}\``

/** What the built-in rows deny, newest families first. */
export function familyTable(): string {
  const rows = FAMILIES.map(({ dialect, prefix, capabilities, rules, ...sizes }) => {
    const lacks = Object.keys(capabilities)
    const efforts = rules.efforts.join(', ') || 'none to choose'
    return [
      code(dialect),
      code(prefix),
      lacks.join(', ') || '—',
      rules.budget ? `${efforts}; or a budget` : efforts,
      [
        rules.prefill && 'prefill',
        rules.system_in_conversation && 'later system messages',
        !rules.tools_with_schema && 'no tools with a schema',
        rules.one_of_temperature_top_p && 'temperature or top_p',
        rules.sampling_only_without_reasoning && 'sampling only without reasoning',
        rules.reasons_by_default && 'reasons unless told not to',
      ]
        .filter((word) => word !== false)
        .join(', ') || '—',
      `${sizes.context_window ?? '?'} / ${sizes.max_output_tokens ?? '?'}`,
    ]
  })
  const head = [
    'dialect',
    'prefix',
    'does not take',
    'reasoning efforts',
    'rules',
    'context / output',
  ]
  return table(head, rows)
}
