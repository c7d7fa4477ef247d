import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { buildAvcC, parseAvcConfig } from './avc-config.ts'
import { seamWindows } from './check-clip.ts'
import {
  type PacketFacts,
  findDecodeStart,
  firstWantedPts,
  isWanted,
  msToTicks,
  planNearestKey,
  planStart,
  planWhole,
} from './cut-plan.ts'
import { joinLengthPrefixed, splitAnnexB, splitLengthPrefixed } from './h264-nal.ts'
import { freeParameterSetId, readPpsIds, readSps } from './h264-parameter-sets.ts'
import { conversionFilters } from './picture-conversion.ts'

/** Packets in decoding order: `I` is an IDR, `i` an open key picture, letters before a number are its kind. */
function packets(text: string): PacketFacts[] {
  return text.split(' ').map((word, index) => ({
    pts: Number(word.slice(1)),
    dts: index - 2,
    isKey: /[Ii]/.test(word[0]!),
    isIdr: word[0] === 'I',
  }))
}

const closed = packets('I0 P3 B1 B2 P6 B4 B5 I7 P10 B8 B9 P13 B11 B12 I14 P17 B15 B16')
const open = packets('I0 P3 B1 B2 i6 B4 B5 P9 B7 B8 i12 B10 B11 P15 B13 B14')

describe('the plan of a clip', () => {
  test('decodes from the key packet before the start and copies from the next closed one', () => {
    assert.deepEqual(planStart(closed, { start: 4, end: 16 }, true), {
      kind: 'join',
      decodeFrom: 0,
      copyFrom: 7,
    })
    assert.deepEqual(planStart(closed, { start: 8, end: 17 }, true), {
      kind: 'join',
      decodeFrom: 7,
      copyFrom: 14,
    })
  })

  test('copies at once when the start is a closed key packet', () => {
    assert.deepEqual(planStart(closed, { start: 7, end: 16 }, true), {
      kind: 'join',
      decodeFrom: 7,
      copyFrom: 7,
    })
  })

  test('never copies from an open key picture', () => {
    const plan = planStart(open, { start: 5, end: 15 }, true)
    assert.equal(plan.kind, 'encode')
  })

  test('encodes all when the next closed key packet is too near to the end', () => {
    assert.equal(planStart(closed, { start: 0.5, end: 7.5 } as never, true).kind, 'encode')
  })

  test('asks for more packets until it is certain, and gives up at the limit', () => {
    assert.deepEqual(planStart(closed.slice(0, 5), { start: 4, end: 16 }, false), { kind: 'more' })
    const plan = planStart(closed.slice(0, 6), { start: 4, end: 16 }, false, { packets: 4 })
    assert.equal(plan.kind, 'encode')
  })

  test('a picture that an edit list hides is not wanted', () => {
    const hidden = { ...closed[0]!, isHidden: true }
    assert.equal(isWanted(hidden, { start: 0, end: 5 }), false)
    assert.equal(firstWantedPts([hidden, ...closed.slice(1)], { start: 0, end: 5 }), 1)
  })

  test('time zero is the earliest wanted frame, not the first packet', () => {
    assert.equal(firstWantedPts(closed, { start: 4, end: 16 }), 4)
    assert.deepEqual(planWhole(closed.slice(0, 5), { start: 4, end: 16 }, false, ''), { kind: 'more' })
    assert.equal(planWhole(closed, { start: 4, end: 16 }, false, 'because').kind, 'encode')
    assert.equal(findDecodeStart(open, { start: 7, end: 15 }), 4)
  })

  test('a plain copy begins at the nearest key packet, before or after', () => {
    assert.equal(planNearestKey(closed, { start: 2, end: 16 }, true), 0)
    assert.equal(planNearestKey(closed, { start: 5, end: 16 }, true), 7)
    assert.equal(planNearestKey(closed.slice(0, 7), { start: 5, end: 16 }, false), undefined)
    assert.equal(planNearestKey(closed.slice(1, 7), { start: 5, end: 16 }, true), undefined)
  })

  test('a frame asked for by its time is in and the one before is not, however the container rounds', () => {
    const rates = [24_000 / 1001, 25, 30_000 / 1001, 30, 50, 60_000 / 1001, 60]
    const clocks = [1_000, 15_360, 24_000, 90_000]
    const roundings = [Math.floor, Math.round, Math.ceil]
    fc.assert(
      fc.property(
        fc.constantFrom(...rates),
        fc.constantFrom(...clocks),
        fc.constantFrom(...roundings),
        fc.integer({ min: 1, max: 1_000_000 }),
        (rate, den, rounding, frame) => {
          const pts = (number: number) => rounding(Number(((number * den) / rate).toFixed(6)))
          const start = msToTicks((frame * 1000) / rate, { num: 1, den })
          assert.ok(pts(frame) >= start, 'the frame itself')
          assert.ok(pts(frame - 1) < start, 'the frame before')
        },
      ),
    )
  })
})

describe('H.264 units', () => {
  const sps = Buffer.from('67640028acd940780227e584000003000400000300f03c60c658', 'hex')
  const pps = Buffer.from('68ef86f2c0', 'hex')

  test('any units survive joining and splitting, by lengths and by start codes', () => {
    // Real units neither contain three bytes that look like a start code nor end in zero.
    const unit = fc
      .uint8Array({ minLength: 1, maxLength: 40 })
      .map((bytes) => Buffer.from(bytes.map((byte) => byte || 7)))
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(1, 2, 4),
        (nals, lengthBytes) => {
          assert.deepEqual(splitLengthPrefixed(joinLengthPrefixed(nals, lengthBytes), lengthBytes), nals)
          const stream = Buffer.concat(nals.flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]))
          assert.deepEqual(splitAnnexB(stream), nals)
        },
      ),
    )
  })

  test('a packet whose lengths do not add up is no packet', () => {
    assert.equal(splitLengthPrefixed(Buffer.from([0, 0, 0, 9, 1, 2]), 4), undefined)
    assert.equal(splitLengthPrefixed(Buffer.from([0, 0]), 4), undefined)
    assert.throws(() => joinLengthPrefixed([Buffer.alloc(300)], 1), RangeError)
  })

  test('a unit longer than any packet is refused by any bytes without a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        splitAnnexB(Buffer.from(bytes))
        splitLengthPrefixed(Buffer.from(bytes), 4)
        parseAvcConfig(Buffer.from(bytes))
      }),
    )
  })

  test('parameter sets are read, and both kinds end in one avcC', () => {
    assert.deepEqual(readSps(sps), {
      id: 0,
      profile: 100,
      level: 40,
      chromaFormat: 1,
      lumaBits: 8,
      chromaBits: 8,
      isProgressive: true,
    })
    const interlaced = Buffer.from('67640015acd94308d080000003008000001e0f8a14cb', 'hex')
    assert.equal(readSps(interlaced).isProgressive, false)
    assert.deepEqual(readPpsIds(pps), { id: 0, spsId: 0 })
    assert.equal(freeParameterSetId([sps], [pps]), 31)
    const config = parseAvcConfig(buildAvcC({ sps: [sps, sps], pps: [pps, pps], lengthBytes: 4 }))
    assert.deepEqual(config, {
      framing: { kind: 'length', lengthBytes: 4 },
      sps: [sps, sps],
      pps: [pps, pps],
    })
    const startCodes = Buffer.concat([Buffer.from([0, 0, 0, 1]), sps, Buffer.from([0, 0, 1]), pps])
    assert.deepEqual(parseAvcConfig(startCodes), { framing: { kind: 'startCodes' }, sps: [sps], pps: [pps] })
    assert.equal(parseAvcConfig(null), undefined)
    assert.equal(parseAvcConfig(Buffer.from([1, 100, 0, 11, 255, 225, 255, 255])), undefined)
  })
})

describe('what is checked of a clip', () => {
  const frames = (text: string) =>
    [...text].map((kind, pts) => ({ pts, durationTicks: 1, isCopied: kind === 'c' }))
  const keys = (text: string) => [...text].map((kind) => ({ facts: { isKey: kind === 'K' } }))

  test('both seams, each from a key packet on', () => {
    const windows = seamWindows(keys('K...K.........K.........K..'), {
      frames: frames('eeeecccccccccccccccccccceee'),
    })
    assert.deepEqual(windows, [
      { from: 0, to: 10 },
      { from: 14, to: 27 },
    ])
  })

  test('a short clip as a whole', () => {
    assert.deepEqual(seamWindows(keys('K..K..'), { frames: frames('eeeccc') }), [{ from: 0, to: 6 }])
  })
})

test('pictures are made fit for a browser by the filters they need, in order', () => {
  const size = { width: 1921, height: 1080, isHdr: false }
  assert.deepEqual(conversionFilters(size), [
    ['crop', '1920:1080:0:0'],
    ['format', 'yuv420p'],
  ])
  assert.deepEqual(
    conversionFilters({ width: 1920, height: 1080, isHdr: true }).map(([name]) => name),
    ['zscale', 'format', 'zscale', 'tonemap', 'zscale', 'format'],
  )
})
