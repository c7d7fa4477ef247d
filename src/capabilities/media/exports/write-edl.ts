import { formatTimecode } from '../../../kernel/time.ts'
import { type CutList, type PlacedEvent, placeEvents } from './cut-list.ts'
import { framesInHours, rateLabel, type TimecodeBase, timecodeBase } from './edit-rate.ts'
import { cutListErrors } from './errors.ts'
import { oneLine } from './plain-text.ts'

/**
 * A CMX 3600 edit decision list; the cut starts at 01:00:00:00, ends are exclusive. The format does not say the frame
 * rate, so the title does. Two channels of sound at most. Fails with `cutList.formatCannot`.
 */
export function writeEdl(list: CutList): string {
  const base = assertFits(list)
  const { dropFrame, frameRate } = list
  const timecode = (frame: number) => formatTimecode(frame, frameRate, { dropFrame })
  const startFrame = framesInHours(1, base, dropFrame)
  const head = [
    // CMX 3600 gives the title 70 characters.
    `TITLE:   ${oneLine(list.name).slice(0, 50).toWellFormed()} (${rateLabel(frameRate)} fps)`,
    `FCM: ${dropFrame ? 'DROP FRAME' : 'NON-DROP FRAME'}`,
    '',
  ]
  const body = placeEvents(list).flatMap((event) => eventLines(event, { list, startFrame, timecode }))
  return `${[...head, ...body].join('\n')}\n`
}

type Frame = { list: CutList; startFrame: number; timecode: (frame: number) => string }

function eventLines(event: PlacedEvent, { list, startFrame, timecode }: Frame): string[] {
  const times = [
    event.sourceStartFrame,
    event.sourceEndFrame,
    startFrame + event.recordStartFrame,
    startFrame + event.recordEndFrame,
  ].map(timecode)
  const number = String(event.number).padStart(3, '0')
  const channels = ['V', 'B'][list.source.channels] ?? 'AA/V'
  const markers = event.markers.map((marker) => {
    const at = startFrame + event.recordStartFrame + marker.frame - event.sourceStartFrame
    const note = marker.note ? ` - ${marker.note}` : ''
    return `* LOC: ${timecode(at)} ${(marker.color ?? 'red').toUpperCase().padEnd(7)} ${oneLine(marker.name + note)}`
  })
  return [
    `${number}  AX       ${channels.padEnd(5)} C        ${times.join(' ')}`,
    `* FROM CLIP NAME:  ${oneLine(list.source.name)}`,
    ...(event.name ? [`* COMMENT: ${oneLine(event.name)}`] : []),
    ...markers,
  ]
}

function assertFits(list: CutList): TimecodeBase {
  const base = timecodeBase(list.frameRate)
  // Timecode has two digits for the frame.
  if (!base || base.nominal > 99) {
    throw cutListErrors.formatCannot(`An EDL has no timecode for ${rateLabel(list.frameRate)} fps.`)
  }
  if (list.events.length > 999) {
    throw cutListErrors.formatCannot(
      `An EDL holds 999 events; this cut list has ${list.events.length}. Join short cuts or use another format.`,
    )
  }
  // An end of exactly 24:00:00:00 does not exist either.
  const day = framesInHours(24, base, list.dropFrame)
  const last = placeEvents(list).at(-1)!
  const isOver =
    framesInHours(1, base, list.dropFrame) + last.recordEndFrame >= day ||
    list.events.some((event) => event.sourceEndFrame >= day)
  if (isOver) throw cutListErrors.formatCannot('Timecode ends at 24 hours, and this cut list goes beyond.')
  return base
}
