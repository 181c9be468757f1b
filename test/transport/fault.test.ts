// What goes wrong below HTTP, by the names that Node gives it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { transportFault } from '../../src/transport/fault.ts'

test('whatever is wrong with a certificate, it is transport/tls and will be so the next time', () => {
  for (const code of [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'CRL_HAS_EXPIRED',
    'ERROR_IN_CERT_NOT_AFTER_FIELD',
  ]) {
    const fault = transportFault(Object.assign(new Error('no'), { code }), 'https://model.test')
    assert.deepEqual([fault.kind, fault.code, fault.retryable], ['transport', 'tls', false], code)
  }
})

test('a network that goes away breaks a connection that stood; only where there was none could nothing be connected', () => {
  for (const [code, none] of [
    ['ETIMEDOUT', ['timeout', 'connect']],
    ['EHOSTUNREACH', ['transport', 'connect']],
    ['ENETUNREACH', ['transport', 'connect']],
    ['ENETDOWN', ['transport', 'connect']],
    ['EPERM', ['transport', 'connect']],
    ['EACCES', ['transport', 'connect']],
  ] as const)
    for (const [syscall, expected] of [
      ['connect', none],
      ['read', ['transport', 'reset']],
      ['write', ['transport', 'reset']],
    ] as const) {
      const error = Object.assign(new Error('no'), { code, syscall })
      const fault = transportFault(error, 'http://model.test')
      assert.deepEqual([fault.kind, fault.code], expected, `${syscall} ${code}`)
    }
})

test('where TLS fails before any certificate is looked at, nobody is sent to look at one', () => {
  const told = ['ERR_SSL_WRONG_VERSION_NUMBER', 'CERT_HAS_EXPIRED'].map((code) => {
    const fault = transportFault(Object.assign(new Error('no'), { code }), 'https://model.test')
    return [fault.code, fault.retryable, fault.message.includes('certificate')]
  })
  assert.deepEqual(told, [
    ['tls', false, false],
    ['tls', false, true],
  ])
})
