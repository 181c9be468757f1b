// Whatever a provider's bytes are: one terminal event that its schema allows, and no bug.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBench } from './bench.ts'
import { answerTo, endsOnce } from './mutants.ts'
import { mulberry } from './noise.ts'

test('an answer with bytes changed anywhere ends once, in an event that its schema allows', async () => {
  const bench = await startBench()
  const random = mulberry(7)
  try {
    for (let count = 0; count < 300; count += 1) {
      const { dialect, bytes, answer } = answerTo(random)
      const broken = endsOnce(await bench.ask(dialect, answer))
      assert.equal(broken, null, bytes.toString('latin1'))
    }
  } finally {
    await bench.close()
  }
})
