import { numberSetting, textSetting } from '../definition.ts'

const perTopic = { isPerTopic: true, changesCost: true }
const seconds = { ...perTopic, unit: 's' }

/** How long videos are and who speaks in them. A topic may have its own value of each. */
export const videoSettings = {
  'videos.minSeconds': numberSetting({
    ...seconds,
    title: 'Shortest video',
    description: 'A video made for a topic is at least this long.',
    default: 300,
    min: 60,
    max: 1_200,
  }),
  'videos.maxSeconds': numberSetting({
    ...seconds,
    title: 'Longest video',
    description: 'A video made for a topic is at most this long.',
    default: 600,
    min: 60,
    max: 1_200,
  }),
  'shorts.minSeconds': numberSetting({
    ...seconds,
    title: 'Shortest short',
    description: 'A short made for a topic is at least this long.',
    default: 15,
    min: 15,
    max: 180,
  }),
  'shorts.maxSeconds': numberSetting({
    ...seconds,
    title: 'Longest short',
    description: 'A short made for a topic is at most this long.',
    default: 60,
    min: 15,
    max: 180,
  }),
  'speech.voice': textSetting({
    ...perTopic,
    title: 'Voice',
    description:
      'Who speaks, by the id in the list of voices, such as offline:slt. Empty takes the first voice of the language.',
    default: '',
    maxChars: 120,
    pattern: /^[\p{L}\p{N}._:/ -]*$/u,
    rule: 'must be the id of a voice',
  }),
  'speech.ratePercent': numberSetting({
    ...perTopic,
    title: 'Speaking pace',
    description:
      'How fast the narration is spoken; 100 is the voice’s own pace. Faster means more text in a video.',
    default: 100,
    unit: '%',
    min: 50,
    max: 200,
  }),
} as const
