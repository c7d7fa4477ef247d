import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MsRange } from '../../kernel/ranges.ts'
import type { MediaProgress } from '../../platform/ffmpeg/child.ts'
import type { LevelsResult, MetadataResult, OutputResult } from '../../platform/ffmpeg/plan.ts'
import { listenForVoice } from '../../platform/voice/listen-for-voice.ts'
import { type Analysis, type AnalysisOptions, defaultAnalysisOptions } from './analysis.ts'
import { analysisPlan, contactSheetLayout } from './analysis-plan.ts'
import { mediaErrors } from './errors.ts'
import { factsOfProbe } from './exports/make-cut-list.ts'
import { extractThumbnail } from './extract-thumbnail.ts'
import { findSpeech } from './keep-list.ts'
import { peaksPerSecond, toPeaks } from './peaks.ts'
import { readLoudness } from './read-loudness.ts'
import { choosePoster, findBlack, findFrozen, findScenes } from './pictures-found.ts'
import type { Probe } from './probe.ts'
import { type MediaDeps, probeMedia } from './probe-media.ts'
import { spriteLayout, writeSpriteTrack } from './sprites.ts'
import { suggestEdits } from './suggestions.ts'

export type AnalyzeMedia = {
  path: string
  /** Gets `poster.jpg`, `contact-sheet.jpg`, `sprite-001.jpg` …, `sprites.vtt`, `peaks.json` and `analysis.json`; made when missing. */
  outDir: string
  options?: Partial<AnalysisOptions>
  /** What the recording is called where people see it; kept in the analysis for exports to editors. */
  sourceName?: string
  /** Also listen for voices (Silero VAD), which takes about as long as the rest. Default true. */
  voice?: boolean
  /** When the caller has probed the file already. */
  probe?: Probe
  signal?: AbortSignal
  onProgress?: (progress: MediaProgress) => void
}

/**
 * Looks and listens through a recording once: what to keep and where silence is, loudness, waveform, scenes, black
 * stretches, a poster and a contact sheet, and suggestions for edits.
 */
export async function analyzeMedia(deps: MediaDeps, input: AnalyzeMedia): Promise<Analysis> {
  const probe = input.probe ?? (await probeMedia(deps, input))
  if (!probe.hasVideo) throw mediaErrors.noVideo('The file has no video track.')
  await mkdir(input.outDir, { recursive: true })
  const voicePath = probe.hasAudio && input.voice !== false ? join(input.outDir, 'voice.f32') : undefined
  const plan = analysisPlan(probe, { path: input.path, outDir: input.outDir, voicePath })
  // Listening for voices comes after the pass, in a process of its own, with a share of the progress.
  const share = voicePath ? 0.6 : 1
  const onProgress = ({ percent = 0, ...rest }: MediaProgress) =>
    input.onProgress?.({ ...rest, percent: percent * share })
  const { outputs, decodeErrors } = await deps.engine.run(plan, { signal: input.signal, onProgress })
  const speech = voicePath === undefined ? undefined : await findVoice(voicePath, probe, input)
  const analysis = readAnalysis(probe, outputs, { ...defaultAnalysisOptions, ...input.options }, speech)
  analysis.source = { ...factsOfProbe(probe), ...(input.sourceName && { name: input.sourceName }) }
  if (decodeErrors > 0)
    analysis.notes.push(`${decodeErrors} damaged places could not be read and were left out.`)
  await extractThumbnail(deps, {
    path: input.path,
    atMs: Math.min(analysis.posterAtMs, Math.max(0, probe.durationMs - 1)),
    outPath: join(input.outDir, analysis.poster),
    width: 1280,
    probe,
    signal: input.signal,
  })
  const pictures = outputs[0] as MetadataResult
  analysis.sprites = await writeSpriteTrack(input.outDir, spriteLayout(probe), pictures, probe.durationMs)
  const levels = findLevels(outputs)
  const peaks = toPeaks(levels?.series[1] ?? emptySeries, peaksPerSecond(probe.durationMs))
  await writeFile(join(input.outDir, analysis.peaks), JSON.stringify(peaks))
  await writeFile(join(input.outDir, 'analysis.json'), JSON.stringify(analysis))
  return analysis
}

async function findVoice(path: string, { durationMs }: Probe, input: AnalyzeMedia): Promise<MsRange[]> {
  try {
    const onProgress = ({ percent = 0 }: MediaProgress) => input.onProgress?.({ percent: 60 + percent * 0.4 })
    const { speech } = await listenForVoice({ path, durationMs }, { signal: input.signal, onProgress })
    return speech.map((range) => ({ startMs: Math.round(range.startMs), endMs: Math.round(range.endMs) }))
  } finally {
    await rm(path, { force: true })
  }
}

const emptySeries = { min: new Float32Array(0), max: new Float32Array(0) }

/** Draws the conclusions from what the engine measured. */
function readAnalysis(
  probe: Probe,
  outputs: OutputResult[],
  options: AnalysisOptions,
  voice: MsRange[] | undefined,
): Analysis {
  const video = probe.video[0]!
  const pictures = outputs[0] as MetadataResult
  const loudnessRows = probe.hasAudio ? (outputs[3] as MetadataResult) : undefined
  const levels = findLevels(outputs)
  const { frames, frameRate } = video
  const wholeMs = { startMs: 0, endMs: probe.durationMs }
  const speech = levels
    ? findSpeech(levels.series[0]!, { frames, frameRate, options })
    : { keep: [{ startFrame: 0, endFrame: frames, ...wholeMs }], silences: [] }
  const black = findBlack(pictures, probe.durationMs)
  const frozen = findFrozen(pictures)
  return {
    version: 1,
    durationMs: probe.durationMs,
    frameRate,
    frames,
    options,
    ...speech,
    ...(voice && { speech: voice }),
    scenes: findScenes(pictures),
    black,
    frozen,
    loudness: loudnessRows ? readLoudness(loudnessRows) : null,
    poster: 'poster.jpg',
    posterAtMs: choosePoster(pictures, probe.durationMs),
    contactSheet: 'contact-sheet.jpg',
    contactSheetLayout: contactSheetLayout(probe),
    peaks: 'peaks.json',
    suggestions: suggestEdits({
      keep: speech.keep,
      durationMs: probe.durationMs,
      black,
      frozen,
      loudness: loudnessRows,
      speech: voice,
    }),
    notes: [...probe.notes],
  }
}

function findLevels(outputs: OutputResult[]): LevelsResult | undefined {
  return outputs.find((output) => output.kind === 'levels')
}
