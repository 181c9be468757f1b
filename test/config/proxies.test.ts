// The proxies that the environment names.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../../src/config/problem.ts'
import { proxiesOf } from '../../src/config/proxies.ts'

const of = (env: Record<string, string>): unknown[] => {
  const { http_proxy, https_proxy, no_proxy } = proxiesOf(env)
  return [http_proxy, https_proxy, no_proxy]
}

test('a proxy is a URL, or a host and a port; the lower case wins, and nothing is none', () => {
  assert.deepEqual(of({}), [undefined, undefined, undefined])
  assert.deepEqual(of({ HTTP_PROXY: '', https_proxy: ' ', NO_PROXY: 'a,b' }), [
    undefined,
    undefined,
    'a,b',
  ])
  assert.deepEqual(
    of({
      HTTPS_PROXY: 'proxy.test:3128',
      HTTP_PROXY: '10.0.0.1:3128',
      http_proxy: 'http://b.test',
    }),
    ['http://b.test/', 'http://proxy.test:3128/', undefined],
  )
})

test('what nothing could be sent through is refused by its name, and not repeated', () => {
  for (const text of ['::::', 'ftp://p.test:1', 'https://', 'http://us%er:s%zz@p.test', 'p q'])
    assert.throws(
      () => proxiesOf({ HTTPS_PROXY: text }),
      (error) =>
        error instanceof ConfigError &&
        error.message.startsWith('HTTPS_PROXY: must be the URL of a proxy') &&
        !error.message.includes(text),
      text,
    )
})
