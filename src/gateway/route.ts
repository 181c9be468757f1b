// Which targets a request may go to, in order. Deterministic: what the request and the configuration say, nothing else.
import type { Snapshot, Target } from '../config/snapshot.ts'
import { invalid, notFound } from '../protocol/fault.ts'

/** A target and one of its models. */
export interface Member {
  readonly target: Target
  readonly model: string
}

export interface Plan {
  readonly members: readonly [Member, ...Member[]]
  /** The request named a route: limits are clamped, and faults may move it on. */
  readonly is_route: boolean
}

const NO_TARGET = 'the request names no target and the configuration has no default_target'

/** Throws `not_found` (`unknown_target`, `unknown_model`) or `invalid_request` (`model_with_route`). */
export function plan(
  snapshot: Snapshot,
  named: string | undefined,
  model: string | undefined,
): Plan {
  const name = named ?? snapshot.default_target
  if (name === null) throw notFound('unknown_target', NO_TARGET, '/target')
  const route = snapshot.routes.get(name)
  if (route) {
    if (model !== undefined)
      throw invalid(
        'model_with_route',
        `"${name}" is a route: its members name their models`,
        '/model',
      )
    const [first, ...rest] = route.flatMap((member) => {
      const target = snapshot.targets.get(member.target)
      return target ? [{ target, model: member.model }] : []
    })
    if (first) return { members: [first, ...rest], is_route: true }
  }
  return { members: [memberOf(snapshot, name, model)], is_route: false }
}

/** The one target (no route) of that name, with one of its models. */
export function memberOf(snapshot: Snapshot, name: string, model: string | undefined): Member {
  const target = snapshot.targets.get(name)
  if (!target) {
    const known = [...snapshot.targets.keys(), ...snapshot.routes.keys()]
    const text = `no target or route "${name}"; there are: ${list(known)}`
    throw notFound('unknown_target', text, '/target')
  }
  const chosen = model ?? target.default_model
  if (chosen === null)
    throw notFound('unknown_model', `target "${name}" has no default_model: name a model`, '/model')
  if (!target.any_model && chosen !== target.default_model && !target.models.includes(chosen)) {
    const text = `target "${name}" has no model "${chosen}"; it has: ${list(target.models)}`
    throw notFound('unknown_model', text, '/model')
  }
  return { target, model: chosen }
}

const MOST_LISTED = 12

function list(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  return names.length > MOST_LISTED
    ? `${names.slice(0, MOST_LISTED).join(', ')}, …`
    : names.join(', ')
}
