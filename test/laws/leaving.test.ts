// Whoever leaves, in whatever phase and way: the provider's connection is closed, one end at most is told, and nothing stays behind.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fdsOf, until } from '../e2e/daemon.ts'
import { leave, notePorts, PHASES, setStage, WAYS } from './leaving.ts'

test('a request left in any phase and any way leaves nothing behind', async () => {
  const stage = await setStage(2)
  try {
    notePorts(stage)
    const baseline = fdsOf(stage.daemon.pid)
    await Promise.all(
      stage.lanes.map(async (lane) => {
        for (const phase of PHASES)
          for (const way of WAYS)
            if (way !== 'drain')
              await leave(stage, lane, phase, way, `${phase}.${way}.${lane.number}`)
      }),
    )
    await until(async () => (await stage.daemon.status()).in_flight === stage.lanes.length)
    // What remains are connections kept for the next request, one a provider at most.
    await until(() => fdsOf(stage.daemon.pid) <= baseline + stage.lanes.length + 1)
    assert.equal(stage.daemon.child.exitCode, null)
  } finally {
    await stage.close()
  }
})
