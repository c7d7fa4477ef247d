import { join } from 'node:path'
import type { MediaEngine } from '../../../platform/ffmpeg/engine.ts'
import {
  type EngineName,
  fitScript,
  type Transcribers,
  type Transcription,
} from '../../../providers/transcribe/index.ts'
import type { Word } from './caption.ts'
import { extractSound } from './extract-sound.ts'

export type TranscribeDeps = { engine: MediaEngine; transcribers: Transcribers }

export type TranscribeFile = {
  path: string
  /** What is said, when that is known: then it is put to the sound instead of being recognised. */
  script?: string
  /** Default: the best that can do it here. */
  engine?: EngineName
  /** BCP 47. */
  language?: string
  /** See `TranscribeInput.jobKey`. */
  jobKey: string
  /** An empty folder for intermediate files; whoever made it removes it. */
  workDir: string
  signal?: AbortSignal
  onProgress?: (percent: number) => void
}

export type TranscribedFile = {
  words: Word[]
  /** Which engine wrote it down. */
  engine: EngineName
  language: string
  /** Guessed: nobody should read it before it was checked. */
  isDraft: boolean
  /** What a person should know, in sentences. */
  notes: string[]
  durationMs: number
}

/**
 * Writes down the speech of a recording: the script with its times when there is one, what an engine hears otherwise.
 * Sentence times of an engine are made word times by alignment where that is possible here.
 *
 * Fails with a row of `transcribe`, `media.noAudio`, or the signal's reason.
 */
export async function transcribeFile(deps: TranscribeDeps, input: TranscribeFile): Promise<TranscribedFile> {
  const { script, language, jobKey, signal, onProgress } = input
  const chosen = await deps.transcribers.choose({
    engine: input.engine,
    hasScript: script !== undefined,
    language,
  })
  const wavPath = join(input.workDir, 'sound.wav')
  const { durationMs } = await extractSound(deps, {
    path: input.path,
    outPath: wavPath,
    signal,
    onProgress: (percent) => onProgress?.(percent * 0.1),
  })
  const work = { wavPath, language, jobKey, signal }
  const heard = await chosen.transcribe({
    ...work,
    script: chosen.can.align ? script : undefined,
    onProgress: (percent) => onProgress?.(10 + percent * 0.8),
  })
  const made =
    script !== undefined && !chosen.can.align ? fitScript(heard, script) : await refine(deps, heard, work)
  onProgress?.(100)
  const { words, isDraft, notes } = made
  return { words, engine: chosen.name, language: made.language, isDraft, notes, durationMs }
}

/** Word times for an engine that has times of sentences only. */
async function refine(
  { transcribers }: TranscribeDeps,
  heard: Transcription,
  work: { wavPath: string; jobKey: string; signal?: AbortSignal },
): Promise<Transcription> {
  if (heard.timing === 'word' || heard.isDraft) return heard
  const { language } = heard
  const aligner = (await transcribers.list()).find(
    ({ name, can }) => name === 'align' && can.languages.includes(language.split('-')[0]!),
  )
  if (!aligner) return heard
  const script = heard.words.map(({ text }) => text).join(' ')
  const aligned = await aligner.transcribe({ ...work, script, language })
  return { ...aligned, notes: [...heard.notes, ...aligned.notes] }
}
