import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sha256OfFile } from './checksum.ts'

test('the checksum of a file larger than a chunk is that of all its bytes, and progress ends at 100', async () => {
  const bytes = new Uint8Array(9 * 1024 * 1024 + 17).map((_, index) => index % 251)
  const percents: number[] = []
  const sha256 = await sha256OfFile(new Blob([bytes]), (percent) => percents.push(percent))
  assert.equal(sha256, createHash('sha256').update(bytes).digest('hex'))
  assert.equal(percents.length, 3)
  assert.equal(percents.at(-1), 100)
})

test('an empty file has the checksum of nothing', async () => {
  assert.equal(await sha256OfFile(new Blob([]), () => {}), createHash('sha256').digest('hex'))
})
