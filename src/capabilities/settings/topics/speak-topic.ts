import type { TopicProfile } from './topic.ts'

/**
 * Text as SSML in the way of a topic: its pace, pitch and pauses, and its words as they are said there. Takes plain
 * text with blank lines between paragraphs; the tags are those of our SSML subset, which every voice understands.
 */
export function topicSsml(text: string, profile: TopicProfile, ratePercent: number): string {
  const { pitchPercent, volumeDb, sentencePauseMs, paragraphPauseMs } = profile.style
  const prosody = [
    `rate="${ratePercent}%"`,
    ...(pitchPercent === 0 ? [] : [`pitch="${signed(pitchPercent)}%"`]),
    ...(volumeDb === 0 ? [] : [`volume="${signed(volumeDb)}dB"`]),
  ]
  const say = speaker(profile.vocabulary)
  const paragraphs = text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => {
      const sentences = sentencesOf(paragraph, profile.language).map((sentence) => `<s>${say(sentence)}</s>`)
      return `<p>${sentences.join(pause(sentencePauseMs))}</p>`
    })
  const body = paragraphs.join(pause(paragraphPauseMs))
  return `<speak xml:lang="${escaped(profile.language)}"><prosody ${prosody.join(' ')}>${body}</prosody></speak>`
}

function speaker(vocabulary: TopicProfile['vocabulary']): (sentence: string) => string {
  if (vocabulary.length === 0) return escaped
  const byTerm = new Map(vocabulary.map((entry) => [entry.term, entry]))
  // Longer terms first: "ETFs" is not "ETF" with an s, and a term inside a word is not meant.
  const terms = [...byTerm.keys()]
    .sort((a, b) => b.length - a.length)
    .map((term) => term.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${terms.join('|')})(?![\\p{L}\\p{N}])`, 'gu')
  return (sentence) =>
    sentence
      .split(pattern)
      .map((part, at) => {
        const entry = at % 2 === 1 ? byTerm.get(part) : undefined
        if (!entry) return escaped(part)
        return entry.alphabet === 'ipa'
          ? `<phoneme alphabet="ipa" ph="${escaped(entry.say)}">${escaped(part)}</phoneme>`
          : `<sub alias="${escaped(entry.say)}">${escaped(part)}</sub>`
      })
      .join('')
}

function sentencesOf(paragraph: string, language: string): string[] {
  const segments = new Intl.Segmenter(language, { granularity: 'sentence' }).segment(paragraph)
  return [...segments].map(({ segment }) => segment.trim()).filter((segment) => segment !== '')
}

function pause(ms: number): string {
  return ms === 0 ? '' : `<break time="${ms}ms"/>`
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value)
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
