import type { FrameRate } from '../../../kernel/time.ts'
import { type CutList, readCutList } from './cut-list.ts'
import { cutListErrors } from './errors.ts'
import { cutListFromAnalysis, cutListFromClips, type SourceFacts } from './make-cut-list.ts'

/** What a file given to `media export` holds. */
export type ExportInput =
  | { kind: 'cutList'; value: Json }
  | { kind: 'analysis'; value: Json }
  | { kind: 'clips'; clips: unknown[] }

type Json = Record<string, unknown>

/** The recording as it was found on this machine. */
export type FoundSource = SourceFacts & { frameRate: FrameRate; durationFrames: number }

/** Reads a cut list (`events`), an analysis (`keep`) or clips (`items` of `clips list --json`, `clips`, a list). */
export function readExportInput(text: string): ExportInput {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw cutListErrors.invalid('The file is not JSON.', { cause })
  }
  if (Array.isArray(value)) return { kind: 'clips', clips: value }
  if (isObject(value)) {
    if ('events' in value) return { kind: 'cutList', value }
    if ('keep' in value) return { kind: 'analysis', value }
    const clips = value['items'] ?? value['clips']
    if (Array.isArray(clips)) return { kind: 'clips', clips }
  }
  throw cutListErrors.invalid('The file is no cut list (events), no analysis (keep) and no list of clips.')
}

/** Whether the file leaves open what has to be asked of the recording itself. */
export function needsSource(input: ExportInput): boolean {
  if (input.kind === 'cutList') return false
  return input.kind === 'clips' || !hasPictureSize(input.value)
}

function hasPictureSize({ source }: Json): boolean {
  return isObject(source) && typeof source['width'] === 'number'
}

/**
 * The cut list of a file. `reference` is what the editor is told of the recording, over what the file says;
 * `found` is needed where `needsSource`.
 */
export function toCutList(
  input: ExportInput,
  options: { name: string; reference: { name?: string; path?: string }; found?: FoundSource },
): CutList {
  const { name, reference, found } = options
  if (input.kind === 'clips') {
    if (!found) {
      throw cutListErrors.invalid('Clips do not say the frame rate. Name their recording with --source.')
    }
    const { frameRate, durationFrames, ...facts } = found
    // A list of clips is in the order of their making; the cut is in the order of the recording.
    const clips = input.clips.toSorted((a, b) => startOf(a) - startOf(b))
    return cutListFromClips(clips, {
      name,
      frameRate,
      durationFrames,
      source: { ...facts, ...reference },
    })
  }
  const own = isObject(input.value['source']) ? input.value['source'] : {}
  if (input.kind === 'cutList') return readCutList({ name, ...input.value, source: { ...own, ...reference } })
  const { frameRate: _rate, durationFrames: _frames, ...facts } = found ?? {}
  const source: SourceFacts = { ...facts, ...own, ...reference }
  return cutListFromAnalysis(input.value, { name, source: { name, ...source } })
}

function startOf(clip: unknown): number {
  return isObject(clip) && typeof clip['startMs'] === 'number' ? clip['startMs'] : 0
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
