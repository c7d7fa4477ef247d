import { formatTimecode, frameToMs } from '../../../kernel/time.ts'
import { type CutList, placeEvents } from './cut-list.ts'
import { rateLabel, timecodeBase } from './edit-rate.ts'

const columns = [
  'type',
  'number',
  'name',
  'note',
  'color',
  'source',
  'frameRate',
  'sourceStartFrame',
  'sourceEndFrame',
  'recordStartFrame',
  'recordEndFrame',
  'sourceIn',
  'sourceOut',
  'recordIn',
  'recordOut',
  'durationSeconds',
] as const

type Row = Record<(typeof columns)[number], string | number>

/**
 * A table for spreadsheets (RFC 4180): a row per cut, followed by a row per marker in it. Timecodes of the cut start
 * at 00:00:00:00; rates without timecode leave them empty.
 */
export function writeCsv(list: CutList): string {
  const rows = placeEvents(list).flatMap((event): Row[] => [
    {
      ...rowOf(list, event),
      type: 'cut',
      number: event.number,
      name: event.name ?? '',
      note: '',
      color: '',
    },
    ...event.markers.map((marker) => {
      const at = event.recordStartFrame + marker.frame - event.sourceStartFrame
      const place = {
        sourceStartFrame: marker.frame,
        sourceEndFrame: marker.frame,
        recordStartFrame: at,
        recordEndFrame: at,
      }
      return {
        ...rowOf(list, place),
        type: 'marker',
        number: event.number,
        name: marker.name,
        note: marker.note ?? '',
        color: marker.color ?? '',
      }
    }),
  ])
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(','))
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`
}

type Place = Pick<Row, 'sourceStartFrame' | 'sourceEndFrame' | 'recordStartFrame' | 'recordEndFrame'>

function rowOf(list: CutList, place: { [K in keyof Place]: number }) {
  const { sourceStartFrame, sourceEndFrame, recordStartFrame, recordEndFrame } = place
  const { frameRate, dropFrame } = list
  const timecode = (frame: number) =>
    timecodeBase(frameRate) ? formatTimecode(frame, frameRate, { dropFrame }) : ''
  return {
    source: list.source.name,
    frameRate: rateLabel(frameRate),
    sourceStartFrame,
    sourceEndFrame,
    recordStartFrame,
    recordEndFrame,
    sourceIn: timecode(sourceStartFrame),
    sourceOut: timecode(sourceEndFrame),
    recordIn: timecode(recordStartFrame),
    recordOut: timecode(recordEndFrame),
    durationSeconds: Number((frameToMs(sourceEndFrame - sourceStartFrame, frameRate) / 1000).toFixed(3)),
  }
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  // A cell that starts like a formula is run by spreadsheets (OWASP: CSV injection); the apostrophe makes it text.
  const safe = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
