import {
  DescribeVoicesCommand,
  type Engine,
  PollyClient,
  PollyServiceException,
  SynthesizeSpeechCommand,
  type SynthesizeSpeechCommandInput,
  type Voice as AmazonVoice,
} from '@aws-sdk/client-polly'
import { AppError } from '../../kernel/errors.ts'
import { speechErrors } from './errors.ts'
import { timesFromOffsets } from './offset-times.ts'
import { pollySsml } from './polly-ssml.ts'
import type { SpeakInput, Speech, SpeechFeature, SpokenPhrase, Voice, VoiceTier } from './port.ts'
import { samplesOf, type Sound } from './wave.ts'
import { estimateWordTimes } from './word-estimate.ts'

export type PollyOptions = {
  region: string
  /** A server of one's own that speaks Polly's protocol; for tests. */
  endpoint?: string
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  /** Reads Ogg Opus. Without it the sound is PCM at 16 kHz, the most that Polly gives unpacked. */
  decode?: (bytes: Buffer, ending: string, signal?: AbortSignal) => Promise<Sound>
  /** Tries of the SDK for each call. Default 3. */
  maxAttempts?: number
  timeoutMs?: number
}

const tiers: Record<
  VoiceTier,
  { can: SpeechFeature[]; marks: boolean; maxChars: number; charactersPerSecond: number }
> = {
  // 3,000 billed characters a call for all four; tags are free, up to 6,000 in all.
  standard: {
    can: ['rate', 'pitch', 'emphasis', 'phoneme'],
    marks: true,
    maxChars: 2_800,
    charactersPerSecond: 15,
  },
  neural: { can: ['rate', 'phoneme'], marks: true, maxChars: 2_800, charactersPerSecond: 15.2 },
  'long-form': { can: ['rate', 'phoneme'], marks: true, maxChars: 2_800, charactersPerSecond: 14.5 },
  // Its documentation: prosody and phoneme "partial" and no speech marks.
  generative: { can: ['rate'], marks: false, maxChars: 2_800, charactersPerSecond: 14.8 },
}

/** Amazon Polly: voices of four tiers in about forty languages; word times from speech marks where the tier has them. */
export function pollySpeech(options: PollyOptions): Speech {
  const { region, endpoint, credentials, maxAttempts } = options
  const client = new PollyClient({ region, endpoint, credentials, maxAttempts })
  return {
    name: 'polly',
    version: options.decode ? 'opus48/1' : 'pcm16/1',
    isLocal: false,
    voices: (signal) => translated(signal, () => listVoices(client, signal)),
    speak: (input) => translated(input.signal, () => speak(client, options, input)),
    close: async () => client.destroy(),
  }
}

async function listVoices(client: PollyClient, abortSignal?: AbortSignal): Promise<Voice[]> {
  const voices: Voice[] = []
  let token: string | undefined
  do {
    const page = await client.send(new DescribeVoicesCommand({ NextToken: token }), { abortSignal })
    voices.push(...(page.Voices ?? []).flatMap(voicesOf))
    token = page.NextToken
  } while (token)
  return voices
}

function voicesOf(row: AmazonVoice): Voice[] {
  const { Id: name, LanguageCode: language, SupportedEngines: engines = [] } = row
  if (!name || !language) return []
  const known = engines.filter((engine): engine is VoiceTier => engine in tiers)
  return known.map((tier) => ({
    id: `polly:${name}:${tier}`,
    vendor: 'polly',
    name,
    label: `${row.Name ?? name} (${tier})`,
    tier,
    languages: [language, ...(row.AdditionalLanguageCodes ?? [])],
    gender: row.Gender === 'Female' ? 'female' : 'male',
    licence: 'by the AWS service terms; speech made with it may be used anywhere',
    can: tiers[tier].can,
    wordTimes: tiers[tier].marks ? 'marks' : 'estimated',
    maxChars: tiers[tier].maxChars,
    pace: {
      wordsPerMinute: Math.round((tiers[tier].charactersPerSecond * 60) / 5.6),
      charactersPerSecond: tiers[tier].charactersPerSecond,
      isMeasured: false,
    },
    priceItem: `aws.polly.${tier}`,
    billedTimes: tiers[tier].marks ? 2 : 1,
    isLocal: false,
  }))
}

async function speak(
  client: PollyClient,
  options: PollyOptions,
  { voice, phrase, signal }: SpeakInput,
): Promise<SpokenPhrase> {
  const { ssml, textAt } = pollySsml(phrase, voice.tier)
  const limit = AbortSignal.timeout(options.timeoutMs ?? 60_000)
  const abortSignal = signal ? AbortSignal.any([signal, limit]) : limit
  const request: Omit<SynthesizeSpeechCommandInput, 'OutputFormat'> = {
    Engine: voice.tier satisfies Engine,
    VoiceId: voice.name as SynthesizeSpeechCommandInput['VoiceId'],
    LanguageCode: languageOf(voice, phrase.language),
    TextType: 'ssml',
    Text: ssml,
  }
  const sound = options.decode
    ? { OutputFormat: 'ogg_opus' as const, SampleRate: '48000' }
    : { OutputFormat: 'pcm' as const, SampleRate: '16000' }
  const spoken = await client.send(new SynthesizeSpeechCommand({ ...request, ...sound }), { abortSignal })
  const bytes = Buffer.from((await spoken.AudioStream?.transformToByteArray()) ?? [])
  if (!spoken.ContentType?.startsWith('audio/'))
    throw speechErrors.badAnswer(`Polly answered with ${spoken.ContentType ?? 'nothing'} instead of sound.`)
  if (bytes.length === 0) throw speechErrors.badAnswer('Polly gave no sound.')
  const { samples, sampleRateHz } = options.decode
    ? await options.decode(bytes, 'ogg', signal)
    : { samples: samplesOf(bytes), sampleRateHz: 16_000 }
  const billedCharacters =
    spoken.RequestCharacters ?? phrase.words.reduce((sum, word) => sum + word.text.length + 1, 0)
  if (!tiers[voice.tier].marks) {
    const wordTimes = estimateWordTimes(samples, sampleRateHz, phrase.words)
    return { samples, sampleRateHz, wordTimes, timing: 'estimated', billedCharacters }
  }
  const marks = await client.send(
    new SynthesizeSpeechCommand({ ...request, OutputFormat: 'json', SpeechMarkTypes: ['word'] }),
    { abortSignal },
  )
  const lines = (await marks.AudioStream?.transformToString()) ?? ''
  return {
    samples,
    sampleRateHz,
    wordTimes: timesFromOffsets(phrase, readMarks(lines, textAt), (samples.length / sampleRateHz) * 1000),
    timing: 'marks',
    // A request for marks is billed like one for sound.
    billedCharacters: billedCharacters + (marks.RequestCharacters ?? billedCharacters),
  }
}

function languageOf(voice: Voice, language: string): SynthesizeSpeechCommandInput['LanguageCode'] {
  if (voice.languages === 'many') return undefined
  // Needed for bilingual voices alone; anything else than a listed code is refused by the service.
  return voice.languages.find(
    (tag) => tag.toLowerCase() === language.toLowerCase(),
  ) as SynthesizeSpeechCommandInput['LanguageCode']
}

/** Marks are lines of JSON whose places are bytes of the request's UTF-8. */
function readMarks(lines: string, textAt: (byteOffset: number) => number | undefined) {
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      let mark: { time?: unknown; type?: unknown; start?: unknown }
      try {
        mark = JSON.parse(line) as typeof mark
      } catch (cause) {
        throw speechErrors.badAnswer('Polly gave speech marks that cannot be read.', { cause })
      }
      if (mark.type !== 'word' || typeof mark.time !== 'number' || typeof mark.start !== 'number') return []
      const at = textAt(mark.start)
      return at === undefined ? [] : [{ at, startMs: mark.time }]
    })
}

const rejections = new Set([
  'TextLengthExceededException',
  'InvalidSsmlException',
  'EngineNotSupportedException',
  'LanguageNotSupportedException',
  'LexiconNotFoundException',
  'InvalidSampleRateException',
  'MarksNotSupportedForFormatException',
  'SsmlMarksNotSupportedForTextTypeException',
  'ValidationException',
])
const refusals = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
  'CredentialsProviderError',
])

async function translated<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    signal?.throwIfAborted()
    if (cause instanceof AppError) throw cause
    const name = cause instanceof Error ? cause.name : ''
    const words = cause instanceof Error ? cause.message : 'no words'
    const status = cause instanceof PollyServiceException ? cause.$metadata.httpStatusCode : undefined
    if (/Throttl|TooManyRequests/.test(name) || status === 429)
      throw speechErrors.rateLimited(`Polly asks to wait: ${words}`, { cause })
    if (rejections.has(name)) throw speechErrors.refused(`Polly refused the text: ${words}`, { cause })
    if (refusals.has(name) || status === 401 || status === 403)
      throw speechErrors.notAllowed(`Polly does not accept the credentials: ${words}`, { cause })
    if (cause instanceof SyntaxError)
      throw speechErrors.badAnswer('Polly gave an answer that cannot be read.', { cause })
    if (status !== undefined && status >= 400 && status < 500)
      throw speechErrors.refused(`Polly refused the request: ${words}`, { cause })
    throw speechErrors.unavailable(`Polly did not answer: ${name || words}.`, { cause })
  }
}
