import { z } from 'zod'
import { type FrameRate, msToNearestFrame } from '../../../kernel/time.ts'
import type { Probe } from '../probe.ts'
import { type CutList, type CutListInput, issueText, readCutList } from './cut-list.ts'
import { cutListErrors } from './errors.ts'

/** What an editor has to know of a recording. */
export type SourceFacts = Omit<CutListInput['source'], 'durationFrames'>

/** The facts of a probed recording; `name` and `path` are the caller's. */
export function factsOfProbe(probe: Pick<Probe, 'width' | 'height' | 'audio'>): SourceFacts {
  const [sound] = probe.audio
  // A recording without picture has no size; the list then says the usual one.
  return {
    ...(probe.width > 0 && probe.height > 0 && { width: probe.width, height: probe.height }),
    ...(sound ? { sampleRate: sound.sampleRate, channels: sound.channels } : { channels: 0 }),
  }
}

const analysisPart = z.looseObject({
  frameRate: z.object({ num: z.int().min(1), den: z.int().min(1) }),
  frames: z.int().min(1),
  keep: z.array(z.looseObject({ startFrame: z.int(), endFrame: z.int() })),
})

export type AnalysisPart = z.infer<typeof analysisPart>

/**
 * The tight cut of a recording: what its analysis keeps. Takes an `Analysis` or what was read from `analysis.json`.
 * Fails with `cutList.invalid`, also when nothing is kept or stretches overlap.
 */
export function cutListFromAnalysis(value: unknown, input: { name: string; source?: SourceFacts }): CutList {
  const read = analysisPart.safeParse(value)
  if (!read.success) throw cutListErrors.invalid(`The analysis cannot be used: ${issueText(read.error)}.`)
  const { keep, frameRate, frames } = read.data
  if (keep.length === 0)
    throw cutListErrors.invalid('The analysis keeps nothing of the recording, so there is no cut.')
  const overlap = keep.findIndex((range, index) => index > 0 && range.startFrame < keep[index - 1]!.endFrame)
  if (overlap > 0) {
    throw cutListErrors.invalid(
      `Stretch ${overlap + 1} of the analysis (from frame ${keep[overlap]!.startFrame}) starts before stretch ${overlap} ends (frame ${keep[overlap - 1]!.endFrame}).`,
    )
  }
  return readCutList({
    name: input.name,
    frameRate,
    source: { ...input.source, durationFrames: frames },
    events: keep.map(({ startFrame, endFrame }) => ({
      sourceStartFrame: startFrame,
      sourceEndFrame: endFrame,
    })),
  })
}

const clipPart = z.looseObject({ startMs: z.number(), endMs: z.number(), title: z.string().optional() })

/** Clips of one recording, one after the other in the order given; their times go to the nearest frame. */
export function cutListFromClips(
  value: unknown,
  input: { name: string; frameRate: FrameRate; durationFrames: number; source?: SourceFacts },
): CutList {
  const read = z.array(clipPart).safeParse(value)
  if (!read.success) throw cutListErrors.invalid(`The clips cannot be used: ${issueText(read.error)}.`)
  const { name, frameRate, durationFrames, source } = input
  const frameOf = (ms: number) => msToNearestFrame(ms, frameRate)
  return readCutList({
    name,
    frameRate,
    source: { ...source, durationFrames },
    events: read.data.map(({ startMs, endMs, title }) => ({
      sourceStartFrame: frameOf(startMs),
      sourceEndFrame: frameOf(endMs),
      ...(title && { name: title }),
    })),
  })
}
