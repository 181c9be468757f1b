import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { connect, createServer as createNetServer } from 'node:net'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createServer } from '../../src/server/server.ts'
import { inheritedPlace } from '../../src/server/socket.ts'
import { cannedGateway } from './canned-gateway.ts'
import { daemon, type Running } from './process.ts'
import { keepingLogger, LIMITS, privateDirectory } from './stand.ts'

const modeOf = (path: string): string => (fs.lstatSync(path).mode & 0o7777).toString(8)

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Listens in this process; resolves with how to stop. */
async function serve(
  t: TestContext,
  path: string,
  mode = 0o600,
): Promise<{ logger: ReturnType<typeof keepingLogger>; drain: () => Promise<void> }> {
  const logger = keepingLogger()
  const server = createServer({
    gateway: cannedGateway(),
    logger,
    limits: () => LIMITS,
    allow_exit: false,
    drain_timeout_ms: () => 1_000,
    onExit: () => undefined,
  })
  t.after(() => server.drain())
  await server.listen({ kind: 'path', path, mode })
  return { logger, drain: () => server.drain() }
}

async function crashed(t: TestContext, path: string): Promise<void> {
  const victim = daemon(t, path)
  assert.equal(await victim.next(), 'ready')
  victim.child.kill('SIGKILL')
  await victim.exited
  assert.ok(fs.lstatSync(path).isSocket())
}

test('the socket has the configured mode from its first moment, whatever the umask', async (t) => {
  const directory = privateDirectory(t)
  const umask = process.umask(0)
  t.after(() => process.umask(umask))
  await serve(t, join(directory, 'a'))
  await serve(t, join(directory, 'b'), 0o660)
  const seen = ['a', 'b', 'a.lock'].map((name) => modeOf(join(directory, name)))
  assert.deepEqual(seen, ['600', '660', '600'])
  assert.equal(process.umask(), 0)
})

test('missing directories are made, all of them for the owner alone', async (t) => {
  const directory = privateDirectory(t)
  const umask = process.umask(0)
  t.after(() => process.umask(umask))
  await serve(t, join(directory, 'new/deeper', 's'))
  const seen = ['new', 'new/deeper'].map((name) => modeOf(join(directory, name)))
  assert.deepEqual(seen, ['700', '700'])
  fs.writeFileSync(join(directory, 'file'), '')
  await assert.rejects(serve(t, join(directory, 'file/deeper', 's')), {
    reason: 'bad_path',
    message: `the directory ${directory}/file/deeper cannot be used (ENOTDIR): make it, or configure another socket_path`,
  })
})

const REFUSED: Record<string, { prepare: (path: string) => void; message: RegExp }> = {
  'a regular file': {
    prepare: (path) => fs.writeFileSync(path, 'precious'),
    message: /exists and is no socket/,
  },
  'a directory': { prepare: (path) => fs.mkdirSync(path), message: /exists and is no socket/ },
  'a symlink to nothing': {
    prepare: (path) => fs.symlinkSync(`${path}.gone`, path),
    message: /exists and is no socket/,
  },
  'a lock that is a symlink': {
    prepare: (path) => fs.symlinkSync('/etc/hostname', `${path}.lock`),
    message: /is not a file of this user/,
  },
  'a directory that anyone can write to': {
    prepare: (path) => fs.chmodSync(dirname(path), 0o777),
    message: /anyone can write to/,
  },
}

for (const [what, { prepare, message }] of Object.entries(REFUSED)) {
  test(`${what} in the way is refused with one clear line and left as it is`, async (t) => {
    const path = join(privateDirectory(t), 's')
    prepare(path)
    const before = fs.readdirSync(dirname(path)).filter((name) => !name.endsWith('.lock'))
    await assert.rejects(serve(t, path), { name: 'ListenError', reason: 'bad_path', message })
    const after = fs.readdirSync(dirname(path)).filter((name) => !name.endsWith('.lock'))
    assert.deepEqual(after, before)
  })
}

test('a symlink to a live socket is not followed', async (t) => {
  const directory = privateDirectory(t)
  await serve(t, join(directory, 'real'))
  fs.symlinkSync(join(directory, 'real'), join(directory, 'link'))
  await assert.rejects(serve(t, join(directory, 'link')), { reason: 'bad_path' })
})

for (const path of [
  '\0abstract',
  '@abstract',
  `/tmp/${'x'.repeat(99)}`,
  `/tmp/${'é'.repeat(50)}`,
]) {
  test(`a path like ${JSON.stringify(path.slice(0, 10))} of ${Buffer.byteLength(path)} bytes is refused before anything is made`, async (t) => {
    await assert.rejects(serve(t, path), { reason: 'bad_path' })
  })
}

test('a path of 103 bytes is not too long', async (t) => {
  const directory = privateDirectory(t)
  const path = join(directory, 'x'.repeat(103 - Buffer.byteLength(directory) - 1))
  await serve(t, path)
  assert.equal(await answers(path), true)
})

test('a directory that the group can write to is warned of; a sticky one is not', async (t) => {
  const path = join(privateDirectory(t), 's')
  const warnings = async (mode: number): Promise<string[]> => {
    fs.chmodSync(dirname(path), mode)
    const { logger, drain } = await serve(t, path)
    await drain()
    return logger.entries.filter(({ level }) => level === 'warn').map(({ text }) => text)
  }
  assert.deepEqual(await warnings(0o770), [
    'the group can write to the directory of the socket and replace it',
  ])
  assert.deepEqual(await warnings(0o1777), [])
})

test('a directory of another user is refused', { skip: process.geteuid?.() !== 0 }, async (t) => {
  const path = join(privateDirectory(t), 's')
  fs.chownSync(dirname(path), 12_345, 12_345)
  await assert.rejects(serve(t, path), { reason: 'bad_path', message: /belongs to another user/ })
})

test('what a killed daemon left behind is no obstacle', async (t) => {
  const path = join(privateDirectory(t), 's')
  await crashed(t, path)
  await serve(t, path)
  assert.equal(await answers(path), true)
})

test('a live daemon is never displaced: not by another, nor a stranger by us', async (t) => {
  const path = join(privateDirectory(t), 's')
  const first = daemon(t, path)
  assert.equal(await first.next(), 'ready')
  const second = daemon(t, path)
  assert.match((await second.next()) ?? '', /^refused in_use another daemon holds /)
  assert.equal(await second.exited, 0)
  assert.equal(await answers(path), true)
  const strange = join(privateDirectory(t), 's')
  const stranger = createNetServer().listen(strange)
  t.after(() => stranger.close())
  await assert.rejects(serve(t, strange), { reason: 'in_use', message: /something is serving/ })
  assert.equal(await answers(strange), true)
})

test('a live stranger too busy to accept is not displaced either', async (t) => {
  const path = join(privateDirectory(t), 's')
  // Listens, and then sleeps in the kernel's hands with a full backlog.
  const busy = daemon(t, path)
  assert.equal(await busy.next(), 'ready')
  fs.rmSync(`${path}.lock`)
  busy.child.kill('SIGSTOP')
  const crowd: ReturnType<typeof connect>[] = []
  t.after(() => crowd.forEach((socket) => socket.destroy()))
  for (let full = false; !full;) {
    const socket = connect(path)
    crowd.push(socket)
    full = await new Promise((resolve) => {
      socket.once('connect', () => resolve(false))
      socket.once('error', () => resolve(true))
    })
  }
  await assert.rejects(serve(t, path), { reason: 'in_use', message: /EAGAIN/ })
  assert.ok(fs.lstatSync(path).isSocket())
})

for (const stale of [false, true]) {
  test(`of four daemons that start at once${stale ? ' over a stale socket' : ''}, exactly one serves`, async (t) => {
    const path = join(privateDirectory(t), 's')
    if (stale) await crashed(t, path)
    const four = [1, 2, 3, 4].map(() => daemon(t, path))
    const said = await Promise.all(four.map(({ next }) => next()))
    const kinds = said.map((line) => String(line).split(' ').slice(0, 2).join(' ')).toSorted()
    assert.deepEqual(kinds, ['ready', 'refused in_use', 'refused in_use', 'refused in_use'])
    assert.equal(await answers(path), true)
  })
}

test('a daemon that ends leaves a path that another has taken over alone', async (t) => {
  const path = join(privateDirectory(t), 's')
  const { drain, logger } = await serve(t, path)
  // Somebody who cleans up removes everything, and a successor starts.
  fs.rmSync(path)
  fs.rmSync(`${path}.lock`)
  await serve(t, path)
  await drain()
  assert.equal(await answers(path), true)
  assert.match(logger.entries.find(({ level }) => level === 'warn')?.text ?? '', /was replaced/)
})

test('a daemon that is told to stop ends with status 0, without its socket, and says nothing on stderr', async (t) => {
  const path = join(privateDirectory(t), 's')
  const it = daemon(t, path)
  assert.equal(await it.next(), 'ready')
  it.child.kill('SIGTERM')
  assert.equal(await it.exited, 0)
  assert.deepEqual(fs.readdirSync(dirname(path)), ['s.lock'])
  assert.equal(it.stderr(), '')
})

test('only a socket that was handed to this very process is taken, and only one', () => {
  assert.equal(inheritedPlace({}, 7), null)
  assert.equal(inheritedPlace({ LISTEN_FDS: '1', LISTEN_PID: '8' }, 7), null)
  assert.equal(inheritedPlace({ LISTEN_FDS: '1' }, 7), null)
  assert.deepEqual(inheritedPlace({ LISTEN_FDS: '1', LISTEN_PID: '7' }, 7), {
    kind: 'inherited',
    fd: 3,
  })
  for (const LISTEN_FDS of ['0', '2', '', 'x']) {
    assert.throws(() => inheritedPlace({ LISTEN_FDS, LISTEN_PID: '7' }, 7), { reason: 'bad_fd' })
  }
})

/** A daemon that is handed a listening socket of this process as fd 3. */
async function heir(t: TestContext, where: string | number): Promise<Running> {
  const owner = createNetServer()
  t.after(() => owner.close())
  const options = typeof where === 'string' ? { path: where } : { port: where, host: '127.0.0.1' }
  await new Promise<void>((resolve) => owner.listen(options, resolve))
  const handle: unknown = Reflect.get(owner, '_handle')
  const fd: unknown = typeof handle === 'object' && handle ? Reflect.get(handle, 'fd') : null
  assert.ok(typeof fd === 'number')
  return daemon(t, 'unused', { env: { LISTEN_FDS: '1', LISTEN_PID: 'self' }, fds: [fd] })
}

test('an inherited socket is served, and its path stays where it is when the daemon ends', async (t) => {
  const path = join(privateDirectory(t), 's')
  const it = await heir(t, path)
  assert.equal(await it.next(), 'ready')
  it.child.kill('SIGTERM')
  assert.equal(await it.exited, 0)
  assert.ok(fs.lstatSync(path).isSocket())
})

test('an inherited network socket, and a descriptor that is no socket, are refused', async (t) => {
  const network = await heir(t, 0)
  assert.match((await network.next()) ?? '', /^refused bad_fd fd 3 is a network socket/)
  const file = fs.openSync('/dev/null', 'r')
  t.after(() => fs.closeSync(file))
  const it = daemon(t, 'unused', { env: { LISTEN_FDS: '1', LISTEN_PID: 'self' }, fds: [file] })
  assert.match((await it.next()) ?? '', /^refused bad_fd LISTEN_FDS is set but fd 3 is not/)
})
