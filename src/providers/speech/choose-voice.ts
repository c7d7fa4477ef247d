import { speechErrors } from './errors.ts'
import type { Voice, VoiceGender } from './port.ts'

export type VoiceWish = {
  /** A voice by its id. Refused when it does not speak the language. */
  voiceId?: string
  /** BCP 47. */
  language: string
  gender?: VoiceGender
}

/** Whether a voice speaks a language: `en` takes any English, `en-GB` any English too, but a British one is nearer. */
export function speaksLanguage(voice: Voice, language: string): boolean {
  return nearness(voice, language) > 0
}

/** 2 for the same region, 1 for the same language, 0 for another. */
function nearness(voice: Voice, language: string): number {
  if (voice.languages === 'many') return 1
  const wanted = language.toLowerCase()
  const has = voice.languages.map((tag) => tag.toLowerCase())
  if (has[0] === wanted || (wanted.includes('-') && has.includes(wanted))) return 2
  const primary = wanted.split('-')[0]
  return has.some((tag) => tag.split('-')[0] === primary) ? 1 : 0
}

/**
 * The voice for a wish out of those that are here, the ones that are preferred first. Fails with `speech.unknownVoice`,
 * `speech.wrongLanguage` (which names the nearest voice that can) or `speech.languageNotSpoken`.
 */
export function chooseVoice(voices: readonly Voice[], wish: VoiceWish): Voice {
  const { voiceId, language } = wish
  if (voiceId === undefined) {
    const best = nearestVoices(voices, wish)[0]
    if (best) return best
    throw speechErrors.languageNotSpoken(`No voice here speaks ${languageName(language)}.`, {
      detail: { language },
    })
  }
  const voice = voices.find(({ id }) => id === voiceId)
  if (!voice) {
    const near = nearestVoices(voices, wish)[0]
    const instead = near ? ` ${near.id} speaks ${languageName(language)}.` : ''
    throw speechErrors.unknownVoice(`There is no voice "${voiceId}".${instead}`, {
      detail: { voiceId, nearest: near?.id },
    })
  }
  if (speaksLanguage(voice, language)) return voice
  const near = nearestVoices(voices, { language, gender: voice.gender })[0]
  const instead = near
    ? `The nearest that does is ${near.id} (${near.label}).`
    : 'No other voice here does either.'
  throw speechErrors.wrongLanguage(`${voice.label} does not speak ${languageName(language)}. ${instead}`, {
    detail: { voiceId, language, nearest: near?.id },
  })
}

/**
 * Voices that can stand in for one, the nearest first: the same language, then region, then gender, then the order
 * in which they were given.
 */
export function nearestVoices(
  voices: readonly Voice[],
  { language, gender }: Omit<VoiceWish, 'voiceId'>,
): Voice[] {
  const scoreOf = (voice: Voice) =>
    (gender === undefined || voice.gender === gender ? 2 : 0) + nearness(voice, language)
  return voices
    .filter((voice) => speaksLanguage(voice, language))
    .map((voice, order) => ({ voice, order, score: scoreOf(voice) }))
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ voice }) => voice)
}

const scriptsOf: Record<string, RegExp> = {
  ru: /\p{Script=Cyrillic}/u,
  uk: /\p{Script=Cyrillic}/u,
  bg: /\p{Script=Cyrillic}/u,
  el: /\p{Script=Greek}/u,
  ar: /\p{Script=Arabic}/u,
  fa: /\p{Script=Arabic}/u,
  he: /\p{Script=Hebrew}/u,
  hi: /\p{Script=Devanagari}/u,
  ja: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u,
  zh: /\p{Script=Han}/u,
  ko: /\p{Script=Hangul}/u,
  th: /\p{Script=Thai}/u,
}

/**
 * Fails with `speech.wrongLanguage` when a text is plainly not written in the language it is to be read in: more than
 * a third of its letters are of another script.
 */
export function assertReadable(text: string, language: string): void {
  const own = scriptsOf[language.toLowerCase().split('-')[0]!] ?? /\p{Script=Latin}/u
  const letters = text.match(/\p{L}/gu) ?? []
  const foreign = letters.filter((letter) => !own.test(letter) && !/\p{Script=Common}/u.test(letter)).length
  // Names and quotations in Latin letters are in texts of every language.
  const latin = own.source.includes('Latin')
    ? 0
    : letters.filter((letter) => /\p{Script=Latin}/u.test(letter)).length
  if (foreign - latin <= letters.length / 3) return
  throw speechErrors.wrongLanguage(
    `The script is to be read as ${languageName(language)}, but most of it is written in other letters. Say its language.`,
    { detail: { language } },
  )
}

function languageName(language: string): string {
  return new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' }).of(language) ?? language
}
