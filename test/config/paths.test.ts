import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { clientSocketPath, defaultSocketPath, findConfig } from '../../src/config/paths.ts'
import { directory } from './fixture.ts'

test('the socket is in the runtime directory, for root in /run, else in the state directory of the user', () => {
  const env = { HOME: '/home/me' }
  assert.equal(
    defaultSocketPath({ ...env, XDG_RUNTIME_DIR: '/run/user/7' }, 0),
    '/run/user/7/beluna-gateway/gateway.sock',
  )
  assert.equal(defaultSocketPath(env, 0), '/run/beluna-gateway/gateway.sock')
  assert.equal(defaultSocketPath(env, 7), '/home/me/.local/state/beluna-gateway/gateway.sock')
  assert.equal(
    defaultSocketPath({ ...env, XDG_RUNTIME_DIR: 'relative' }, 7),
    '/home/me/.local/state/beluna-gateway/gateway.sock',
  )
})

test('the configuration is the named one, else the variable, else the user, else the working directory', (t) => {
  const [home, cwd] = [directory(t), directory(t)]
  const base = join(home, '.config/beluna-gateway')
  const env = { HOME: home }
  assert.equal(findConfig(undefined, env, cwd), null)
  writeFileSync(join(cwd, 'config.json'), '{}')
  assert.equal(findConfig(undefined, env, cwd), join(cwd, 'config.json'))
  mkdirSync(base, { recursive: true })
  writeFileSync(join(base, 'config.yml'), '{}')
  assert.equal(findConfig(undefined, env, cwd), join(base, 'config.yml'))
  assert.equal(
    findConfig(undefined, { ...env, XDG_CONFIG_HOME: '/nowhere' }, cwd),
    join(cwd, 'config.json'),
  )
  const told = { ...env, BELUNA_GATEWAY_CONFIG: 'told.yaml' }
  assert.equal(findConfig(undefined, told, cwd), join(cwd, 'told.yaml'))
  assert.equal(findConfig('named.yaml', told, cwd), join(cwd, 'named.yaml'))
})

test('two configurations at one place are an error that names both', (t) => {
  const cwd = directory(t)
  writeFileSync(join(cwd, 'config.yaml'), '{}')
  writeFileSync(join(cwd, 'config.json'), '{}')
  assert.throws(() => findConfig(undefined, { HOME: '/nowhere' }, cwd), {
    name: 'ConfigError',
    message: `${cwd}/config.json: there is ${cwd}/config.yaml as well: keep one of them`,
  })
})

test('a client takes the flag, else the variable, else the configuration, else the default', (t) => {
  const cwd = directory(t)
  const env = { HOME: '/home/me', XDG_RUNTIME_DIR: '/run/user/7' }
  assert.equal(clientSocketPath({}, env, cwd), '/run/user/7/beluna-gateway/gateway.sock')
  writeFileSync(join(cwd, 'config.yaml'), 'targets: nonsense\n')
  assert.equal(clientSocketPath({}, env, cwd), '/run/user/7/beluna-gateway/gateway.sock')
  writeFileSync(join(cwd, 'config.yaml'), 'socket_path: run/x.sock\ntargets: nonsense\n')
  assert.equal(clientSocketPath({}, env, cwd), join(cwd, 'run/x.sock'))
  const told = { ...env, BELUNA_GATEWAY_SOCKET: 'told.sock' }
  assert.equal(clientSocketPath({}, told, cwd), join(cwd, 'told.sock'))
  assert.equal(clientSocketPath({ socket: 'named.sock' }, told, cwd), join(cwd, 'named.sock'))
})
