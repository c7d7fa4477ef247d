import type { Speeches } from '../../../providers/speech/index.ts'
import { videoErrors } from '../errors.ts'
import type { CaptionStyle } from '../scenes/captions.ts'
import type { ThemeName } from '../scenes/themes.ts'
import { checkStoryboard } from '../storyboard/check-storyboard.ts'
import type { Storyboard } from '../storyboard/storyboard.ts'
import { voiceFor } from './narrate-scenes.ts'
import { planStoryboard } from './plan-storyboard.ts'
import type { VideoScript } from './script.ts'
import { writeScript } from './write-script.ts'

export type PlanMake = {
  topic?: string
  ownText?: string
  storyboardJson?: string
  durationMs?: number
  format: Storyboard['format']
  theme: ThemeName
  language: string
  voiceId?: string
  captionStyle?: CaptionStyle
  music?: string
}

/**
 * From what a person gives to a storyboard: their own storyboard as it is, else a script from their text or topic.
 * Nothing is spoken or drawn yet. Fails with a row of `videos` or `speech`.
 */
export async function planMake(
  deps: { speech: Speeches },
  input: PlanMake,
): Promise<{ storyboard: Storyboard; script: VideoScript }> {
  if (input.storyboardJson !== undefined) return ownStoryboard(input.storyboardJson)
  if (input.topic === undefined && input.ownText === undefined) {
    throw videoErrors.badTopic('There is no topic, script or storyboard to make a video from.')
  }
  const { voice } = await voiceFor(deps.speech, { voice: { name: input.voiceId }, language: input.language })
  const script = writeScript({
    topic: input.topic,
    ownText: input.ownText,
    durationMs: input.durationMs,
    voice,
  })
  return { script, storyboard: planStoryboard({ ...input, script, voiceId: voice.id }) }
}

function ownStoryboard(json: string): { storyboard: Storyboard; script: VideoScript } {
  const storyboard = checkStoryboard(parseJson(json))
  const beats = storyboard.scenes.map((scene) => ({
    say: scene.narration ?? '',
    show: { kind: scene.kind },
    rank: 1,
  }))
  const script: VideoScript = {
    title: storyboard.title,
    origin: 'own-script',
    note: 'Made from a storyboard as it is.',
    beats,
    tags: [],
    description: beats
      .map(({ say }) => say)
      .join(' ')
      .slice(0, 300),
  }
  return { storyboard, script }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw videoErrors.badStoryboard('The storyboard is not JSON.', { cause })
  }
}
