import { stat } from 'node:fs/promises'
import type { MediaPlan } from '../../platform/ffmpeg/plan.ts'
import { jpegStream } from './analysis-plan.ts'
import { mediaErrors } from './errors.ts'
import { fitWidth, scaleFilter, toneMapFilters, uprightFilters } from './picture.ts'
import type { Probe } from './probe.ts'
import { type MediaDeps, probeMedia } from './probe-media.ts'

export type ExtractThumbnail = {
  path: string
  /** The first picture at or after this time is taken. */
  atMs: number
  outPath: string
  /** At most so wide; never enlarged. Default 640. */
  width?: number
  /** When the caller has probed the file already. */
  probe?: Probe
  signal?: AbortSignal
}

/** Writes one picture of a recording as a JPEG, upright and in standard range. Fails with `media.timeOutside`. */
export async function extractThumbnail(
  deps: MediaDeps,
  input: ExtractThumbnail,
): Promise<{ width: number; height: number }> {
  const probe = input.probe ?? (await probeMedia(deps, input))
  if (!probe.hasVideo) throw mediaErrors.noVideo('The file has no video track, so it has no picture.')
  if (!(input.atMs >= 0 && input.atMs < Math.max(1, probe.durationMs))) {
    throw mediaErrors.timeOutside(`There is no picture at ${input.atMs} ms of ${probe.durationMs} ms.`)
  }
  const size = fitWidth(probe, input.width ?? 640)
  // Half a frame early, so that rounding never skips the frame that begins at this very time.
  const { num, den } = probe.video[0]!.frameRate
  const lastFrameMs = Math.max(0, probe.durationMs - (1000 * den) / num)
  const seekMs = Math.max(0, Math.min(input.atMs, lastFrameMs) - (500 * den) / num)
  await deps.engine.run(thumbnailPlan(probe, { ...input, seekMs, size }), { signal: input.signal })
  if ((await stat(input.outPath)).size === 0) {
    throw mediaErrors.timeOutside(`There is no picture at ${input.atMs} ms.`)
  }
  return size
}

type ThumbnailInput = {
  path: string
  seekMs: number
  outPath: string
  size: { width: number; height: number }
}

export function thumbnailPlan(probe: Probe, input: ThumbnailInput): MediaPlan {
  const video = probe.video[0]!
  const isTurned = video.rotation === 90 || video.rotation === 270
  const coded = isTurned ? { width: input.size.height, height: input.size.width } : input.size
  const filters = [
    scaleFilter(coded),
    ...toneMapFilters(video),
    ...uprightFilters(video.rotation),
    'format=yuvj420p',
  ]
  return {
    inputs: [{ path: input.path, seekMs: input.seekMs }],
    graphs: [
      {
        media: 'video',
        sources: [{ label: 'picture', input: 0, stream: 'v:0' }],
        filters: `[picture]${filters.join(',')}[thumbnail]`,
        sinks: ['thumbnail'],
      },
    ],
    outputs: [
      {
        kind: 'file',
        path: input.outPath,
        muxer: 'image2',
        muxerOptions: { update: '1' },
        streams: [{ ...jpegStream(3), from: 'thumbnail' }],
      },
    ],
  }
}
