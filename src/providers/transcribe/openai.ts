import { z } from 'zod'
import { callService } from './call-service.ts'
import { transcribeErrors } from './errors.ts'
import type { TranscribedWord, Transcriber, Transcription } from './port.ts'
import { cutInPauses, findSpeechRuns } from './speech-runs.ts'
import { wavBytes, withSound } from './wav.ts'

export type OpenAiOptions = {
  /** Up to and with `/v1`. */
  url: string
  apiKey?: string
  /** Default `whisper-1`. */
  model?: string
  /** For tests. */
  timeoutMs?: number
  firstDelayMs?: number
}

/** Of WAV, 19 MB: below the 25 MB that the services take. */
const pieceLimits = { mostMs: 600_000, airMs: 300 }
/** When an answer has no word about it. */
const unknownConfidence = 0.6

const time = z.number().min(0).max(1e6)
const answerSchema = z.looseObject({
  language: z.string().max(100).optional(),
  text: z.string(),
  words: z
    .array(
      z.looseObject({
        word: z.string(),
        start: time,
        end: time,
        probability: z.number().min(0).max(1).optional(),
      }),
    )
    .optional(),
  segments: z
    .array(
      z.looseObject({
        start: time,
        end: time,
        text: z.string(),
        avg_logprob: z.number().optional(),
        no_speech_prob: z.number().optional(),
      }),
    )
    .optional(),
})
type Answer = z.infer<typeof answerSchema>

/**
 * Any server that speaks OpenAI's `POST /audio/transcriptions` (OpenAI, Groq, Speaches, whisper.cpp, vLLM …). The
 * sound goes out in pieces of at most 10 minutes, cut in pauses. Word times come from `verbose_json`; a word is as
 * sure as its segment where the server says nothing about words.
 */
export function openAiTranscriber(options: OpenAiOptions): Transcriber {
  return {
    name: 'openai',
    can: { align: false, recognise: true, languages: 'many', isLocal: false },
    transcribe: (input) =>
      withSound(input.wavPath, async (sound): Promise<Transcription> => {
        const pieces = cutInPauses(await findSpeechRuns(sound), sound.durationMs, pieceLimits)
        const words: TranscribedWord[] = []
        let language: string | undefined
        let timing: Transcription['timing'] = 'word'
        for (const [index, piece] of pieces.entries()) {
          const bytes = wavBytes(await sound.read(piece.startMs, piece.endMs))
          const answer = await ask(options, { bytes, language: input.language, signal: input.signal })
          language ??= languageTag(answer.language)
          if (!answer.words?.length) timing = 'segment'
          words.push(...wordsOf(answer, piece))
          input.onProgress?.((100 * (index + 1)) / pieces.length)
        }
        if (words.length === 0) throw transcribeErrors.nothingHeard('The service heard no words.')
        return { words, language: input.language ?? language ?? 'und', isDraft: false, timing, notes: [] }
      }),
  }
}

async function ask(
  options: OpenAiOptions,
  input: { bytes: Buffer; language?: string; signal?: AbortSignal },
): Promise<Answer> {
  const { apiKey, model = 'whisper-1', timeoutMs, firstDelayMs } = options
  const json = await callService({
    url: `${options.url.replace(/\/+$/, '')}/audio/transcriptions`,
    signal: input.signal,
    timeoutMs,
    firstDelayMs,
    async request() {
      const form = new FormData()
      form.set('file', new Blob([new Uint8Array(input.bytes)], { type: 'audio/wav' }), 'sound.wav')
      form.set('model', model)
      form.set('response_format', 'verbose_json')
      form.set('temperature', '0')
      form.append('timestamp_granularities[]', 'word')
      form.append('timestamp_granularities[]', 'segment')
      if (input.language) form.set('language', input.language.split('-')[0]!.toLowerCase())
      // As bytes: a form is sent as a stream, and Node trips over one that is aborted on the way.
      const encoded = new Response(form)
      return {
        method: 'POST',
        body: Buffer.from(await encoded.arrayBuffer()),
        headers: {
          'content-type': encoded.headers.get('content-type') ?? '',
          ...(apiKey && { authorization: `Bearer ${apiKey}` }),
        },
      }
    },
  })
  const read = answerSchema.safeParse(json)
  if (!read.success)
    throw transcribeErrors.badAnswer('The answer is no transcription in verbose_json.', { cause: read.error })
  if (read.data.text.trim() !== '' && !read.data.words?.length && !read.data.segments?.length)
    throw transcribeErrors.badAnswer(
      'The answer has text, but no times. The model must support verbose_json.',
    )
  return read.data
}

function wordsOf(answer: Answer, piece: { startMs: number; endMs: number }): TranscribedWord[] {
  const segments = (answer.segments ?? []).map((one) => ({ ...one, confidence: segmentConfidence(one) }))
  const words = answer.words?.length
    ? answer.words.map(({ word, start, end, probability }) => {
        const around = segments.find((one) => start >= one.start - 0.05 && start < one.end + 0.05)
        return { text: word, start, end, confidence: probability ?? around?.confidence ?? unknownConfidence }
      })
    : segments.flatMap(spreadSegment)
  const placed = words
    .map(({ text, start, end, confidence }) => ({
      text: text.trim(),
      startMs: Math.min(piece.endMs, Math.round(piece.startMs + start * 1000)),
      endMs: Math.min(piece.endMs, Math.round(piece.startMs + Math.max(start, end) * 1000)),
      confidence: Number(confidence.toFixed(2)),
    }))
    .filter(({ text }) => text !== '')
    .sort((a, b) => a.startMs - b.startMs)
  return withMarks(placed, answer.text)
}

function segmentConfidence(segment: { avg_logprob?: number; no_speech_prob?: number }): number {
  if (segment.avg_logprob === undefined) return unknownConfidence
  const heard = Math.exp(Math.min(0, segment.avg_logprob))
  // A text where the model itself thinks that nobody speaks is made up as a rule.
  return (segment.no_speech_prob ?? 0) > 0.6 ? Math.min(0.3, heard) : heard
}

/** Servers without word times: the words of a segment share its time by their letters, and are to be checked. */
function spreadSegment(segment: { start: number; end: number; text: string; confidence: number }) {
  const words = segment.text.trim().split(/\s+/).filter(Boolean)
  const total = words.reduce((sum, word) => sum + word.length, 0)
  let before = 0
  return words.map((text) => {
    const start = segment.start + ((segment.end - segment.start) * before) / total
    before += text.length
    const end = segment.start + ((segment.end - segment.start) * before) / total
    return { text, start, end, confidence: Math.min(0.5, segment.confidence) }
  })
}

/** OpenAI leaves commas and full stops out of its words; its text has them. */
function withMarks(words: TranscribedWord[], text: string): TranscribedWord[] {
  let at = 0
  return words.map((word) => {
    const found = text.indexOf(word.text, at)
    if (found < 0 || found - at > 40) return word
    at = found + word.text.length
    const marks = /^[.,!?;:…。、！？)"”]+/u.exec(text.slice(at))?.[0] ?? ''
    at += marks.length
    return marks === '' ? word : { ...word, text: word.text + marks }
  })
}

const names: Record<string, string> = { english: 'en', german: 'de', french: 'fr', spanish: 'es', italian: 'it', portuguese: 'pt', dutch: 'nl', japanese: 'ja', chinese: 'zh', korean: 'ko', russian: 'ru', arabic: 'ar', hindi: 'hi', polish: 'pl', turkish: 'tr', ukrainian: 'uk', swedish: 'sv' } // prettier-ignore

/** OpenAI names languages in English, others by tag. */
function languageTag(language: string | undefined): string | undefined {
  if (!language) return undefined
  if (/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(language)) return language
  return names[language.toLowerCase()]
}
