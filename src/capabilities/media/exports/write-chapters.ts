import { frameToMs } from '../../../kernel/time.ts'
import { type CutList, cutFrames, type PlacedEvent, placeEvents } from './cut-list.ts'
import { cutListErrors } from './errors.ts'
import { oneLine } from './plain-text.ts'

/** YouTube's rules, as its help states them: support.google.com/youtube/answer/9884579. */
const minChapters = 3
const minChapterS = 10
/** Of a whole video description, in bytes. */
const maxDescriptionBytes = 5000
/** Far more than the description holds. */
const maxMarks = 5000

type Chapter = { startS: number; title: string }

/**
 * Chapters for a YouTube description, one `00:00 Title` per line, in the time of the cut. They come from the markers,
 * or from the events when no marker is in the cut. A chapter that would be shorter than 10 s joins the one before it.
 * Fails with `cutList.noChapters` when fewer than 3 are left.
 */
export function writeChapters(list: CutList): string {
  const events = placeEvents(list)
  assertEachMomentOnce(list, events)
  const totalS = frameToMs(cutFrames(list), list.frameRate) / 1000
  const found = chaptersOf(list, events)
  if (found.length > maxMarks) {
    throw cutListErrors.formatCannot(`${found.length} chapters are more than a YouTube description holds.`)
  }
  const chapters = joinShort(found, totalS)
  if (chapters.length < minChapters) {
    const what = found.length === 1 ? 'is 1 chapter' : `are ${found.length} chapters`
    const joined = found.length === chapters.length ? '' : `, ${chapters.length} once short ones are joined`
    throw cutListErrors.noChapters(`There ${what} in ${Math.floor(totalS)} s${joined}; 3 are needed.`)
  }
  const text = `${chapters.map(({ startS, title }) => `${clock(startS, totalS)} ${title}`).join('\n')}\n`
  if (Buffer.byteLength(text) > maxDescriptionBytes) {
    throw cutListErrors.formatCannot(
      `${chapters.length} chapters do not fit into the ${maxDescriptionBytes} bytes of a YouTube description.`,
    )
  }
  return text
}

function chaptersOf({ frameRate }: CutList, events: PlacedEvent[]): Chapter[] {
  const marks = events.flatMap((event) =>
    event.markers.map(({ frame, name }) => ({
      at: event.recordStartFrame + frame - event.sourceStartFrame,
      name,
    })),
  )
  const starts =
    marks.length > 0
      ? marks
      : events.map(({ recordStartFrame, name, number }) => ({
          at: recordStartFrame,
          name: name ?? `Part ${number}`,
        }))
  const chapters = starts.map(({ at, name }, index) => ({
    startS: Math.round(frameToMs(at, frameRate) / 1000),
    title: titleOf(name) || `Part ${index + 1}`,
  }))
  const first = chapters[0]!
  if (first.startS >= minChapterS) return [{ startS: 0, title: 'Intro' }, ...chapters]
  return [{ ...first, startS: 0 }, ...chapters.slice(1)]
}

/** The shortest first, so that a short one joins its neighbour and does not swallow a long one. */
function joinShort(chapters: Chapter[], totalS: number): Chapter[] {
  const kept = [...chapters]
  while (kept.length > 1) {
    const lengths = kept.map(({ startS }, index) => (kept[index + 1]?.startS ?? totalS) - startS)
    const shortest = lengths.indexOf(Math.min(...lengths))
    if (lengths[shortest]! >= minChapterS) break
    // The first one must stay at 0:00, so the second gives way.
    kept.splice(Math.max(1, shortest), 1)
  }
  return kept
}

/** A stretch shown twice leaves it open which chapter a marker in it starts. */
function assertEachMomentOnce(list: CutList, events: PlacedEvent[]): void {
  const placed = new Set<CutList['markers'][number]>()
  for (const marker of events.flatMap((event) => event.markers)) {
    if (placed.has(marker)) {
      throw cutListErrors.formatCannot(
        `The events of "${oneLine(list.name)}" overlap, so the marker "${oneLine(marker.name)}" would start two chapters.`,
      )
    }
    placed.add(marker)
  }
}

// YouTube refuses descriptions with angle brackets.
function titleOf(name: string): string {
  return oneLine(name).replaceAll('<', '‹').replaceAll('>', '›')
}

function clock(seconds: number, totalS: number): string {
  const pad = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (totalS < 3600) return `${pad(minutes)}:${pad(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`
}
