// What the common servers tell about themselves, each at its own path. Small, but with the shapes and the field names of the real ones.
import type { JsonObject } from './wire.ts'
import { string } from './wire.ts'

const CONTEXT = 32_768
const DETAILS = { family: 'simulated', parameter_size: '0B', quantization_level: 'none' }

/** The metadata that stands at a path; null: none does. */
export function metadata(
  path: string,
  body: JsonObject,
  headers: Readonly<Record<string, unknown>>,
  models: readonly string[],
): JsonObject | null {
  const anthropic = headers['anthropic-version'] !== undefined
  const [, version, name] = /^(?!\/api\/).*\/(v1|v1beta)\/models\/([^/:]+)$/.exec(path) ?? []
  if (name !== undefined) {
    const model = decodeURIComponent(name)
    return version === 'v1beta'
      ? geminiModel(model)
      : anthropic
        ? anthropicModel(model)
        : openAiModel(model)
  }
  if (path === '/v1/models' && anthropic)
    return {
      data: models.map(anthropicModel),
      has_more: false,
      first_id: models[0],
      last_id: models.at(-1),
    }
  return Object.hasOwn(PAGES, path) ? (PAGES[path]?.(models, body) ?? null) : null
}

const PAGES: Record<string, (models: readonly string[], body: JsonObject) => JsonObject> = {
  '/v1/models': (models) => ({ object: 'list', data: models.map(openAiModel) }),
  '/v1beta/models': (models) => ({ models: models.map(geminiModel) }),
  '/health': () => ({ status: 'ok' }),
  '/props': ([model]) => ({
    default_generation_settings: { n_ctx: CONTEXT },
    total_slots: 4,
    model_alias: model,
    modalities: { vision: false, audio: false },
    build_info: 'simulator',
  }),
  '/api/version': () => ({ version: '0.13.3' }),
  '/api/tags': (models) => ({
    models: models.map((model) => ({ name: model, model, details: DETAILS })),
  }),
  '/api/ps': (models) => ({
    models: models.map((model) => ({ name: model, model, context_length: CONTEXT })),
  }),
  '/api/show': (_, { model }) => ({
    model: string(model),
    details: DETAILS,
    capabilities: ['completion', 'tools', 'thinking'],
    model_info: { 'general.architecture': 'simulated', 'simulated.context_length': CONTEXT },
  }),
  '/api/v1/models': (models) => ({
    models: models.map((key) => ({
      key,
      type: 'llm',
      max_context_length: CONTEXT,
      loaded_instances: [{ id: key, config: { context_length: CONTEXT } }],
      capabilities: { vision: false, trained_for_tool_use: true },
    })),
  }),
}

function openAiModel(id: string): JsonObject {
  return { id, object: 'model', created: 1_767_225_600, owned_by: 'simulator' }
}

function anthropicModel(id: string): JsonObject {
  return {
    type: 'model',
    id,
    display_name: id,
    created_at: '2026-01-01T00:00:00Z',
    max_input_tokens: CONTEXT,
    max_tokens: 8192,
    capabilities: { image_input: { supported: true }, structured_outputs: { supported: true } },
  }
}

function geminiModel(name: string): JsonObject {
  return {
    name: `models/${name}`,
    displayName: name,
    version: '1',
    inputTokenLimit: CONTEXT,
    outputTokenLimit: 8192,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    thinking: true,
  }
}
