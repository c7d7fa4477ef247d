import { checkStoryboard } from '../storyboard/check-storyboard.ts'
import type { Storyboard } from '../storyboard/storyboard.ts'
import type { CaptionStyle } from '../scenes/captions.ts'
import type { ThemeName } from '../scenes/themes.ts'
import type { TransitionKind } from '../scenes/transitions.ts'
import type { VideoScript } from './script.ts'

export type PlanStoryboard = {
  script: VideoScript
  format: Storyboard['format']
  theme: ThemeName
  language: string
  voiceId?: string
  captionStyle?: CaptionStyle
  music?: string
}

const order: TransitionKind[] = ['push', 'wipe', 'zoom', 'push', 'iris', 'fade']
const cameras = ['push-in', 'drift', 'pull-out'] as const

/** Makes a storyboard from a script: a scene for each beat, with transitions and camera moves that vary. */
export function planStoryboard(input: PlanStoryboard): Storyboard {
  const { script } = input
  return checkStoryboard({
    schema: 'creatorops.storyboard/1',
    title: script.title.slice(0, 200),
    language: input.language,
    format: input.format,
    theme: input.theme,
    voice: { rate: 1, ...(input.voiceId ? { name: input.voiceId } : {}) },
    captions: { style: input.captionStyle ?? 'karaoke', burned: true, soft: true },
    music: { bed: input.music ?? 'auto', levelDb: -18 },
    scenes: script.beats.map(({ say, show, pauseMs }, index) => ({
      ...show,
      id: `scene-${index + 1}`,
      narration: say,
      timing: { mode: 'narration', ...(pauseMs === undefined ? {} : { pauseMs }) },
      transition: index === 0 ? 'cut' : order[(index - 1) % order.length],
      camera: cameras[index % cameras.length],
    })),
  })
}
