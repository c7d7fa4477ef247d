import { open } from 'node:fs/promises'
import { AppError } from '../../kernel/errors.ts'
import type { MediaEngine } from '../../platform/ffmpeg/engine.ts'
import { readContainerClaims } from './container-claims.ts'
import { mediaErrors } from './errors.ts'
import { looksLikePlaylist, startsLikeMedia } from './file-start.ts'
import type { Probe } from './probe.ts'
import { readProbe } from './read-probe.ts'

/** What every use case here needs: the engine that does the work. */
export type MediaDeps = { engine: MediaEngine }

/**
 * Says what is inside a file. Refuses what cannot be opened at all: `media.emptyFile`, `media.playlistRefused`,
 * `media.truncated` (a recording without its index), `media.notMedia`. Whether it is fit for use is
 * `checkRecording`'s question. Reads only this one file, whatever the file refers to.
 */
export async function probeMedia(
  deps: MediaDeps,
  input: { path: string; signal?: AbortSignal },
): Promise<Probe> {
  const { start, sizeBytes } = await readStart(input.path)
  if (sizeBytes === 0) throw mediaErrors.emptyFile('The file is empty (0 bytes).')
  if (looksLikePlaylist(start)) throw mediaErrors.playlistRefused('The file is a playlist, not a recording.')
  try {
    const raw = await deps.engine.probe(input.path, { signal: input.signal })
    return readProbe(raw, await readContainerClaims(input.path))
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'ffmpeg.unreadable') throw cause
    if (startsLikeMedia(start)) {
      throw mediaErrors.truncated('The recording is cut off: its index or its first pictures are missing.', {
        cause,
      })
    }
    throw mediaErrors.notMedia('The file is not a recording of any known kind.', { cause })
  }
}

async function readStart(path: string): Promise<{ start: Buffer; sizeBytes: number }> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const start = Buffer.alloc(Math.min(size, 4096))
    await file.read(start, 0, start.length, 0)
    return { start, sizeBytes: size }
  } finally {
    await file.close()
  }
}
