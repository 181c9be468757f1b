// What the daemon is doing, as one `status` event: configuration, targets, models, breakers and counters. Reads only.
import { resolveModel } from '../config/model.ts'
import type { Snapshot, Target } from '../config/snapshot.ts'
import { DIALECTS } from '../dialects/index.ts'
import type { ModelStatus, StatusEvent, TargetStatus } from '../protocol/gateway-event.gen.ts'
import { emptyCounts, percentiles, type Observer } from '../telemetry/observer.ts'
import type { Admission } from './admission.ts'
import type { ServerFacts } from './contract.ts'

export interface StatusSources {
  readonly snapshot: Snapshot
  readonly last_error: string | null
  readonly admission: Admission
  readonly observer: Observer
  readonly version: string
  readonly dropped_log_lines: number
  readonly uptime_ms: number
  readonly in_flight: number
}

export function statusEvent(
  request_id: string,
  server: ServerFacts,
  sources: StatusSources,
): StatusEvent {
  const { snapshot, observer } = sources
  const targets = [...snapshot.targets.values()].map((target) => targetStatus(target, sources))
  return {
    type: 'status',
    request_id,
    protocol_version: 1,
    version: sources.version,
    pid: process.pid,
    uptime_ms: sources.uptime_ms,
    draining: server.draining,
    config: {
      source: snapshot.source,
      loaded_at: snapshot.loaded_at,
      last_error: sources.last_error,
    },
    connections: server.connections,
    in_flight: sources.in_flight,
    queued: targets.reduce((sum, { queued }) => sum + queued, 0),
    default_target: snapshot.default_target,
    targets,
    routes: [...snapshot.routes].map(([name, members]) => ({
      name,
      members: members.map(({ target, model }) => `${target}/${model}`),
    })),
    counters: {
      connections: server.connections_accepted,
      lines: server.lines,
      refused_lines: server.refused_lines,
      ...observer.totals,
      stalled_clients: server.stalled_clients,
      dropped_log_lines: sources.dropped_log_lines,
    },
  }
}

function targetStatus(target: Target, sources: StatusSources): TargetStatus {
  const seen = sources.observer.models(target.name)
  const models = new Set([
    ...target.models,
    ...(target.default_model === null ? [] : [target.default_model]),
    ...seen,
  ])
  return {
    name: target.name,
    dialect: target.dialect,
    endpoint: target.endpoint,
    default_model: target.default_model,
    any_model: target.any_model,
    credential: { source: target.credential.source, available: target.credential.available },
    ...sources.admission.load(target.name),
    models: [...models].flatMap((model) => modelStatus(target, model, sources)),
  }
}

function modelStatus(
  target: Target,
  model: string,
  { admission, observer }: StatusSources,
): ModelStatus[] {
  const found = resolveModel(target, model, DIALECTS[target.dialect].capabilities)
  if (!found) return []
  const { resolved, pricing } = found
  const counts = observer.counts(target.name, model) ?? emptyCounts(target.name, model)
  return [
    {
      model,
      family: resolved.rules.family,
      capabilities: { ...resolved.capabilities },
      context_window: resolved.context_window,
      max_output_tokens: resolved.max_output_tokens,
      priced: pricing !== null,
      breaker: { ...admission.breakerView(target.name, model) },
      last_fault: counts.last_fault,
      requests: counts.requests,
      latency: {
        first_event: percentiles(counts.first_event_ms),
        total: percentiles(counts.total_ms),
      },
      tokens: counts.tokens,
      costs: [...counts.costs].map(([currency, total]) => ({ currency, total })),
      cost_unknown: counts.cost_unknown,
      cost_unknown_reason: counts.cost_unknown_reason,
    },
  ]
}
