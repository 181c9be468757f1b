// Whom to believe: the system's certificates beside Node's own and NODE_EXTRA_CA_CERTS.

let trusted = false

/** For all connections from now on. Reading them takes a moment, so it is for when a target needs TLS; a second call does nothing. */
export function trustSystemCertificates(): void {
  if (trusted) return
  trusted = true
  // Not imported: this file is loaded also where no target needs TLS.
  const { getCACertificates, setDefaultCACertificates } = process.getBuiltinModule('node:tls')
  setDefaultCACertificates([...getCACertificates('default'), ...getCACertificates('system')])
}
