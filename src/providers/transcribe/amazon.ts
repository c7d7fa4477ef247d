import { setTimeout as wait } from 'node:timers/promises'
import { buffer } from 'node:stream/consumers'
import {
  type LanguageCode,
  TranscribeClient,
  type TranscribeClientConfig,
  DeleteTranscriptionJobCommand,
  GetTranscriptionJobCommand,
  StartTranscriptionJobCommand,
  type TranscriptionJob,
} from '@aws-sdk/client-transcribe'
import { z } from 'zod'
import { AppError } from '../../kernel/errors.ts'
import type { ObjectStorage } from '../storage/port.ts'
import { transcribeErrors } from './errors.ts'
import type { TranscribedWord, TranscribeInput, Transcriber, Transcription } from './port.ts'
import { withSound } from './wav.ts'

export type AmazonOptions = {
  /** Holds the sound while Amazon listens, and its answer. */
  storage: ObjectStorage
  bucket: string
  /** Of every key in the bucket; empty, or ending in a slash. */
  prefix: string
  region?: string
  /** For tests. */
  endpoint?: string
  credentials?: TranscribeClientConfig['credentials']
  pollMs?: number
}

const languages: Record<string, LanguageCode> = { en: 'en-US', de: 'de-DE', fr: 'fr-FR', es: 'es-ES', it: 'it-IT', pt: 'pt-BR', nl: 'nl-NL', ja: 'ja-JP', ko: 'ko-KR', zh: 'zh-CN', ru: 'ru-RU', ar: 'ar-SA', hi: 'hi-IN', pl: 'pl-PL', tr: 'tr-TR', uk: 'uk-UA', sv: 'sv-SE' } // prettier-ignore

/**
 * Amazon Transcribe. The sound goes to the bucket, a job named by the work listens to it, and its answer is read from
 * the bucket; both files are removed. A repeated call finds the job of the first and does not pay again.
 */
export function amazonTranscriber(options: AmazonOptions): Transcriber {
  const { region, endpoint, credentials } = options
  const client = new TranscribeClient({
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
  })
  return {
    name: 'amazon',
    can: { align: false, recognise: true, languages: 'many', isLocal: false },
    transcribe: (input) => listen(client, options, input),
  }
}

async function listen(
  client: TranscribeClient,
  options: AmazonOptions,
  input: TranscribeInput,
): Promise<Transcription> {
  const name = `creatorops-${input.jobKey}`.slice(0, 200)
  const keys = { sound: `transcribe/${input.jobKey}.wav`, answer: `transcribe/${input.jobKey}.json` }
  const { storage } = options
  await withSound(input.wavPath, async () => undefined)
  try {
    let job = await findJob(client, name, input.signal)
    if (!job) {
      await storage.put(keys.sound, input.wavPath, { contentType: 'audio/wav', signal: input.signal })
      job = await startJob(client, options, { name, keys, input })
    }
    job = await waitForJob(client, job, { name, pollMs: options.pollMs ?? 5_000, signal: input.signal })
    if (job.TranscriptionJobStatus === 'FAILED') {
      // Its name would otherwise stand in the way of every further try.
      await client.send(new DeleteTranscriptionJobCommand({ TranscriptionJobName: name }))
      throw transcribeErrors.refused(
        `Amazon Transcribe failed: ${job.FailureReason ?? 'it did not say why.'}`,
      )
    }
    const { body } = await storage.get(keys.answer, { signal: input.signal })
    const words = readAnswer(await buffer(body))
    if (words.length === 0) throw transcribeErrors.nothingHeard('Amazon Transcribe heard no words.')
    await Promise.all([storage.delete(keys.sound), storage.delete(keys.answer)])
    const language = job.LanguageCode ?? input.language ?? 'und'
    return { words, language, isDraft: false, timing: 'word', notes: [] }
  } catch (error) {
    throw translate(error, input.signal)
  }
}

async function findJob(
  client: TranscribeClient,
  name: string,
  signal?: AbortSignal,
): Promise<TranscriptionJob | undefined> {
  try {
    const command = new GetTranscriptionJobCommand({ TranscriptionJobName: name })
    return (await client.send(command, { abortSignal: signal })).TranscriptionJob
  } catch (error) {
    // Amazon says BadRequestException for a job it does not know.
    if (nameOf(error) === 'NotFoundException' || nameOf(error) === 'BadRequestException') return undefined
    throw error
  }
}

async function startJob(
  client: TranscribeClient,
  { bucket, prefix }: AmazonOptions,
  { name, keys, input }: { name: string; keys: { sound: string; answer: string }; input: TranscribeInput },
): Promise<TranscriptionJob> {
  const short = input.language?.split('-')[0]?.toLowerCase()
  const code = short && (input.language!.includes('-') ? (input.language as LanguageCode) : languages[short])
  const command = new StartTranscriptionJobCommand({
    TranscriptionJobName: name,
    ...(code ? { LanguageCode: code } : { IdentifyLanguage: true }),
    MediaFormat: 'wav',
    Media: { MediaFileUri: `s3://${bucket}/${prefix}${keys.sound}` },
    OutputBucketName: bucket,
    OutputKey: `${prefix}${keys.answer}`,
  })
  try {
    return (await client.send(command, { abortSignal: input.signal })).TranscriptionJob ?? {}
  } catch (error) {
    // Begun by a try that did not live to see the answer.
    if (nameOf(error) === 'ConflictException') return {}
    throw error
  }
}

async function waitForJob(
  client: TranscribeClient,
  job: TranscriptionJob,
  { name, pollMs, signal }: { name: string; pollMs: number; signal?: AbortSignal },
): Promise<TranscriptionJob> {
  let current = job
  while (current.TranscriptionJobStatus !== 'COMPLETED' && current.TranscriptionJobStatus !== 'FAILED') {
    await wait(pollMs, undefined, { signal })
    current = (await findJob(client, name, signal)) ?? {}
    if (!current.TranscriptionJobStatus) throw transcribeErrors.failed('Amazon Transcribe lost the job.')
  }
  return current
}

const answerSchema = z.looseObject({
  results: z.looseObject({
    items: z.array(
      z.looseObject({
        type: z.string(),
        start_time: z.string().optional(),
        end_time: z.string().optional(),
        alternatives: z
          .array(z.looseObject({ content: z.string(), confidence: z.string().optional() }))
          .min(1),
      }),
    ),
  }),
})

function readAnswer(bytes: Buffer): TranscribedWord[] {
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw transcribeErrors.badAnswer('The transcript in the bucket is not JSON.', { cause })
  }
  const read = answerSchema.safeParse(json)
  if (!read.success)
    throw transcribeErrors.badAnswer('The file in the bucket is no transcript.', { cause: read.error })
  const words: TranscribedWord[] = []
  for (const { type, start_time, end_time, alternatives } of read.data.results.items) {
    const { content, confidence } = alternatives[0]!
    const last = words.at(-1)
    if (type === 'punctuation') {
      if (last) last.text += content
      continue
    }
    const [startMs, endMs] = [Number(start_time) * 1000, Number(end_time) * 1000].map(Math.round) as [
      number,
      number,
    ]
    const sure = Number(confidence)
    if (!Number.isFinite(startMs) || !Number.isFinite(endMs) || !Number.isFinite(sure))
      throw transcribeErrors.badAnswer(
        `The word "${content}" in the transcript has no times or no confidence.`,
      )
    words.push({ text: content, startMs, endMs, confidence: sure })
  }
  return words
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

const passing = new Set(['LimitExceededException', 'ThrottlingException', 'TooManyRequestsException'])

function translate(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason
  if (error instanceof AppError) return error
  const cause = error
  const { $metadata, message } = error as { $metadata?: { httpStatusCode?: number }; message: string }
  const status = $metadata?.httpStatusCode
  if (passing.has(nameOf(error)) || status === 429)
    return transcribeErrors.rateLimited(`Amazon Transcribe asks to wait: ${message}`, { cause })
  if (nameOf(error) === 'SyntaxError')
    return transcribeErrors.badAnswer('Amazon Transcribe did not answer in JSON.', { cause })
  if (status !== undefined && status >= 400 && status < 500)
    return transcribeErrors.refused(`Amazon Transcribe refused: ${message}`, { cause })
  return transcribeErrors.unavailable(`Amazon Transcribe cannot be reached: ${message}`, { cause })
}
