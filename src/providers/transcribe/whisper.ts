import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { MediaEngine } from '../../platform/ffmpeg/engine.ts'
import { transcribeErrors } from './errors.ts'
import type { TranscribedWord, Transcriber } from './port.ts'
import { withSound } from './wav.ts'

/** FFmpeg's filter says nothing about how sure it is, so a person looks at everything that nothing else confirms. */
const confidence = 0.6

/** The largest Whisper weights (`ggml-*.bin`) in a folder or its folder `whisper`; undefined without any. */
export async function findWhisperWeights(modelsDir: string): Promise<string | undefined> {
  for (const dir of [join(modelsDir, 'whisper'), modelsDir]) {
    const names = await readdir(dir).catch(() => [])
    const sizes = ['large', 'medium', 'small', 'base', 'tiny']
    const rank = (name: string) => sizes.findIndex((size) => name.includes(size)) >>> 0
    const [best] = names.filter((name) => /^ggml-.+\.bin$/.test(name)).sort((a, b) => rank(a) - rank(b))
    if (best) return join(dir, best)
  }
  return undefined
}

const segmentSchema = z.object({ start: z.number(), end: z.number(), text: z.string() })

/**
 * Whisper from weights that the operator laid into `MODELS_DIR`, run by the FFmpeg library that is here anyway: no
 * further program. Times are those of sentences.
 */
export function whisperTranscriber(options: { engine: MediaEngine; weightsPath: string }): Transcriber {
  const isEnglishOnly = /\.en[.-]/.test(options.weightsPath)
  return {
    name: 'whisper',
    can: { align: false, recognise: true, languages: isEnglishOnly ? ['en'] : 'many', isLocal: true },
    async transcribe(input) {
      const durationMs = await withSound(input.wavPath, async (sound) => sound.durationMs)
      const dir = await mkdtemp(join(tmpdir(), 'whisper-'))
      try {
        const destination = join(dir, 'segments.json')
        const language = isEnglishOnly ? 'en' : (input.language?.split('-')[0]?.toLowerCase() ?? 'auto')
        const settings = {
          model: options.weightsPath,
          language,
          queue: '20',
          use_gpu: 'false',
          destination,
          format: 'json',
        }
        const listed = Object.entries(settings).map(([name, value]) => `${name}=${escapeValue(value)}`)
        await options.engine.run(
          {
            inputs: [{ path: input.wavPath }],
            graphs: [
              {
                media: 'audio',
                sources: [{ label: 'sound', input: 0, stream: 'a:0' }],
                filters: `[sound]whisper=${listed.join(':')},aformat=sample_fmts=flt[heard]`,
                sinks: ['heard'],
              },
            ],
            outputs: [
              {
                kind: 'levels',
                from: 'heard',
                sampleRate: 16_000,
                channels: 1,
                windows: [{ num: 1, den: 1 }],
              },
            ],
            durationMs,
          },
          { signal: input.signal, onProgress: ({ percent }) => input.onProgress?.(percent ?? 0) },
        )
        const words = readSegments(await readFile(destination, 'utf8'), durationMs)
        if (words.length === 0) throw transcribeErrors.nothingHeard('Whisper heard no words.')
        return {
          words,
          language: input.language ?? (isEnglishOnly ? 'en' : 'und'),
          isDraft: false,
          timing: 'segment',
          notes: [],
        }
      } finally {
        await rm(dir, { recursive: true, force: true })
      }
    },
  }
}

/** FFmpeg reads a filter's options twice: once as a graph, once as a list. */
function escapeValue(value: string): string {
  return value.replace(/[\\':]/g, '\\$&').replace(/[\\'[\],;]/g, '\\$&')
}

/** One JSON object a line: `{"start":0,"end":2300,"text":"…"}`, in milliseconds. */
export function readSegments(text: string, durationMs: number): TranscribedWord[] {
  const words: TranscribedWord[] = []
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const segment = readSegment(line)
    const parts = segment.text
      .trim()
      .split(/\s+/)
      .filter((part) => /[\p{L}\p{N}]/u.test(part))
    const total = parts.reduce((sum, part) => sum + part.length, 0)
    // Bracketed sounds such as [Music] are not spoken.
    if (total === 0 || /^[[(].*[\])]$/.test(segment.text.trim())) continue
    const lengthMs = Math.max(0, segment.end - segment.start)
    let before = 0
    for (const part of parts) {
      const startMs = segment.start + (lengthMs * before) / total
      before += part.length
      const endMs = segment.start + (lengthMs * before) / total
      const at = (ms: number) => Math.round(Math.min(Math.max(ms, words.at(-1)?.startMs ?? 0), durationMs))
      words.push({ text: part, startMs: at(startMs), endMs: at(endMs), confidence })
    }
  }
  return words
}

function readSegment(line: string): z.infer<typeof segmentSchema> {
  try {
    return segmentSchema.parse(JSON.parse(line))
  } catch (cause) {
    throw transcribeErrors.badAnswer('Whisper’s answer cannot be read.', { cause })
  }
}
