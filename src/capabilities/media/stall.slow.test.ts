import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeMedia } from '../../../test/fixtures/media/make-media.ts'
import { AppError } from '../../kernel/errors.ts'
import { createLibraryEngine } from '../../platform/ffmpeg/engine.ts'
import { packageMedia } from './package-media.ts'

test('a stalled engine fails in a way that a caller may retry, and the second try works', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'creatorops-stall-'))
  try {
    const path = await makeMedia({ path: join(dir, 'source.mp4') })
    // So little patience that starting the process already counts as a stall.
    const impatient = createLibraryEngine({ stallMs: 5 })
    const failure = await packageMedia({ engine: impatient }, { path, outDir: join(dir, 'hls') }).catch(
      (error: unknown) => error,
    )
    assert.ok(failure instanceof AppError)
    assert.equal(failure.code, 'ffmpeg.stalled')
    assert.equal(failure.row.retry, 'backoff')
    const made = await packageMedia({ engine: createLibraryEngine() }, { path, outDir: join(dir, 'hls') })
    assert.equal(made.renditions[0]!.frames, 60)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
