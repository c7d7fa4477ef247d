import { type Phrase, phraseLimits, phrasesOf } from '../scenes/captions.ts'
import type { TimedScene } from './narrate-scenes.ts'

/** What is said, in pieces to read, with times in the whole video. */
export function captionCues(
  scenes: readonly TimedScene[],
  frameRate: number,
  width: number,
  height: number,
): Phrase[] {
  const [characters, words] = phraseLimits(width, height, 'minimal')
  return scenes.flatMap((scene) => {
    const startMs = (scene.startFrame * 1000) / frameRate
    const endMs = startMs + (scene.frames * 1000) / frameRate
    return phrasesOf(scene.words, characters, words).map((phrase) => ({
      words: phrase.words.map((word) => ({
        ...word,
        startMs: word.startMs + startMs,
        endMs: word.endMs + startMs,
      })),
      startMs: phrase.startMs + startMs,
      endMs: Math.min(endMs, phrase.endMs + startMs),
    }))
  })
}

function clock(ms: number, mark: ',' | '.'): string {
  const whole = Math.max(0, Math.round(ms))
  const part = (value: number, length = 2) => String(value).padStart(length, '0')
  return `${part(Math.floor(whole / 3_600_000))}:${part(Math.floor(whole / 60_000) % 60)}:${part(Math.floor(whole / 1_000) % 60)}${mark}${part(whole % 1_000, 3)}`
}

const textOf = (cue: Phrase) => cue.words.map(({ text }) => text).join(' ')

export function srtOf(cues: readonly Phrase[]): string {
  return cues
    .map(
      (cue, index) =>
        `${index + 1}\n${clock(cue.startMs, ',')} --> ${clock(cue.endMs, ',')}\n${textOf(cue)}\n`,
    )
    .join('\n')
}

/** WebVTT with a time for every word, so that players can light them up. */
export function vttOf(cues: readonly Phrase[]): string {
  const safe = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const body = cues.map((cue) => {
    const words = cue.words.map(({ text, startMs }, index) =>
      index === 0 ? safe(text) : `<${clock(startMs, '.')}>${safe(text)}`,
    )
    return `${clock(cue.startMs, '.')} --> ${clock(cue.endMs, '.')}\n${words.join(' ')}\n`
  })
  return `WEBVTT\n\n${body.join('\n')}`
}
