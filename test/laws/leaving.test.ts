// Whoever leaves, in whatever phase and way: the provider's connection is closed, one end at most is told, and nothing stays behind.
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { fdsOf, until } from '../e2e/daemon.ts'
import { absent } from '../service/installed.ts'
import { leave, notePorts, PHASES, setStage, WAYS } from './leaving.ts'

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
const isIpv6There = addresses.some(({ address }) => address === '::1')
const skip = absent('nc') || (isIpv6There ? false : 'there is no IPv6 on loopback')

test('a request left in any phase and any way leaves nothing behind', { skip }, async () => {
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
