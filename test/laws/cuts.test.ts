// Whatever the provider's connection does: one terminal event, nothing invented, nothing completed without its marker.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startBench } from './bench.ts'
import { cutEverywhere } from './cuts.ts'
import { DIALECT_IDS, streamsOf } from './streams.ts'

const bench = await startBench()
after(() => bench.close())

for (const dialect of DIALECT_IDS)
  test(`${dialect}: an answer cut anywhere ends once, tells a prefix, and completes only after its marker`, async () => {
    for (const stream of streamsOf(dialect, 0.5)) {
      // What these hold the others hold as well; the long form cuts all of them.
      if (stream.name === 'tools' || stream.name === 'long') continue
      const { violations } = await cutEverywhere(bench, stream, 7, true)
      assert.deepEqual(violations, [])
    }
  })
