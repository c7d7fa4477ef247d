import { z } from 'zod'
import type { FrameRate } from '../../../kernel/time.ts'
import { hasDropFrame, toEditRate } from './edit-rate.ts'
import { cutListErrors } from './errors.ts'

/** Colours that every editor with coloured markers knows. */
export const markerColors = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta', 'white', 'black'] as const
export type MarkerColor = (typeof markerColors)[number]

const frame = z.int().min(0)
const text = z.string().max(1000)

const cutListSchema = z.object({
  name: text.default('Cut'),
  frameRate: z.object({ num: z.int().min(1), den: z.int().min(1) }),
  /** Default: yes where it exists. */
  dropFrame: z.boolean().optional(),
  source: z.object({
    /** What an editor shows, and looks for when the path leads nowhere. */
    name: text.optional(),
    /** Where the recording is on the machine of the editor. */
    path: z.string().max(4096).optional(),
    durationFrames: z.int().min(1),
    width: z.int().min(1).max(65_536).default(1920),
    height: z.int().min(1).max(65_536).default(1080),
    sampleRate: z.int().min(1).default(48_000),
    /** 0 without sound. */
    channels: z.int().min(0).max(64).default(2),
  }),
  events: z
    .array(z.object({ sourceStartFrame: frame, sourceEndFrame: frame, name: text.optional() }))
    .min(1)
    .max(100_000),
  markers: z
    .array(
      z.object({
        /** Of the source, not of the cut. */
        frame,
        name: text,
        note: text.optional(),
        color: z.enum(markerColors).optional(),
      }),
    )
    .max(100_000)
    .default([]),
})

export type CutListInput = z.input<typeof cutListSchema>
export type CutMarker = z.output<typeof cutListSchema>['markers'][number]
export type CutSource = z.output<typeof cutListSchema>['source'] & { name: string }

/** A stretch of the source, `[sourceStartFrame, sourceEndFrame)`. */
export type CutEvent = z.output<typeof cutListSchema>['events'][number]

/**
 * Stretches of one recording, to be shown one after the other. All positions are whole frames; the same stretch may
 * come twice. Made only by `readCutList`, so it fits its source.
 */
export type CutList = {
  name: string
  frameRate: FrameRate
  dropFrame: boolean
  source: CutSource
  events: CutEvent[]
  markers: CutMarker[]
}

/** Reads a cut list from JSON. Fails with `cutList.invalid`, which names the place. */
export function readCutList(value: unknown): CutList {
  const read = cutListSchema.safeParse(value)
  if (!read.success) throw cutListErrors.invalid(`The cut list cannot be used: ${issueText(read.error)}.`)
  const { source, frameRate: rate, dropFrame, ...rest } = read.data
  const frameRate = toEditRate(rate)
  const fps = frameRate.num / frameRate.den
  if (fps < 1 || fps > 1000) throw cutListErrors.invalid(`${fps} is not a frame rate between 1 and 1000.`)
  if (dropFrame && !hasDropFrame(frameRate)) {
    throw cutListErrors.invalid('Drop-frame timecode exists only at 29.97 and 59.94 fps.')
  }
  rest.events.forEach((event, index) => assertEvent(event, index, source.durationFrames))
  const outside = rest.markers.find((marker) => marker.frame >= source.durationFrames)
  if (outside) {
    throw cutListErrors.invalid(
      `The marker "${outside.name}" is at frame ${outside.frame}, but the recording has ${source.durationFrames}.`,
    )
  }
  const name = source.name ?? source.path?.split(/[\\/]/).pop() ?? rest.name
  return {
    ...rest,
    frameRate,
    dropFrame: dropFrame ?? hasDropFrame(frameRate),
    source: { ...source, name },
  }
}

function assertEvent(event: CutEvent, index: number, durationFrames: number): void {
  const { sourceStartFrame, sourceEndFrame } = event
  const range = `Event ${index + 1} (frames ${sourceStartFrame} to ${sourceEndFrame})`
  if (sourceEndFrame < sourceStartFrame) throw cutListErrors.invalid(`${range} is reversed.`)
  if (sourceEndFrame === sourceStartFrame) throw cutListErrors.invalid(`${range} is empty.`)
  if (sourceEndFrame > durationFrames) {
    throw cutListErrors.invalid(`${range} ends after the recording, which has ${durationFrames} frames.`)
  }
}

/** `events[2].sourceEndFrame: expected int, received number; …`, the first three. */
export function issueText(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => {
      const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      const message = issue.message.replace(/^Invalid input: /, '')
      return `${path.join('').replace(/^\./, '') || 'the whole'}: ${message}`
    })
    .join('; ')
}

/** An event with its place in the cut. */
export type PlacedEvent = CutEvent & {
  /** From 1. */
  number: number
  recordStartFrame: number
  recordEndFrame: number
  /** Those within the event; a marker that was cut out has no place, one shown twice has two. */
  markers: CutMarker[]
}

/** The events one after the other, the first at frame 0 of the cut. */
export function placeEvents(list: CutList): PlacedEvent[] {
  const markers = [...list.markers].sort((a, b) => a.frame - b.frame)
  let at = 0
  return list.events.map((event, index) => {
    const recordStartFrame = at
    at += event.sourceEndFrame - event.sourceStartFrame
    const inside = markers.filter(
      ({ frame }) => frame >= event.sourceStartFrame && frame < event.sourceEndFrame,
    )
    return { ...event, number: index + 1, recordStartFrame, recordEndFrame: at, markers: inside }
  })
}

/** Length of the cut. */
export function cutFrames(list: CutList): number {
  return list.events.reduce((sum, event) => sum + event.sourceEndFrame - event.sourceStartFrame, 0)
}
