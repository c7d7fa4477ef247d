export {
  type Analysis,
  type AnalysisOptions,
  defaultAnalysisOptions,
  type KeepRange,
  type Loudness,
  type SceneChange,
  type Suggestion,
} from './analysis.ts'
export { analyzeMedia, type AnalyzeMedia } from './analyze-media.ts'
export { type Cue, readWords, type Word, wordsToReview } from './captions/caption.ts'
export { captionErrors } from './captions/errors.ts'
export { type Layout, layoutCues } from './captions/layout-cues.ts'
export { broadcastRules, type LayoutRules } from './captions/layout-rules.ts'
export { parseSrt, parseVtt } from './captions/parse-captions.ts'
export { writeAss, writeSrt, writeVtt } from './captions/write-captions.ts'
export { checkRecording } from './check-recording.ts'
export { mediaCommands } from './commands.ts'
export { mediaErrors } from './errors.ts'
export { type CutList, readCutList } from './exports/cut-list.ts'
export { cutListErrors } from './exports/errors.ts'
export { type ExportFormat, exportFormats, exportFormatTable } from './exports/export-formats.ts'
export { cutListFromAnalysis, cutListFromClips } from './exports/make-cut-list.ts'
export { extractThumbnail, type ExtractThumbnail } from './extract-thumbnail.ts'
export { findAnalysis, findPackage, getMedia, type Media } from './get-media.ts'
export { analysisHash, packageHash } from './options-hash.ts'
export { packageMedia, type PackageMedia } from './package-media.ts'
export type { AudioRendition, Package, Rendition } from './package.ts'
export type { Peaks } from './peaks.ts'
export type { AudioTrack, DynamicRange, Integrity, Probe, VideoTrack } from './probe.ts'
export { type MediaDeps, probeMedia } from './probe-media.ts'
export { linkMedia, type MediaLinks } from './link-media.ts'
export { mediaRoutes } from './routes.ts'
export { type MediaKey, saveAnalysis, savePackage } from './save-analysis.ts'
