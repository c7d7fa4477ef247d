import { type Voice, wordsThatFit } from '../../../providers/speech/index.ts'
import { videoErrors } from '../errors.ts'
import { shortestVideoMs } from '../storyboard/storyboard.ts'
import { exampleScripts } from './examples.ts'
import { beatsFromText } from './read-own-script.ts'
import type { Beat, VideoScript } from './script.ts'

export type ScriptWish = {
  topic?: string
  /** Plain text of the user's own. It is shortened only when a length is asked for. */
  ownText?: string
  /** How long the video shall be; without it, as long as the script. */
  durationMs?: number
  voice: Voice
}

/** Silence around and between what is said, for each beat. */
const perBeatMs = 900
const mostWords = 30_000

/** The breath after a scene, and how much longer it may get to fill the time that was asked for. */
const shortestPauseMs = 350
const longestPauseMs = 2_200

/**
 * The script of a video without any model: the user's own text, an example that ships, or an outline of questions that
 * says so. It is cut to the length by the voice's measured pace.
 *
 * Fails with `videos.badTopic` or `videos.badScript`.
 */
export function writeScript(wish: ScriptWish): VideoScript {
  const script =
    wish.ownText === undefined ? fromTopic(wish.topic ?? '') : fromOwnText(wish.ownText, wish.topic)
  const beats = fitBeats(script.beats, wish)
  if (wish.durationMs === undefined) return { ...script, beats }
  const spokenMs = lengthOf(beats, wish.voice)
  // Lengths are estimates, and a video of less than 15 seconds is none.
  const wantedMs = Math.max(wish.durationMs, shortestVideoMs * 1.17)
  const pauseMs = Math.round(Math.min(longestPauseMs, Math.max(0, (wantedMs - spokenMs) / beats.length)))
  const reachedMs = spokenMs + pauseMs * beats.length
  const isShort = reachedMs < wish.durationMs * 0.85
  const note = isShort
    ? `${script.note} It is shorter than asked for, because there is no more to say.`
    : script.note
  return { ...script, note, beats: beats.map((beat) => ({ ...beat, pauseMs: shortestPauseMs + pauseMs })) }
}

function fromTopic(raw: string): VideoScript {
  const topic = raw
    .toWellFormed()
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if ([...topic].length < 3 || [...topic].length > 300) {
    throw videoErrors.badTopic(
      topic === '' ? 'There is no topic.' : `The topic has ${[...topic].length} characters.`,
    )
  }
  return exampleScripts.find(({ matches }) => matches.test(topic))?.script ?? outline(topic)
}

function fromOwnText(raw: string, title: string | undefined): VideoScript {
  if (raw.split(/\s+/).length > mostWords)
    throw videoErrors.badScript('The script has more than 30 000 words.')
  const { beats, heading } = beatsFromText(raw)
  if (beats.length === 0) throw videoErrors.badScript('The script has no sentence.')
  const name = (title ?? heading ?? beats[0]!.say.split(/[.!?]/)[0]!).trim().slice(0, 120)
  return {
    title: name,
    origin: 'own-script',
    note: 'Your own words, cut into scenes; nothing was added to what is said.',
    beats,
    tags: [],
    description: beats
      .slice(0, 2)
      .map(({ say }) => say)
      .join(' ')
      .slice(0, 400),
  }
}

/** What can be said about any subject without knowing it: the questions that lead through it. It never states a fact. */
function outline(topic: string): VideoScript {
  const subject = topic.replace(/[?.!]+$/, '')
  const isQuestion =
    /\?\s*$/.test(topic) || /^(how|why|what|when|who|where|which|is|are|do|does|can|should)\b/i.test(topic)
  const shown = subject.slice(0, 150)
  const asked = isQuestion ? `${subject}?` : `What is there to know about ${subject}?`
  const beats: Beat[] = [
    {
      rank: 1,
      say: `${asked} Here is a way to find out.`,
      show: { kind: 'title', text: isQuestion ? `${shown}?` : shown, kicker: 'A question worth asking' },
    },
    {
      rank: 1,
      say: 'Most explanations start with the answer. It is better to start with what you can see.',
      show: {
        kind: 'split',
        left: { label: 'Usual', text: 'Start with the answer' },
        right: { label: 'Better', text: 'Start with what you see' },
      },
    },
    {
      rank: 1,
      say: 'Go through it in four steps. Look closely. Find what changes. Ask what causes it. Then try it out.',
      show: {
        kind: 'flow',
        title: 'Four steps',
        nodes: [
          { id: 'a', text: 'Look closely' },
          { id: 'b', text: 'Find what changes' },
          { id: 'c', text: 'Ask what causes it' },
          { id: 'd', text: 'Try it out' },
        ],
        edges: [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'c' },
          { from: 'c', to: 'd' },
        ],
      },
    },
    {
      rank: 2,
      say: 'Look closely. Who is involved, where does it happen, and when?',
      show: {
        kind: 'bullets',
        title: 'Look closely',
        items: ['*Who* is involved?', '*Where* does it happen?', '*When*, and how often?'],
      },
    },
    {
      rank: 2,
      say: 'Find what changes. Compare before and after, and write down the difference.',
      show: {
        kind: 'compare',
        title: 'What changes?',
        before: { label: 'Before', text: 'How was it at first?' },
        after: { label: 'After', text: 'And how is it *now*?' },
      },
    },
    {
      rank: 3,
      say: 'Ask what causes it. If the cause were gone, would the effect still be there?',
      show: { kind: 'quote', text: 'If the *cause* were gone, would the effect stay?' },
    },
    {
      rank: 3,
      say: 'Then try it out, with the smallest test you can think of.',
      show: { kind: 'title', text: 'Make the *smallest* test', kicker: 'Try it out' },
    },
    {
      rank: 2,
      say: 'Three questions remain for you. What surprised you? Who disagrees? And what would change your mind?',
      show: {
        kind: 'countdown',
        title: 'Your turn',
        items: ['What *surprised* you?', 'Who *disagrees*?', 'What would *change* your mind?'],
      },
    },
    {
      rank: 1,
      say: 'Tell us what you found.',
      show: { kind: 'end', text: 'What did you find?', callToAction: 'Write it below' },
    },
  ]
  return {
    title: isQuestion ? `${subject}?` : subject,
    origin: 'outline',
    note: 'An outline of questions, made without a model: it states no facts about the topic. Give a script or connect a model for more.',
    beats,
    tags: subject
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 3),
    description: `${asked} Four steps to find out for yourself.`,
  }
}

/** About how long beats take with a voice. */
function lengthOf(beats: readonly Beat[], voice: Voice): number {
  const words = beats.reduce((sum, { say }) => sum + say.split(/\s+/).length, 0)
  return beats.length * perBeatMs + (words * 60_000) / voice.pace.wordsPerMinute
}

/** Leaves out the least important beats until the rest fits the time; the first and the last always stay. */
function fitBeats(beats: Beat[], wish: Pick<ScriptWish, 'durationMs' | 'voice'>): Beat[] {
  if (wish.durationMs === undefined) return beats
  const kept = [...beats]
  const wordsOf = (list: Beat[]) => list.reduce((sum, { say }) => sum + say.split(/\s+/).length, 0)
  const room = () => wordsThatFit(wish.durationMs! * 1.04 - kept.length * perBeatMs, wish.voice)
  while (kept.length > 2 && wordsOf(kept) > room()) {
    const least = kept.slice(1, -1).reduce((a, b) => (b.rank >= a.rank ? b : a))
    kept.splice(kept.indexOf(least), 1)
  }
  return kept
}
