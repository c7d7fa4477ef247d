import { numberSetting } from '../definition.ts'

/** What is done with a recording: analysis, clips, package. */
export const recordingSettings = {
  'clips.count': numberSetting({
    title: 'Suggested clips',
    description: 'How many clips are cut from one recording, at most.',
    default: 3,
    unit: 'clips',
    min: 0,
    max: 10,
  }),
  'clips.minMs': numberSetting({
    title: 'Shortest clip',
    description: 'Suggested clips are at least this long.',
    default: 15_000,
    unit: 'ms',
    min: 1_000,
    max: 600_000,
  }),
  'clips.maxMs': numberSetting({
    title: 'Longest clip',
    description: 'Suggested clips are at most this long.',
    default: 60_000,
    unit: 'ms',
    min: 2_000,
    max: 3_600_000,
  }),
  'analysis.silencePercent': numberSetting({
    title: 'Silence threshold',
    description: 'Sound quieter than this share of full scale counts as silence.',
    default: 4,
    unit: '%',
    min: 0.1,
    max: 50,
    isInteger: false,
    formerNames: [{ name: 'analysis.thresholdPercent' }],
  }),
  'package.maxHeight': numberSetting({
    title: 'Largest rendition',
    description: 'Height of the largest rendition of a package. A recording is never scaled up to reach it.',
    default: 1_080,
    unit: 'px',
    min: 144,
    max: 4_320,
  }),
} as const
