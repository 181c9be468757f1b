// Where a client command looks for the daemon.
import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { reach } from '../../src/cli/connection.ts'
import { daemonOf } from '../client/scripted.ts'
import { directory } from './desk.ts'

async function tried(options: object, env: Record<string, string>, system: string) {
  const stderr = new PassThrough()
  const err = text(stderr)
  const io = { stdin: Readable.from([]), stdout: new PassThrough(), stderr, env }
  const found = await reach(options, io, { system })
  stderr.end()
  if (typeof found !== 'number') found.close()
  return { status: typeof found === 'number' ? found : 'connected', err: await err }
}

test('where nothing says which socket, and none is at the default place, the system’s service is asked', async (context) => {
  const { path: system } = await daemonOf(context)
  await using here = await directory()
  const env = { XDG_RUNTIME_DIR: here.path }
  assert.equal((await tried({}, env, system)).status, 'connected')
  const gone = join(here.path, 'gone.sock')
  const told = [
    [{ socket: gone }, env],
    [{}, { ...env, BELUNA_GATEWAY_SOCKET: gone }],
  ] as const
  for (const [options, each] of told)
    assert.deepEqual(await tried(options, each, system), {
      status: 69,
      err: `beluna-gateway: no daemon listens at ${gone}; start one with: beluna-gateway serve\n`,
    })
  const config = join(here.path, 'config.yaml')
  await writeFile(config, `socket_path: ${gone}\n`)
  assert.equal((await tried({ config }, env, system)).status, 69)
})

test('where the system’s service is not there either, the default place is named', async () => {
  await using here = await directory()
  const { err } = await tried({}, { XDG_RUNTIME_DIR: here.path }, join(here.path, 'none'))
  const place = join(here.path, 'beluna-gateway/gateway.sock')
  assert.ok(err.startsWith(`beluna-gateway: no daemon listens at ${place};`))
})

test('a socket that may not be used is said to be so', async (context) => {
  if (process.getuid?.() === 0) return context.skip('nothing is forbidden to root')
  const { path } = await daemonOf(context)
  await chmod(path, 0o000)
  const { status, err } = await tried({ socket: path }, {}, path)
  assert.deepEqual([status, /you may not use .*: only its owner/.test(err)], [69, true])
})
