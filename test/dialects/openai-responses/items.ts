// Any output items, and the streams in which servers of different manners tell them.
import * as fc from 'fast-check'
import type { JsonObject } from '../../../src/dialects/contract.ts'
import { isObject } from '../../../src/dialects/shared/json.ts'
import { call, ended, message, piece, text, thought } from './answer.ts'

const said = fc.string({ unit: 'binary', maxLength: 8 })
const citation = fc.webUrl().map((url) => ({ type: 'url_citation', url }))

const contents = fc.oneof(
  fc.array(
    fc
      .record({ said, annotations: fc.array(citation, { maxLength: 1 }) })
      .map((each) => text(each.said, { annotations: each.annotations })),
    { minLength: 1, maxLength: 3 },
  ),
  fc.string({ minLength: 1 }).map((refusal) => [{ type: 'refusal', refusal }]),
)

/** Output items in any order, each with ids of its own. */
export const outputs: fc.Arbitrary<JsonObject[]> = fc
  .array(
    fc.oneof(
      contents.chain((content) =>
        fc
          .constantFrom(undefined, 'commentary', 'final_answer')
          .map((phase) => message(content, phase && { phase })),
      ),
      fc
        .array(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 3 })
        .map((summary) => thought(summary)),
      fc.jsonValue().map((value) => call(JSON.stringify({ value }))),
      fc.constant({ type: 'web_search_call', status: 'completed', action: { type: 'search' } }),
    ),
    { maxLength: 5 },
  )
  .map((items) =>
    items.map((item: JsonObject, at) => ({
      ...item,
      id: `${String(item['type'])}_${at}`,
      ...(item['type'] === 'function_call' && { call_id: `call_${at}` }),
      ...(item['type'] === 'reasoning' && { encrypted_content: `sealed-${at}` }),
    })),
  )

/** How a server tells of its items. */
export interface Manners {
  /** Items are named by place and stable id, by place alone (ids change with every event), or by stable id alone. */
  readonly names: 'both' | 'place' | 'id'
  /** Items overlap, and all ends come last. */
  readonly overlap: boolean
  /** The items' ends are told, or stand in the final response only. */
  readonly ends: 'told' | 'final' | 'both'
  readonly cut: number
}
export const manners: fc.Arbitrary<Manners> = fc.record({
  names: fc.constantFrom('both' as const, 'place' as const, 'id' as const),
  overlap: fc.boolean(),
  ends: fc.constantFrom('told' as const, 'final' as const, 'both' as const),
  cut: fc.integer({ min: 1, max: 4 }),
})

export const list = (value: unknown): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : []

function pieces(item: JsonObject, cut: number): JsonObject[] {
  const cuts = (subject: string, whole_text: unknown, rest: JsonObject) =>
    (String(whole_text).match(new RegExp(`[^]{1,${cut}}`, 'g')) ?? []).map((delta) =>
      piece(subject, delta, rest),
    )
  if (item['type'] === 'function_call')
    return cuts('function_call_arguments', item['arguments'], {})
  return [
    ...list(item['summary']).flatMap((part, summary_index) =>
      cuts('reasoning_summary_text', part['text'], { summary_index }),
    ),
    ...list(item['content']).flatMap((part, content_index) =>
      part['type'] === 'refusal'
        ? cuts('refusal', part['refusal'], { content_index })
        : cuts('output_text', part['text'], { content_index }),
    ),
  ]
}

const begun = (item: JsonObject): JsonObject => ({
  ...item,
  summary: [],
  content: [],
  arguments: '',
  status: 'in_progress',
})

export function eventsOf(
  items: readonly JsonObject[],
  { names, overlap, ends, cut }: Manners,
): JsonObject[] {
  let rotation = 0
  const named = (event: JsonObject, place: number, id: unknown): JsonObject => {
    const shown = names === 'place' ? `rotated_${(rotation += 1)}` : id
    const item = isObject(event['item'])
      ? { item: { ...event['item'], id: shown } }
      : { item_id: shown }
    return { ...event, ...item, ...(names !== 'id' && { output_index: place }) }
  }
  const told = items.map((item, place) => ({
    body: [{ type: 'response.output_item.added', item: begun(item) }, ...pieces(item, cut)].map(
      (event) => named(event, place, item['id']),
    ),
    end:
      ends === 'final'
        ? []
        : [named({ type: 'response.output_item.done', item }, place, item['id'])],
  }))
  const stream = overlap
    ? [...told.flatMap(({ body }) => body), ...told.flatMap(({ end }) => end)]
    : told.flatMap(({ body, end }) => [...body, ...end])
  return [...stream, ended({ output: ends === 'told' ? [] : items })]
}
