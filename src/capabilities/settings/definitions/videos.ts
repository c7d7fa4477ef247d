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
  'speech.model': textSetting({
    ...perTopic,
    title: 'Speech model',
    description:
      'The model that speaks, by its id in the model list. Empty takes the one the environment chooses.',
    default: '',
    maxChars: 100,
    pattern: /^[a-zA-Z0-9./:_-]*$/,
    rule: 'must be the id of a speech model',
  }),
  'speech.voice': textSetting({
    ...perTopic,
    title: 'Voice',
    description: 'Who speaks, by the name the speech model gives the voice. Empty takes its first voice.',
    default: '',
    maxChars: 100,
    pattern: /^[\p{L}\p{N} ._:/-]*$/u,
    rule: 'must be the name of a voice',
  }),
  'speech.wordsPerMinute': numberSetting({
    ...perTopic,
    title: 'Speaking pace',
    description: 'How fast the narration is spoken; with the length it decides how much text a video has.',
    default: 150,
    unit: 'words a minute',
    min: 80,
    max: 240,
  }),
} as const
