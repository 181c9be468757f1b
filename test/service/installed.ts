// The service's files as they would be installed here.
import { spawnSync } from 'node:child_process'
import { basename } from 'node:path'
import { planService, type ServicePlan, type Wishes } from '../../src/cli/service-plan.ts'

/** A plan for this machine as if nothing but `wishes` were special about it. */
export function planned(wishes: Partial<Wishes>): ServicePlan {
  const plan = planService({
    platform: 'linux',
    scope: 'system',
    env: { HOME: '/home/someone' },
    config: undefined,
    group: 'beluna',
    root: '',
    ...wishes,
  })
  if (!plan) throw new Error('no plan')
  return plan
}

/** The text of the installed file of this name. */
export function fileOf(plan: ServicePlan, name: string): string {
  const file = plan.files.find(({ path }) => basename(path) === name)
  if (!file) throw new Error(`no ${name}`)
  return file.text
}

/** Why a test that needs this program is skipped; false: it is there. */
export const absent = (program: string): string | false =>
  spawnSync(program, ['--version']).error ? `${program} is not installed` : false
