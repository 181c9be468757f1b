// Preloaded into a daemon under test: names that end in .test are never resolved, as where a resolver does not answer.
import dns from 'node:dns'

const lookup = dns.lookup
dns.lookup = (name, ...rest) => (name.endsWith('.test') ? undefined : lookup(name, ...rest))
