import { join } from 'node:path'
import type { MediaEngine } from '../../../platform/ffmpeg/engine.ts'
import type { Storyboard } from '../storyboard/storyboard.ts'
import { encodeSound } from './encode-sound.ts'
import { mixSound, soundRateHz } from './mix-sound.ts'
import { bedFor, type BedName, bedNames, playBed } from './music.ts'
import type { TimedScene } from './narrate-scenes.ts'

/** Mixes the narration of all scenes with the music, and encodes it at −14 LUFS. The result is an MP4 file with sound alone. */
export async function makeSound(
  engine: MediaEngine,
  input: {
    storyboard: Storyboard
    scenes: TimedScene[]
    durationMs: number
    workDir: string
    signal?: AbortSignal
  },
) {
  const { storyboard, scenes, workDir, signal } = input
  const bed = bedOf(storyboard)
  const mixPath = join(workDir, 'mix.wav')
  await mixSound({
    outPath: mixPath,
    durationMs: input.durationMs,
    voices: scenes.flatMap(({ voice, startFrame }) =>
      voice
        ? [{ path: voice.path, startMs: (startFrame * 1000) / storyboard.frameRate + voice.delayMs }]
        : [],
    ),
    bed: bed && playBed(bed, soundRateHz),
    levelDb: storyboard.music.levelDb,
    signal,
  })
  const path = join(workDir, 'sound.mp4')
  return { path, bed, ...(await encodeSound(engine, { mixPath, outPath: path, signal })) }
}

function bedOf(storyboard: Storyboard): BedName | undefined {
  const { bed } = storyboard.music
  if (bed === 'none') return undefined
  return bedNames.find((name) => name === bed) ?? bedFor(storyboard.theme)
}
