import { join, resolve } from 'node:path'
import { createLibraryEngine } from '../../src/platform/ffmpeg/engine.ts'

const sample = resolve(import.meta.dirname, '../../examples/sample/how-bees-decide.mp4')

/**
 * The sample recording, 36 s of it at 320 × 180: everything the main job does, in a few seconds of work. `mark`
 * (0 to 255) colours a corner of the picture, so that everything made from it is another content too.
 */
export async function smallRecording(dir: string, mark = 0): Promise<string> {
  const path = join(dir, `small-recording-${mark}.mp4`)
  const colour = `0x${(mark * 0x010305).toString(16).padStart(6, '0').slice(-6)}`
  await createLibraryEngine().run({
    inputs: [{ path: sample }],
    graphs: [
      {
        media: 'video',
        sources: [{ label: 'in', input: 0, stream: 'v:0' }],
        filters: `[in]trim=end=36,scale=320:180,drawbox=w=16:h=16:color=${colour}:t=fill[v]`,
        sinks: ['v'],
      },
      {
        media: 'audio',
        sources: [{ label: 'in', input: 0, stream: 'a:0' }],
        filters: '[in]atrim=end=36[a]',
        sinks: ['a'],
      },
    ],
    outputs: [
      {
        kind: 'file',
        path,
        muxer: 'mp4',
        muxerOptions: { movflags: '+faststart' },
        streams: [
          {
            kind: 'encode',
            from: 'v',
            media: 'video',
            encoder: 'libx264',
            options: { preset: 'veryfast', g: '50' },
          },
          { kind: 'encode', from: 'a', media: 'audio', encoder: 'aac', options: { b: '64k' } },
        ],
      },
    ],
  })
  return path
}
