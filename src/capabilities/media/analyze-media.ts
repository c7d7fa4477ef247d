import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MediaProgress } from '../../platform/ffmpeg/child.ts'
import type { LevelsResult, MetadataResult, OutputResult } from '../../platform/ffmpeg/plan.ts'
import { type Analysis, type AnalysisOptions, defaultAnalysisOptions, type Loudness } from './analysis.ts'
import { analysisPlan, contactSheetLayout, loudnessKeys } from './analysis-plan.ts'
import { mediaErrors } from './errors.ts'
import { factsOfProbe } from './exports/make-cut-list.ts'
import { extractThumbnail } from './extract-thumbnail.ts'
import { findSpeech } from './keep-list.ts'
import { peaksPerSecond, toPeaks } from './peaks.ts'
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
  const plan = analysisPlan(probe, {
    path: input.path,
    outDir: input.outDir,
  })
  const { outputs, decodeErrors } = await deps.engine.run(plan, input)
  const analysis = readAnalysis(probe, outputs, { ...defaultAnalysisOptions, ...input.options })
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

const emptySeries = { min: new Float32Array(0), max: new Float32Array(0) }

/** Draws the conclusions from what the engine measured. */
function readAnalysis(probe: Probe, outputs: OutputResult[], options: AnalysisOptions): Analysis {
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
    }),
    notes: [...probe.notes],
  }
}

function findLevels(outputs: OutputResult[]): LevelsResult | undefined {
  return outputs.find((output) => output.kind === 'levels')
}

function readLoudness(rows: MetadataResult): Loudness {
  // The last piece of sound is often too short to be measured and carries no numbers.
  const last = (key: string) => rows.values[key]?.findLast((value) => !Number.isNaN(value)) ?? Number.NaN
  const peaks = Object.keys(rows.values)
    .filter((key) => key.includes('true_peaks'))
    .map(last)
  const peak = Math.max(0, ...peaks.filter((value) => !Number.isNaN(value)))
  return {
    integratedLufs: finite(last(loudnessKeys.integrated), -70),
    truePeakDb: Number((peak > 0 ? Math.max(-99, 20 * Math.log10(peak)) : -99).toFixed(2)),
    rangeLu: finite(last(loudnessKeys.range), 0),
  }
}

function finite(value: number, otherwise: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(2)) : otherwise
}
