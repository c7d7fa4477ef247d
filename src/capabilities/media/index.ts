export {
  type Analysis,
  type AnalysisOptions,
  defaultAnalysisOptions,
  type KeepRange,
  type Loudness,
  type SceneChange,
  type Suggestion,
  type SuggestionKind,
  suggestionKinds,
} from './analysis.ts'
export { analyzeMedia, type AnalyzeMedia } from './analyze-media.ts'
export { type AnalyzeSound, analyzeSound, type SoundAnalysis } from './analyze-sound.ts'
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
export { packagePart } from './packaging/package-part.ts'
export type { Peaks } from './peaks.ts'
export {
  type DatedLimit,
  datedLimits,
  type Destination,
  destinationName,
  destinations,
  type PlatformLimits,
  platformLimits,
} from './platform-limits.ts'
export type { AudioTrack, DynamicRange, Integrity, Probe, VideoTrack } from './probe.ts'
export { type MediaDeps, probeMedia } from './probe-media.ts'
export { linkMedia, type MediaLinks } from './link-media.ts'
export { createRendition } from './renditions/create-rendition.ts'
export { renditionErrors } from './renditions/errors.ts'
export { getRendition, listRenditions } from './renditions/list-renditions.ts'
export { type PresetName, presetNames } from './renditions/presets.ts'
export type { RenditionFile } from './renditions/rendition.ts'
export { renditionPart } from './renditions/rendition-part.ts'
export { transcodeMedia, type TranscodeMedia } from './renditions/transcode-media.ts'
export { mediaRoutes } from './routes.ts'
export { suggestionCommands } from './suggestions/commands.ts'
export { type AddOwnCut, addOwnCut } from './suggestions/add-own-cut.ts'
export { type DecideSuggestions, decideSuggestions } from './suggestions/decide-suggestions.ts'
export { suggestionErrors } from './suggestions/errors.ts'
export { exportTightCut, getTightCut, listSuggestions } from './suggestions/list-suggestions.ts'
export { type EditSuggestion, suggestAll, type SuggestionList } from './suggestions/suggestion.ts'
export { suggestionsPart } from './suggestions/suggestions-part.ts'
export { assertCut, partsInMs, planTightCut, type TightCut } from './suggestions/tight-cut.ts'
export { transcriptCommands } from './transcripts/commands.ts'
export {
  type CreateTranscript,
  createTranscript,
  linkTranscript,
  planTranscript,
} from './transcripts/create-transcript.ts'
export { languageSchema, transcriptTextSchema } from './transcripts/transcript.ts'
export { failTranscriptStep, transcribeStep } from './transcripts/workflow.ts'
export { failTranscript } from './transcripts/delete-transcript.ts'
export { transcriptErrors } from './transcripts/errors.ts'
export { findWords, getTranscript, listTranscripts } from './transcripts/get-transcript.ts'
export { makeTranscript, type MakeTranscriptDeps } from './transcripts/make-transcript.ts'
export { transcriptsPart } from './transcripts/transcripts-part.ts'
export { type TranscribedFile, transcribeFile, type TranscribeDeps } from './captions/transcribe-file.ts'
export { type MediaKey, saveAnalysis, savePackage } from './save-analysis.ts'
