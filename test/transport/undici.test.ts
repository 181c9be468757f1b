// The parts of undici are taken from its files, not from the package: they have to be what the package means by their names.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as whole from 'undici'
import { agent, connector } from '../../src/transport/undici.ts'

test('the parts of undici are the ones of its public names', () => {
  assert.equal(agent(), whole.Agent)
  assert.equal(connector(), whole.buildConnector)
})
