// What servers tell about themselves: which page stands where, and how it is read. A table and pure functions, tolerant of whatever
// comes; asks nobody. Fields are those of the servers' own documentation.
import type { JsonObject } from '../../dialects/contract.ts'
import { asArray, asObject, asString, isObject } from '../../dialects/shared/json.ts'
import type { ProbedServer } from '../../protocol/gateway-event.gen.ts'
import type { Capabilities, Capability, DialectId } from '../../protocol/target.ts'

/** What one page tells; what it does not say is left out. */
export interface Facts {
  readonly server?: ProbedServer | undefined
  readonly model_present?: boolean | undefined
  readonly context_window?: number | undefined
  readonly max_output_tokens?: number | undefined
  readonly declared?: Partial<Capabilities>
  /** Other things worth telling, by name. */
  readonly seen?: Readonly<Record<string, string | undefined>>
}

export interface Page {
  /** Appended to the endpoint, or for a server's own pages to what stands before its `/v1`. */
  readonly path: (model: string) => string
  /** Sent by POST; without it the page is got by GET. */
  readonly body?: (model: string) => JsonObject
  /** Null: the page is another server's. */
  readonly read: (answer: JsonObject, model: string) => Facts | null
}

/** The page of a dialect: there is one on every server, and it wants the credential. */
export function mainPage(dialect: DialectId, official_host: boolean): Page {
  if (dialect === 'gemini') return { path: geminiPath, read: readModel }
  if (dialect === 'anthropic_messages' && official_host)
    return { path: (model) => `/models/${encodeURIComponent(model)}`, read: readModel }
  return { path: () => '/models', read: readList }
}

interface OwnPage extends Page {
  readonly server: string
  /** It tells its server; the others are asked once the server is known. */
  readonly tells: boolean
}

/** Pages that only one server has, in the order in which an unknown one is asked. */
export const OWN_PAGES: readonly OwnPage[] = [
  own('ollama', '/api/version', versionOf('ollama')),
  { ...own('ollama', '/api/show', readOllamaModel, false), body: (model) => ({ model }) },
  own('ollama', '/api/ps', readOllamaLoaded, false),
  own('llama.cpp', '/props', readProps),
  own('llama.cpp', '/health', ({ status }) => ({ seen: { health: asString(status) } }), false),
  own('lm_studio', '/api/v1/models', readLmStudio),
  own('vllm', '/version', versionOf('vllm')),
]

function own(server: string, path: string, read: Page['read'], tells = true): OwnPage {
  return { server, path: () => path, read, tells }
}

const VENDORS: Readonly<Record<string, string>> = {
  'api.openai.com': 'openai',
  'api.anthropic.com': 'anthropic',
  'generativelanguage.googleapis.com': 'gemini',
  'openrouter.ai': 'openrouter',
  'api.groq.com': 'groq',
  'api.deepseek.com': 'deepseek',
  'api.mistral.ai': 'mistral',
  'api.x.ai': 'xai',
}

/** The vendor at that host; undefined: it is nobody known, and may be asked for its own pages. */
export function vendorAt(endpoint: string): ProbedServer | undefined {
  const host = URL.parse(endpoint)?.hostname ?? ''
  const found = Object.entries(VENDORS).find(([name]) => host === name || host.endsWith(`.${name}`))
  return found && { name: found[1], version: null }
}

function geminiPath(model: string): string {
  const name = model.includes('/') ? model : `models/${model}`
  return `/${name.split('/').map(encodeURIComponent).join('/')}`
}

const OWNERS: Readonly<Record<string, string>> = { llamacpp: 'llama.cpp', vllm: 'vllm' }

/** `GET /models`, as OpenAI began it and everybody else extended it. */
function readList(answer: JsonObject, model: string): Facts | null {
  if (!Array.isArray(answer['data'])) return null
  const entries = asArray(answer['data']).filter(isObject)
  const found = entries.find(
    ({ id, aliases }) =>
      id === model || id === `${model}:latest` || asArray(aliases).includes(model),
  )
  const owner = OWNERS[asString((found ?? entries[0])?.['owned_by']) ?? '']
  // A server with one model answers whatever name is asked for with that one.
  const only = owner === 'llama.cpp' && entries.length === 1 ? entries[0] : undefined
  const entry = found ?? only
  return {
    ...(entry && readModel(entry)),
    model_present: found !== undefined,
    server: owner === undefined ? undefined : { name: owner, version: null },
    seen: found || !only ? {} : { served_model: asString(only['id']) },
  }
}

/** One model's entry, by whichever of the vendors' names its fields have. */
function readModel(entry: JsonObject): Facts {
  const meta = asObject(entry['meta'])
  const inputs = asArray(asObject(entry['architecture'])?.['input_modalities'])
  const parameters = entry['supported_parameters']
  return {
    model_present: true,
    context_window: count(
      meta?.['n_ctx'],
      entry['context_length'],
      entry['context_window'],
      entry['max_model_len'],
      entry['max_context_length'],
      entry['max_input_tokens'],
      entry['inputTokenLimit'],
    ),
    max_output_tokens: count(
      asObject(entry['top_provider'])?.['max_completion_tokens'],
      entry['max_completion_tokens'],
      entry['max_output_tokens'],
      entry['max_tokens'],
      entry['outputTokenLimit'],
    ),
    declared: {
      ...(inputs.length > 0 && listed(inputs, ['vision', 'documents', 'audio'])),
      ...(Array.isArray(parameters) && listed(parameters, PARAMETERS)),
      ...switched(asObject(entry['capabilities'])),
      ...switched({ thinking: entry['thinking'] }),
    },
  }
}

/** What `supported_parameters` would name if it held. */
const PARAMETERS: readonly Capability[] = [
  'tools',
  'forced_tool_choice',
  'json_mode',
  'json_schema',
  'reasoning',
  'sampling',
  'top_k',
  'seed',
  'stop',
  'penalties',
]

/** The servers' names for a capability. */
const WORDS: Partial<Record<Capability, readonly string[]>> = {
  tools: ['tools', 'function_calling', 'trained_for_tool_use', 'supports_tools'],
  parallel_tools: ['parallel_tool_calls', 'supports_parallel_tool_calls'],
  forced_tool_choice: ['tool_choice'],
  json_mode: ['response_format'],
  json_schema: ['structured_outputs'],
  vision: ['vision', 'image', 'image_input'],
  documents: ['pdf_input', 'file'],
  audio: ['audio'],
  reasoning: ['thinking', 'reasoning'],
  sampling: ['temperature'],
  top_k: ['top_k'],
  seed: ['seed'],
  stop: ['stop'],
  penalties: ['presence_penalty'],
}

/** A list of words says of each capability that it could name whether it holds. */
function listed(words: readonly unknown[], could: readonly Capability[]): Partial<Capabilities> {
  return Object.fromEntries(
    could.map((name) => [name, (WORDS[name] ?? []).some((word) => words.includes(word))]),
  )
}

/** Switches say only what they name, as a boolean or as `{supported}`. */
function switched(switches: JsonObject | undefined): Partial<Capabilities> {
  const said = Object.entries(WORDS).flatMap(([name, words]) => {
    const values = words.map((word) => {
      const value = switches?.[word]
      return isObject(value) ? (value['supported'] ?? true) : value
    })
    const value = values.find((each) => typeof each === 'boolean')
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(said)
}

function versionOf(name: string): Page['read'] {
  return ({ version }) => (typeof version === 'string' ? { server: { name, version } } : null)
}

function readOllamaModel(answer: JsonObject): Facts {
  const { capabilities, parameters, model_info } = answer
  const trained = Object.entries(asObject(model_info) ?? {}).find(([key]) =>
    key.endsWith('.context_length'),
  )?.[1]
  const [, configured] = /^num_ctx\s+(\d+)/m.exec(asString(parameters) ?? '') ?? []
  return {
    model_present: true,
    // What it was trained for is not what it is run with, and what does not fit is cut without a word.
    context_window: configured === undefined ? undefined : Number(configured),
    declared: Array.isArray(capabilities)
      ? listed(capabilities, ['tools', 'vision', 'reasoning', 'audio'])
      : {},
    seen: { trained_context: count(trained)?.toString() },
  }
}

function readOllamaLoaded({ models }: JsonObject, model: string): Facts {
  const loaded = asArray(models)
    .filter(isObject)
    .find(({ name }) => name === model || name === `${model}:latest`)
  return {
    context_window: count(loaded?.['context_length']),
    seen: { loaded: loaded ? 'yes' : 'no' },
  }
}

function readProps(answer: JsonObject): Facts | null {
  const settings = asObject(answer['default_generation_settings'])
  if (!settings) return null
  return {
    server: { name: 'llama.cpp', version: asString(answer['build_info']) ?? null },
    context_window: count(settings['n_ctx']),
    declared: {
      ...switched(asObject(answer['modalities'])),
      ...switched(asObject(answer['chat_template_caps'])),
    },
    seen: { slots: count(answer['total_slots'])?.toString() },
  }
}

function readLmStudio({ models }: JsonObject, model: string): Facts | null {
  if (!Array.isArray(models)) return null
  const entry = models.filter(isObject).find(({ key }) => key === model)
  const [loaded] = asArray(entry?.['loaded_instances'])
  const context = count(asObject(asObject(loaded)?.['config'])?.['context_length'])
  return {
    ...(entry && readModel(entry)),
    ...(context !== undefined && { context_window: context }),
    server: { name: 'lm_studio', version: null },
    ...(entry && { seen: { loaded: loaded ? 'yes' : 'no' } }),
  }
}

/** The first that is a count of something. */
function count(...values: readonly unknown[]): number | undefined {
  return values.find(
    (value): value is number =>
      typeof value === 'number' && Number.isSafeInteger(value) && value > 0,
  )
}
