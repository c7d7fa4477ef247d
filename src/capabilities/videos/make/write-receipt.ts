import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Voice } from '../../../providers/speech/index.ts'
import type { RenderedScenes } from '../render/render-scenes.ts'
import type { Storyboard } from '../storyboard/storyboard.ts'
import { contentHash } from '../storyboard/storyboard-hash.ts'
import { targetLufs } from './encode-sound.ts'
import { bedLicence } from './music.ts'
import type { TimedScene } from './narrate-scenes.ts'
import type { VideoScript } from './script.ts'

export type WriteReceipt = {
  storyboard: Storyboard
  script: VideoScript
  scenes: readonly TimedScene[]
  voice: Voice
  /** The finished file. */
  video: string
  sound: { bed: string | undefined; measuredLufs: number; gainDb: number }
  /** What was drawn now; the other scenes were there already. */
  drawn: RenderedScenes & { scenes: number }
  engines: Record<string, string>
  notes: string[]
  wallMs: number
}

/** What made a video: its storyboard and bytes by hash, engines, sources with licences, costs and processing. */
export async function writeReceipt(input: WriteReceipt): Promise<Record<string, unknown>> {
  const { storyboard, scenes, voice, sound, drawn, engines, notes } = input
  const frames = scenes.reduce((sum, scene) => sum + scene.frames, 0)
  return {
    containsSyntheticMedia: true,
    storyboardSha256: contentHash(storyboard),
    videoSha256: await sha256(input.video),
    durationMs: (frames * 1000) / storyboard.frameRate,
    frames,
    scenes: { drawn: drawn.scenes, kept: scenes.length - drawn.scenes },
    framesEncoded: drawn.frames,
    wordTimes: scenes.find(({ timing }) => timing !== undefined)?.timing ?? null,
    loudness: { targetLufs, measuredLufs: sound.measuredLufs, gainDb: sound.gainDb },
    costMicros: 0,
    costs: [
      {
        item: 'narration',
        vendor: voice.vendor,
        characters: scenes.reduce((sum, scene) => sum + scene.billedCharacters, 0),
        costMicros: 0,
      },
    ],
    processing: {
      wallMs: Math.round(input.wallMs),
      renderCpuMs: drawn.cpuMs,
      drawMs: Math.round(drawn.drawMs),
      encodeMs: Math.round(drawn.encodeMs),
      peakRssBytes: drawn.peakRssBytes,
    },
    sources: sourcesOf(storyboard, input.script, voice, sound.bed),
    engines,
    notes,
  }
}

function sourcesOf(
  storyboard: Storyboard,
  script: VideoScript,
  voice: { id: string; label: string; licence: string },
  bed: string | undefined,
) {
  return [
    { what: 'script', from: script.origin, note: script.note },
    { what: 'voice', from: voice.id, name: voice.label, licence: voice.licence },
    ...(bed ? [{ what: 'music', from: `bed:${bed}`, licence: bedLicence }] : []),
    { what: 'typefaces', from: 'fontsource', licence: 'SIL Open Font License 1.1' },
    ...storyboard.media.map(({ id, credit, licence }) => ({
      what: 'media',
      from: id,
      credit,
      licence: licence ?? 'not stated',
    })),
  ]
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
