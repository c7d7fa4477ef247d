export { assertReadable, type VoiceWish } from './choose-voice.ts'
export { speechErrors } from './errors.ts'
export {
  assertCan,
  narrate,
  type NarratedSentence,
  type NarratedWord,
  type NarrateInput,
  type Narration,
} from './narrate.ts'
export { openSpeech, type Speeches, type VoiceList } from './open-speech.ts'
export { defaultPauses, type Pauses, planSpeech, sentenceKey, type SpeechPlan } from './plan-speech.ts'
export {
  type Speech,
  type SpeechCache,
  speechFeatures,
  type Voice,
  type VoiceGender,
  voiceGenders,
  voiceTiers,
  type WordTime,
} from './port.ts'
export { formatOf, type LexiconEntry, mostScriptChars, readScript, type ScriptFormat } from './script.ts'
export { outputRateHz, targetLufs } from './speak-sentence.ts'
export { estimateLength, sentCharacters, type SpeechLength, wordsThatFit } from './speech-length.ts'
export type { Sound } from './wave.ts'
