import { join } from 'node:path'
import {
  narrate,
  type Narration,
  planSpeech,
  readScript,
  type Speech,
  type SpeechCache,
  type Speeches,
  type Voice,
} from '../../../providers/speech/index.ts'
import { enterMs } from '../scenes/transitions.ts'
import type { SpokenWord } from '../scenes/kit.ts'
import type { Scene } from '../storyboard/scene-schemas.ts'
import { longestVideoMs, shortestVideoMs, type Storyboard } from '../storyboard/storyboard.ts'
import { videoErrors } from '../errors.ts'
import { voicePeaks } from './mix-sound.ts'

/** A scene with its place in the video, to the frame, and what is spoken in it. */
export type TimedScene = {
  scene: Scene
  startFrame: number
  frames: number
  /** Times count from the start of the scene. */
  words: SpokenWord[]
  peaks: number[]
  /** The WAV file of its narration, and how long after the start of the scene it begins. */
  voice?: { path: string; delayMs: number }
  timing?: Narration['timing']
  billedCharacters: number
}

export type NarrateScenes = {
  storyboard: Storyboard
  speech: Speech
  voice: Voice
  cache?: SpeechCache
  workDir: string
  onProgress?: (percent: number) => void
  signal?: AbortSignal
}

/** The voice a storyboard asks for. Fails with a row of `speech` when it is not there or speaks another language. */
export async function voiceFor(
  speech: Speeches,
  storyboard: { voice: { name?: string }; language: string },
): Promise<{ speech: Speech; voice: Voice }> {
  const { voices } = await speech.list()
  const wanted = storyboard.voice.name
  const voiceId = voices.find(({ id, name }) => id === wanted || name === wanted)?.id ?? wanted
  return speech.choose({ voiceId, language: storyboard.language })
}

/** Speaks every scene and gives each its frames: a scene that follows its narration ends with it, to the frame. */
export async function narrateScenes(input: NarrateScenes): Promise<TimedScene[]> {
  const { storyboard } = input
  const timed: TimedScene[] = []
  let startFrame = 0
  for (const [index, scene] of storyboard.scenes.entries()) {
    const spoken = await speakScene(input, scene, index)
    const neededMs = spoken ? spoken.delayMs + spoken.durationMs : 0
    const durationMs =
      scene.timing.mode === 'fixed'
        ? Math.max(scene.timing.durationMs, neededMs)
        : neededMs + scene.timing.pauseMs
    const frames = Math.max(1, Math.ceil((durationMs * storyboard.frameRate) / 1000))
    timed.push({
      scene,
      startFrame,
      frames,
      words: spoken?.words ?? [],
      peaks: spoken?.peaks ?? [],
      voice: spoken && { path: spoken.path, delayMs: spoken.delayMs },
      timing: spoken?.timing,
      billedCharacters: spoken?.billedCharacters ?? 0,
    })
    startFrame += frames
    input.onProgress?.(((index + 1) / storyboard.scenes.length) * 100)
  }
  assertLength((startFrame * 1000) / storyboard.frameRate)
  return timed
}

/** Fails with `videos.badLength` outside 15 s to 20 min. */
export function assertLength(durationMs: number): void {
  if (durationMs >= shortestVideoMs && durationMs <= longestVideoMs) return
  throw videoErrors.badLength(`The video would be ${(durationMs / 1000).toFixed(1)} seconds long.`)
}

async function speakScene(input: NarrateScenes, scene: Scene, index: number) {
  const { storyboard, speech, voice } = input
  const text = scene.narration?.trim()
  if (!text) return undefined
  const lexicon = Object.entries(storyboard.voice.lexicon ?? {}).map(([word, sayAs]) => ({ word, sayAs }))
  const items = readScript(text, 'text', storyboard.language)
  const plan = planSpeech(
    items.map((item) =>
      'style' in item ? { ...item, style: { ...item.style, rate: storyboard.voice.rate } } : item,
    ),
    { language: storyboard.language, maxChars: voice.maxChars, lexicon },
  )
  const path = join(input.workDir, `voice-${index + 1}.wav`)
  const wish = { speech, voice, plan, outPath: path, cache: input.cache, signal: input.signal }
  const spoken = await narrate(wish)
  const isNew = input.cache !== undefined && spoken.sentences.some(({ isFromCache }) => !isFromCache)
  // The cache keeps times a little rounded. Read back at once, they are the same now and whenever they come from there,
  // and so is the scene that is drawn to them.
  const narration = isNew ? await narrate(wish) : spoken
  // The first scene speaks at once; later ones when their picture has come in.
  const delayMs = index === 0 ? 120 : Math.round(enterMs * 0.4)
  const words = narration.sentences.flatMap(({ words: list }) =>
    list.map(({ text: said, startMs, endMs }) => ({
      text: said,
      startMs: Math.round(startMs + delayMs),
      endMs: Math.round(endMs + delayMs),
    })),
  )
  const lead = Array.from({ length: Math.round(delayMs / 50) }, () => 0)
  return {
    path,
    delayMs,
    durationMs: narration.durationMs,
    words,
    peaks: scene.kind === 'speaker' ? [...lead, ...(await voicePeaks(path))] : [],
    timing: narration.timing,
    billedCharacters: spoken.billedCharacters,
  }
}
