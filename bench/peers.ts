// What users would run instead, as subjects for those who ask for them: installed on demand into a temporary directory, never a dependency.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PeerName } from './scenarios.ts'
import { reachable, subjectOf, type Subject, type Upstream } from './subject.ts'

const PACKAGES = [
  '@portkey-ai/gateway@1.15.2',
  'ai',
  '@ai-sdk/openai-compatible',
  'openai',
  '@anthropic-ai/sdk',
  '@google/genai',
]
/** Portkey's own ranges let later ones in, with which it answers every streamed request with HTTP 500. */
const OVERRIDES = { '@hono/node-server': '1.13.7', hono: '4.6.10' }
const HOME = join(tmpdir(), 'beluna-gateway-bench-peers')
const PROBE = join(import.meta.dirname, 'probe.ts')
const PORTKEY_PORT = 18_787

/** Starts a peer; the first one waits for the installation of all. */
export async function startPeer(name: PeerName, upstream: Upstream): Promise<Subject> {
  install()
  return name === 'portkey' ? await startPortkey(upstream) : await startSdk(name, upstream)
}

function install(): void {
  if (existsSync(join(HOME, 'installed'))) return
  mkdirSync(HOME, { recursive: true })
  const manifest = { private: true, type: 'module', overrides: OVERRIDES }
  writeFileSync(join(HOME, 'package.json'), JSON.stringify(manifest))
  const args = ['install', '--prefix', HOME, '--no-audit', '--no-fund', ...PACKAGES]
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('the peers could not be installed')
  writeFileSync(join(HOME, 'installed'), '')
}

/** An SDK has no process of its own: one is made in which it reads the streams and nothing is done with them. */
async function startSdk(name: PeerName, upstream: Upstream): Promise<Subject> {
  // Packages are looked for from where the script is.
  const script = join(HOME, 'sdk.ts')
  cpSync(join(import.meta.dirname, 'peer-sdk.ts'), script)
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  const socket = join(directory, 's.sock')
  const child = spawn(process.execPath, ['--import', PROBE, script, name, socket, upstream.url], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await reachable(socket, child)
  const tidy = (): void => rmSync(directory, { recursive: true, force: true })
  return subjectOf(name, child, { kind: 'lines', socket }, tidy)
}

async function startPortkey(upstream: Upstream): Promise<Subject> {
  const script = join(HOME, 'node_modules/@portkey-ai/gateway/build/start-server.js')
  const child = spawn(
    process.execPath,
    ['--import', PROBE, script, `--port=${PORTKEY_PORT}`, '--headless'],
    {
      env: { ...process.env, NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  )
  while (!(await listens(PORTKEY_PORT))) {
    if (child.exitCode !== null) throw new Error('Portkey ended at its start')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const headers = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream.url}/v1`,
    authorization: 'Bearer none',
  }
  const door = { kind: 'http', port: PORTKEY_PORT, headers } as const
  return subjectOf('portkey', child, door, () => undefined)
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
