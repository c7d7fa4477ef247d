import type { MediaEngine } from '../../../platform/ffmpeg/engine.ts'
import { mediaErrors } from '../errors.ts'

/**
 * Writes the first sound track as engines hear it: mono, 16 kHz, 16-bit WAV, counted from the start of the recording.
 * Fails with `media.noAudio`.
 */
export async function extractSound(
  deps: { engine: MediaEngine },
  input: {
    path: string
    outPath: string
    signal?: AbortSignal
    onProgress?: (percent: number) => void
  },
): Promise<{ durationMs: number }> {
  const probe = await deps.engine.probe(input.path, { signal: input.signal })
  const durationMs = probe.declaredDurationMs ?? probe.packets.lastEndMs
  if (!probe.streams.some(({ kind }) => kind === 'audio'))
    throw mediaErrors.noAudio('The file has no sound to write down.')
  await deps.engine.run(
    {
      inputs: [{ path: input.path }],
      graphs: [
        {
          media: 'audio',
          sources: [{ label: 'sound', input: 0, stream: 'a:0' }],
          filters:
            '[sound]aresample=16000:async=1:first_pts=0,aformat=sample_fmts=s16:channel_layouts=mono[heard]',
          sinks: ['heard'],
        },
      ],
      outputs: [
        {
          kind: 'file',
          path: input.outPath,
          muxer: 'wav',
          streams: [{ kind: 'encode', from: 'heard', media: 'audio', encoder: 'pcm_s16le' }],
        },
      ],
      durationMs,
    },
    { signal: input.signal, onProgress: ({ percent }) => input.onProgress?.(percent ?? 0) },
  )
  return { durationMs }
}
