import { mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { runMediaChild } from '../../platform/ffmpeg/child.ts'
import type { ObjectStorage } from '../../providers/storage/index.ts'
import { assertRange } from './clip.ts'
import { assertAddress } from './clip-source.ts'
import type { CutMode } from './cutter/cut-plan.ts'
import type { Receipt } from './cutter/receipt.ts'
import type { PlaylistJob, PlaylistResult } from './hls/cut-playlist.ts'
import type { PlaceJob } from './hls/place.ts'
import { assertReframe, type Reframe } from './reframe/reframe.ts'
import { serveReads } from './hls/serve-reads.ts'
import type { StitchReceipt } from './stitch/stitch-job.ts'

const entry = new URL('./hls/child.ts', import.meta.url)

export type CutPlaylistClip = {
  /** Where the playlist is; it may name nothing beyond what `HlsPlace.locate` allows. */
  place: PlaceJob
  /** Where stored playlists are; needed for those. */
  storage?: ObjectStorage
  /** Which variant: "best" (default), "smallest" or a height such as "720". */
  variant?: string
  /** Half-open, in milliseconds of the programme. */
  startMs: number
  endMs: number
  /** An MP4 file; replaced if it exists, but only by a finished clip. */
  outPath: string
  mode?: CutMode
  encodeAudio?: boolean
  /** As in `CutClip`. */
  reframe?: Reframe
  signal?: AbortSignal
  onProgress?: (percent: number) => void
  /** See `runMediaChild`. */
  stallMs?: number
  nice?: number
}

/** Whether a file is a playlist, by its name. */
export function isPlaylistPath(path: string): boolean {
  return ['.m3u8', '.m3u'].includes(extname(path).toLowerCase())
}

/**
 * Cuts a clip out of an HLS programme, in a process of its own. Only the segments that cover the range are read; the
 * receipt counts their bytes. A range across discontinuities has `parts` in its receipt.
 *
 * Fails as `cutClip` does, and with the rows of `clips` about playlists and segments.
 */
export async function cutPlaylistClip(input: CutPlaylistClip): Promise<Receipt | StitchReceipt> {
  assertRange(input)
  const { place, startMs, endMs, outPath, encodeAudio, signal } = input
  if (place.kind === 'url') assertAddress(place)
  const { variant = 'best', mode = 'exact', reframe } = input
  if (reframe) assertReframe({ mode, reframe })
  const workDir = await mkdtemp(join(dirname(outPath), `.${basename(outPath)}-`))
  try {
    const partial = join(workDir, 'clip.mp4')
    const { result, cpuMs } = await runMediaChild<PlaylistJob, PlaylistResult>({
      entry,
      job: { place, variant, outPath: partial, workDir, startMs, endMs, mode, encodeAudio, reframe },
      signal,
      onAsk:
        place.kind === 'folder' ? undefined : serveReads({ place, storage: input.storage, workDir, signal }),
      stallMs: input.stallMs,
      nice: input.nice,
      onProgress: ({ percent }) => {
        if (percent !== undefined) input.onProgress?.(percent)
      },
    })
    await rename(partial, outPath)
    return { ...result, out: outPath, cpuMs }
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}
