// Where recordings cannot be written, the daemon does not start as if they were.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createHttpClient } from '../../src/transport/http.ts'
import { recordingClient } from '../../src/transport/recorder.ts'

test('a directory that cannot be made is told with what to do', () => {
  const directory = join(fileURLToPath(import.meta.url), 'below-a-file')
  const parts = { directory, redact: (text: string) => text, problem: () => undefined }
  const expected =
    /^Error: nothing can be recorded, choose another directory: ENOTDIR.*below-a-file/
  assert.throws(() => recordingClient(createHttpClient({}), parts), expected)
})
