import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatTimecode, frameToMs, parseTime } from '../../../kernel/time.ts'
import { type CutList, type CutListInput, placeEvents, readCutList } from './cut-list.ts'
import { hasDropFrame } from './edit-rate.ts'
import { type ExportFormat, exportFormatTable } from './export-formats.ts'
import {
  frameOfTimecode,
  readCsv,
  readEdl,
  readFcpxml,
  readOtio,
  readXmeml,
  type ReadBack,
} from './test-readers.ts'

const rates = {
  '23.976': { num: 24_000, den: 1001 },
  '24': { num: 24, den: 1 },
  '25': { num: 25, den: 1 },
  '29.97': { num: 30_000, den: 1001 },
  '30': { num: 30, den: 1 },
  '50': { num: 50, den: 1 },
  '59.94': { num: 60_000, den: 1001 },
  '60': { num: 60, den: 1 },
}
const bases = Object.values(rates).flatMap((frameRate) => [
  { frameRate, dropFrame: false },
  ...(hasDropFrame(frameRate) ? [{ frameRate, dropFrame: true }] : []),
])

/** Names with what breaks XML, timecodes, tables and lines. */
const nameArbitrary = fc.string({ unit: 'binary', maxLength: 30 })
const listArbitrary: fc.Arbitrary<CutList> = fc
  .record({
    base: fc.constantFrom(...bases),
    durationFrames: fc.integer({ min: 1, max: 24 * 3600 * 20 }),
    channels: fc.integer({ min: 0, max: 3 }),
    name: nameArbitrary,
    cuts: fc.array(fc.tuple(fc.nat(), fc.nat(), nameArbitrary), { minLength: 1, maxLength: 20 }),
    marks: fc.array(fc.tuple(fc.nat(), nameArbitrary), { maxLength: 5 }),
  })
  .map(({ base, durationFrames, channels, name, cuts, marks }) =>
    readCutList({
      ...base,
      name,
      source: { name, durationFrames, channels },
      events: cuts.map(([a, b, label]) => {
        const sourceStartFrame = a % durationFrames
        const room = Math.min(durationFrames - sourceStartFrame, 60 * 600)
        return { sourceStartFrame, sourceEndFrame: sourceStartFrame + 1 + (b % room), name: label }
      }),
      markers: marks.map(([at, label]) => ({ frame: at % durationFrames, name: label })),
    }),
  )

function expected(list: CutList): ReadBack['events'] {
  return placeEvents(list).map((event) => ({
    source: [event.sourceStartFrame, event.sourceEndFrame],
    record: [event.recordStartFrame, event.recordEndFrame],
  }))
}

function markerFrames(list: CutList): number[] {
  return placeEvents(list).flatMap((event) => event.markers.map(({ frame }) => frame))
}

const interview: CutListInput = {
  name: 'My "best" cut',
  frameRate: rates['29.97'],
  source: {
    name: 'Interview & co.mp4',
    path: '/media/day 1/Interview & co.mp4',
    durationFrames: 54_000,
    width: 1920,
    height: 1080,
    sampleRate: 48_000,
    channels: 2,
  },
  events: [
    { sourceStartFrame: 150, sourceEndFrame: 1950, name: 'Opening' },
    { sourceStartFrame: 17_982, sourceEndFrame: 18_582 },
  ],
  markers: [
    { frame: 1800, name: 'Hook', note: 'use <this>', color: 'green' },
    { frame: 5000, name: 'In a part that was cut out' },
    { frame: 18_000, name: '=HYPERLINK("x")' },
  ],
}
const talk: CutListInput = {
  frameRate: rates['25'],
  source: { name: 'talk.mp4', durationFrames: 25 * 600, channels: 0 },
  events: [
    { sourceStartFrame: 0, sourceEndFrame: 25 * 60, name: 'Why <bees> dance' },
    { sourceStartFrame: 25 * 120, sourceEndFrame: 25 * 180, name: 'How' },
    { sourceStartFrame: 25 * 240, sourceEndFrame: 25 * 245, name: 'Too short' },
    { sourceStartFrame: 25 * 300, sourceEndFrame: 25 * 400 },
  ],
}

describe('a cut list in every format', () => {
  for (const format of ['edl', 'fcpxml', 'xmeml', 'otio', 'csv'] as const) {
    test(`is written as ${format} to the letter`, () => {
      const { write, extension } = exportFormatTable[format]
      const golden = readFileSync(join(import.meta.dirname, 'golden', `interview${extension}`), 'utf8')
      assert.equal(write(readCutList(interview)), golden)
    })
  }

  test('is written as chapters to the letter, short ones joined to the one before', () => {
    assert.equal(
      exportFormatTable.chapters.write(readCutList(talk)),
      '00:00 Why ‹bees› dance\n01:00 How\n02:05 Part 4\n',
    )
  })

  test('is read back to the same frames by other readers, at all rates', () => {
    fc.assert(
      fc.property(listArbitrary, (list) => {
        const cuts = expected(list)
        const edl = readEdl(exportFormatTable.edl.write(list), list)
        assert.deepEqual(edl.events, cuts)
        const fcpxml = readFcpxml(exportFormatTable.fcpxml.write(list), list)
        const xmeml = readXmeml(exportFormatTable.xmeml.write(list))
        const otio = readOtio(exportFormatTable.otio.write(list))
        for (const read of [fcpxml, xmeml, otio]) {
          assert.deepEqual(read.events, cuts)
          assert.deepEqual(
            read.markers.map(({ frame }) => frame),
            markerFrames(list),
          )
        }
        assert.equal(xmeml.audio.length, list.source.channels)
        for (const track of xmeml.audio) assert.deepEqual(track, cuts)
        const rows = readCsv(exportFormatTable.csv.write(list)).filter(({ type }) => type === 'cut')
        assert.deepEqual(
          rows.map((row) => [
            frameOfTimecode(row['sourceIn']!, list),
            frameOfTimecode(row['sourceOut']!, list),
            Number(row['recordStartFrame']),
            Number(row['recordEndFrame']),
          ]),
          cuts.map(({ source, record }) => [...source, ...record]),
        )
      }),
      { numRuns: 150 },
    )
  })

  test('places its markers in the time that each format speaks of', () => {
    const list = readCutList(interview)
    // 1800 − 150 in the cut; the second event starts at 1800 there.
    assert.deepEqual(
      readEdl(exportFormatTable.edl.write(list), list).markers.map(({ frame }) => frame),
      [1650, 1818],
    )
    assert.deepEqual(readFcpxml(exportFormatTable.fcpxml.write(list), list).markers, [
      { name: 'Hook', frame: 1800 },
      { name: '=HYPERLINK("x")', frame: 18_000 },
    ])
  })

  test('points to the recording with an address that leads back to its path', () => {
    const list = readCutList(interview)
    const path = '/media/day 1/Interview & co.mp4'
    for (const url of [
      readFcpxml(exportFormatTable.fcpxml.write(list), list).src,
      readXmeml(exportFormatTable.xmeml.write(list)).pathurl,
      readOtio(exportFormatTable.otio.write(list)).url,
    ]) {
      assert.equal(decodeURIComponent(new URL(url).pathname), path)
    }
    const windows = readCutList({
      ...interview,
      source: { durationFrames: 54_000, path: 'C:\\a b\\c#1.mp4' },
    })
    assert.match(exportFormatTable.otio.write(windows), /"file:\/\/\/C:\/a%20b\/c%231\.mp4"/)
    assert.equal(windows.source.name, 'c#1.mp4')
  })

  test('runs no formula in a spreadsheet', () => {
    for (const name of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '"=1']) {
      const text = exportFormatTable.csv.write(
        readCutList({ ...talk, events: [{ sourceStartFrame: 0, sourceEndFrame: 5, name }] }),
      )
      const [row] = readCsv(text)
      assert.doesNotMatch(row!['name']!, /^\s*[=+\-@＝]/)
      assert.ok(row!['name']!.includes(name))
    }
  })
})

describe('timecode', () => {
  test('agrees with smpte-timecode at all rates, over a whole day', () => {
    for (const base of bases) {
      const day = frameOfTimecode(base.dropFrame ? '23:59:59;00' : '23:59:59:00', base)
      fc.assert(
        fc.property(fc.integer({ min: 0, max: day }), (frame) => {
          const text = formatTimecode(frame, base.frameRate, base)
          assert.equal(frameOfTimecode(text, base), frame)
          assert.equal(Math.round(parseTime(text, base.frameRate) - frameToMs(frame, base.frameRate)), 0)
        }),
        { numRuns: 300 },
      )
    }
  })

  test('agrees around every minute, where drop-frame skips numbers', () => {
    for (const base of bases.filter(({ dropFrame }) => dropFrame)) {
      const perMinute = Math.round(base.frameRate.num / base.frameRate.den) * 60
      for (let minute = 0; minute <= 125; minute++) {
        for (let frame = minute * perMinute - 300; frame < minute * perMinute + 10; frame++) {
          if (frame < 0) continue
          assert.equal(frameOfTimecode(formatTimecode(frame, base.frameRate, base), base), frame)
        }
      }
    }
  })
})

describe('what a format cannot hold is refused with the reason', () => {
  const many = (count: number) =>
    readCutList({
      ...talk,
      events: Array.from({ length: count }, (_, index) => ({
        sourceStartFrame: index,
        sourceEndFrame: index + 1,
      })),
    })
  const write = (format: ExportFormat, list: CutList) => () => exportFormatTable[format].write(list)

  test('more than 999 events in an EDL', () => {
    assert.doesNotThrow(write('edl', many(999)))
    assert.throws(write('edl', many(1000)), { code: 'cutList.formatCannot', message: /999.*1000/ })
    assert.doesNotThrow(write('fcpxml', many(1000)))
  })

  test('rates without timecode, and cuts beyond 24 hours', () => {
    const odd = readCutList({ ...talk, frameRate: { num: 25, den: 2 } })
    assert.throws(write('edl', odd), { code: 'cutList.formatCannot' })
    assert.throws(write('xmeml', odd), { code: 'cutList.formatCannot' })
    assert.deepEqual(readFcpxml(exportFormatTable.fcpxml.write(odd), odd).events, expected(odd))
    assert.equal(readCsv(exportFormatTable.csv.write(odd))[0]!['sourceIn'], '')
    const day = readCutList({
      ...talk,
      source: { durationFrames: 25 * 86_400 },
      events: [{ sourceStartFrame: 0, sourceEndFrame: 25 * 86_400 - 1000 }],
    })
    assert.throws(write('edl', day), { code: 'cutList.formatCannot', message: /24 hours/ })
  })

  test('fewer than three chapters, and markers that would start two', () => {
    const two = readCutList({ ...talk, events: talk.events.slice(0, 3) })
    assert.throws(write('chapters', two), {
      code: 'cutList.noChapters',
      message: /3 chapters in 125 s, 2 once/,
    })
    const twice = readCutList({
      ...talk,
      events: [talk.events[0]!, talk.events[0]!],
      markers: [{ frame: 100, name: 'Bees' }],
    })
    assert.throws(write('chapters', twice), { code: 'cutList.formatCannot', message: /overlap.*Bees/ })
  })

  test('chapters start at 0:00 and count hours when there are any', () => {
    const long = readCutList({
      ...talk,
      source: { durationFrames: 25 * 7200 },
      events: [{ sourceStartFrame: 0, sourceEndFrame: 25 * 4000 }],
      markers: [
        { frame: 25 * 3700, name: 'Last' },
        { frame: 25 * 30, name: 'First\nline' },
        { frame: 25 * 3995, name: 'Too near the end' },
      ],
    })
    assert.equal(exportFormatTable.chapters.write(long), '0:00:00 Intro\n0:00:30 First line\n1:01:40 Last\n')
  })
})
