// What the schema cannot say: names that must exist, fields that must agree, places that must be safe. Looks at parts where the schema
// found nothing, so that all mistakes are told at once.
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { endpointMistake, endpointOf, headerMistake, isHeaderValue } from './endpoint.ts'
import { FAMILIES, familyNamed } from './families.ts'
import type { ModelConfig, PricingConfig } from './config.gen.ts'
import { defaultSocketPath, socketPathMistake, type Env } from './paths.ts'
import { quoted, suggestion, type Finding } from './problem.ts'
import type { FilledConfig, TargetSettings } from './validate.ts'

type Sound = (...path: string[]) => boolean

/** Findings beyond the schema's. `sound` says whether the schema found nothing at, above or below a path. */
export function* check(
  config: FilledConfig,
  file: string,
  env: Env,
  sound: Sound,
): Generator<Finding> {
  for (const [name, target] of Object.entries(config.targets))
    yield* under(
      ['targets', name],
      targetFindings(target, file, (...fields) =>
        fields.every((field) => sound('targets', name, field)),
      ),
    )
  if (sound('routes')) yield* routeFindings(config, sound)
  if (sound('default_target')) yield* defaultFindings(config)
  if (sound('limits')) yield* limitFindings(config)
  if (sound('reliability')) yield* under(['reliability'], backoffFindings(config.reliability))
  if (sound('telemetry')) yield* telemetryFindings(config, file)
  if (sound('telemetry') && sound('socket_path')) yield* sameSocketFindings(config, file, env)
  if (sound('socket_path')) yield* socketFindings(config.socket_path, ['socket_path'], file, env)
}

function* under(path: readonly string[], findings: Iterable<Finding>): Generator<Finding> {
  for (const finding of findings) yield { ...finding, path: [...path, ...finding.path] }
}

/** `ok` says whether the schema found nothing at any of these fields. */
function* targetFindings(target: TargetSettings, file: string, ok: Sound): Generator<Finding> {
  if (ok('dialect', 'endpoint', 'allow_insecure_http')) yield* endpointFindings(target)
  if (ok('dialect', 'quirks') && target.quirks !== undefined && target.dialect !== 'openai_chat')
    yield { path: ['quirks'], message: 'quirks are for openai_chat targets', at_name: true }
  if (ok('dialect', 'default_model', 'models', 'any_model')) yield* modelFindings(target)
  if (ok('headers')) yield* headerFindings(target)
  if (ok('pricing') && target.pricing) yield* tierFindings(target.pricing)
  if (ok('reliability') && target.reliability)
    yield* under(['reliability'], backoffFindings(target.reliability))
  if (ok('credential')) yield* credentialFindings(target, file)
}

function* headerFindings({ headers }: TargetSettings): Generator<Finding> {
  const seen = new Set<string>()
  for (const [name, value] of Object.entries(headers)) {
    const twice = seen.has(name.toLowerCase()) ? 'stands there twice' : null
    const message = twice ?? headerMistake(name, value)
    if (message) yield { path: ['headers', name], message, at_name: true }
    seen.add(name.toLowerCase())
  }
}

function* credentialFindings({ credential }: TargetSettings, file: string): Generator<Finding> {
  if (typeof credential === 'string' || !('value' in credential)) return
  if (isReadableByOthers(file)) {
    const message = 'others can read this file: chmod 600 it, or use "env", "file" or "command"'
    yield { path: ['credential', 'value'], message }
  }
  if (!isHeaderValue(credential.value)) {
    const message = 'is not one line of printable ASCII'
    yield { path: ['credential', 'value'], message }
  }
}

function* endpointFindings({
  dialect,
  endpoint,
  allow_insecure_http,
}: TargetSettings): Generator<Finding> {
  if (endpoint !== undefined) {
    const mistake = endpointMistake(endpoint, allow_insecure_http)
    if (mistake) yield { path: ['endpoint'], message: mistake }
  } else if (endpointOf(dialect, undefined) === null) {
    const message = `missing field "endpoint": ${dialect} has no vendor of its own`
    yield { path: ['endpoint'], message, at_name: true }
  }
}

function* modelFindings(target: TargetSettings): Generator<Finding> {
  const { any_model, default_model, models } = target
  const names = Object.keys(models)
  if (names.length === 0 && default_model === undefined && !any_model)
    yield {
      path: [],
      message: 'serves no model: add "default_model", "models" or "any_model": true',
    }
  if (default_model !== undefined && !servesModel(target, default_model)) {
    const hint = suggestion(default_model, names)
    const message = `${quoted(default_model)} is not among the models${hint}; add it there, or set "any_model": true`
    yield { path: ['default_model'], message }
  }
  for (const [name, model] of Object.entries(models))
    yield* under(['models', name], oneModel(target, model))
}

function* oneModel(
  { dialect }: TargetSettings,
  { family, pricing }: ModelConfig,
): Generator<Finding> {
  if (family !== undefined && !familyNamed(dialect, family)) {
    const known = FAMILIES.filter((row) => row.dialect === dialect).map(({ prefix }) => prefix)
    const message = `no built-in family ${quoted(family)} for ${dialect}${suggestion(family, known)}; there are ${known.join(', ')}`
    yield { path: ['family'], message }
  }
  if (pricing) yield* tierFindings(pricing)
}

/** Without a list of models, the default model is the list. */
function servesModel({ any_model, default_model, models }: TargetSettings, model: string): boolean {
  if (any_model || Object.hasOwn(models, model)) return true
  return model === default_model && Object.keys(models).length === 0
}

function* tierFindings({ tiers = [] }: PricingConfig): Generator<Finding> {
  for (const [index, { above_input_tokens: above }] of tiers.entries())
    if (index > 0 && above <= (tiers[index - 1]?.above_input_tokens ?? 0))
      yield {
        path: ['pricing', 'tiers', String(index), 'above_input_tokens'],
        message: 'must be more than in the tier before',
      }
}

function* backoffFindings(times: {
  readonly backoff_base_ms?: number
  readonly backoff_max_ms?: number
}): Generator<Finding> {
  const { backoff_base_ms: base, backoff_max_ms: max } = times
  if (base !== undefined && max !== undefined && base > max)
    yield { path: ['backoff_base_ms'], message: 'must be at most backoff_max_ms' }
}

function* routeFindings(config: FilledConfig, sound: Sound): Generator<Finding> {
  for (const [name, members] of Object.entries(config.routes)) {
    if (Object.hasOwn(config.targets, name)) {
      const message = 'there is a target of this name; targets and routes share one space of names'
      yield { path: ['routes', name], message, at_name: true }
    }
    const seen = new Set<string>()
    for (const [index, member] of members.entries()) {
      const message = seen.has(member)
        ? 'stands in this route already'
        : memberMistake(config, member, sound)
      seen.add(member)
      if (message !== null) yield { path: ['routes', name, String(index)], message }
    }
  }
}

/** `target` or `target/model`, split at the first slash: models may hold slashes. */
export function splitMember(member: string): { target: string; model: string | null } {
  const slash = member.indexOf('/')
  if (slash < 0) return { target: member, model: null }
  return { target: member.slice(0, slash), model: member.slice(slash + 1) }
}

function memberMistake(config: FilledConfig, member: string, sound: Sound): string | null {
  const { target: name, model } = splitMember(member)
  if (!Object.hasOwn(config.targets, name)) {
    if (Object.hasOwn(config.routes, name)) return `${quoted(name)} is a route; routes do not nest`
    return `there is no target ${quoted(name)}${suggestion(name, Object.keys(config.targets))}`
  }
  const target = config.targets[name]
  if (!target || !sound('targets', name)) return null
  if (model === null)
    return target.default_model === undefined
      ? `target ${quoted(name)} has no default_model; write "${name}/<model>"`
      : null
  if (servesModel(target, model)) return null
  const known = [...Object.keys(target.models), target.default_model ?? ''].filter(Boolean)
  return `target ${quoted(name)} has no model ${quoted(model)}${suggestion(model, known)}`
}

function* defaultFindings({
  default_target: name,
  targets,
  routes,
}: FilledConfig): Generator<Finding> {
  if (name === undefined || Object.hasOwn(targets, name) || Object.hasOwn(routes, name)) return
  const known = [...Object.keys(targets), ...Object.keys(routes)]
  const message = `there is no target or route ${quoted(name)}${suggestion(name, known)}`
  yield { path: ['default_target'], message }
}

function* limitFindings({ limits }: FilledConfig): Generator<Finding> {
  if (limits.max_message_bytes >= limits.max_line_bytes)
    yield {
      path: ['limits', 'max_message_bytes'],
      message: 'must be less than max_line_bytes, so that every answer can be sent back',
    }
}

function* telemetryFindings(
  { telemetry: { metrics, otlp } }: FilledConfig,
  file: string,
): Generator<Finding> {
  const mistake = otlp && endpointMistake(otlp.endpoint, true)
  if (mistake) yield { path: ['telemetry', 'otlp', 'endpoint'], message: mistake }
  if (metrics && 'socket_path' in metrics)
    yield* socketFindings(metrics.socket_path, ['telemetry', 'metrics', 'socket_path'], file, {})
}

function* sameSocketFindings(
  { socket_path, telemetry: { metrics } }: FilledConfig,
  file: string,
  env: Env,
): Generator<Finding> {
  if (!metrics || !('socket_path' in metrics)) return
  if (placeOf(metrics.socket_path, file, env) === placeOf(socket_path, file, env)) {
    const message = 'is the socket of the daemon itself: choose another'
    yield { path: ['telemetry', 'metrics', 'socket_path'], message }
  }
}

const placeOf = (path: string | undefined, file: string, env: Env): string =>
  path === undefined ? defaultSocketPath(env) : resolve(dirname(file), path)

function* socketFindings(
  path: string | undefined,
  field: readonly string[],
  file: string,
  env: Env,
): Generator<Finding> {
  const abstract = path !== undefined && /^[@\0]/.test(path)
  const message = socketPathMistake(abstract ? path : placeOf(path, file, env))
  if (message) yield { path: field, message }
}

/** Another than the owner may read it. */
export function isReadableByOthers(file: string): boolean {
  return ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o044) !== 0
}
