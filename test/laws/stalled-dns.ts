// Preloaded into a daemon under test: names that end in .test are never resolved, as where a resolver does not answer.
import dns from 'node:dns'

const lookup = dns.lookup
Object.assign(dns, {
  lookup: (name: string, ...rest: unknown[]): void => {
    if (!name.endsWith('.test')) Reflect.apply(lookup, dns, [name, ...rest])
  },
})
