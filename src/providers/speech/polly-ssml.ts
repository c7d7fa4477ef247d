import type { Phrase, PhraseWord, VoiceTier } from './port.ts'

/**
 * A phrase as Polly's SSML, and the way back: which place of the phrase's plain text a byte of the SSML stands for.
 * Pitch and stress are written for the standard tier alone; the others refuse them, and never get them.
 */
export function pollySsml(
  phrase: Phrase,
  tier: VoiceTier,
): { ssml: string; textAt: (byteOffset: number) => number | undefined } {
  const prosody = [
    phrase.rate === 1 ? '' : ` rate="${Math.round(phrase.rate * 100)}%"`,
    phrase.pitchSemitones === 0 || tier !== 'standard'
      ? ''
      : ` pitch="${percent(2 ** (phrase.pitchSemitones / 12) - 1)}"`,
  ].join('')
  let ssml = `<speak>${prosody ? `<prosody${prosody}>` : ''}`
  const places: Array<{ fromByte: number; toByte: number; at: number }> = []
  let at = 0
  phrase.words.forEach((word, index) => {
    const { before, text, after } = tagged(word)
    ssml += before
    const fromByte = Buffer.byteLength(ssml)
    ssml += text
    places.push({ fromByte: fromByte - Buffer.byteLength(before), toByte: Buffer.byteLength(ssml), at })
    ssml += after
    if (index < phrase.words.length - 1) ssml += phrase.separator
    at += word.text.length + phrase.separator.length
  })
  ssml += `${prosody ? '</prosody>' : ''}</speak>`
  return {
    ssml,
    textAt: (byte) => places.find(({ fromByte, toByte }) => byte >= fromByte && byte < toByte)?.at,
  }
}

function tagged({ text, phonemes, emphasis }: PhraseWord): { before: string; text: string; after: string } {
  if (phonemes !== undefined)
    return {
      before: `<phoneme alphabet="ipa" ph="${escaped(phonemes)}">`,
      text: escaped(text),
      after: '</phoneme>',
    }
  if (emphasis !== undefined)
    return { before: `<emphasis level="${emphasis}">`, text: escaped(text), after: '</emphasis>' }
  return { before: '', text: escaped(text), after: '' }
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

const percent = (change: number) => `${change < 0 ? '' : '+'}${Math.round(change * 100)}%`
