import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { datedLimits, destinations, platformLimits, uploadBitRate } from '../platform-limits.ts'
import type { Probe } from '../probe.ts'
import { choosePicture } from './choose-picture.ts'
import { assertDuration, audioBitRateFor, planBitRate } from './fit-destination.ts'
import { nearestStandardRate } from './frame-rates.ts'
import { chooseGain, gainFilters, isAtTarget } from './loudness-plan.ts'
import { type DeliveryPreset, type PresetName, presetOf, presets } from './presets.ts'
import { qualityWindows, readVmafLog } from './quality.ts'
import { h264Options, pictureFilters } from './rendition-plan.ts'
import { whyEncodePicture } from './why-encode.ts'

type Shape = { width: number; height: number; fps?: number; variable?: boolean; durationMs?: number }

function probeOf({ width, height, fps = 30, variable = false, durationMs = 60_000 }: Shape): Probe {
  const video = {
    codec: 'h264',
    width,
    height,
    codedWidth: width,
    codedHeight: height,
    frameRate: { num: fps, den: 1 },
    rotation: 0,
    frames: (fps * durationMs) / 1000,
    variableFrameRate: variable,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    dynamicRange: 'sdr' as const,
    bitRate: 3_000_000,
  }
  return {
    container: 'mov,mp4',
    sizeBytes: 1e6,
    durationMs,
    bitRate: 3_000_000,
    video: [video],
    audio: [],
    subtitles: [],
    width,
    height,
    rotation: 0,
    hdr: false,
    hasVideo: true,
    hasAudio: false,
    hasCoverArt: false,
    integrity: 'whole',
    notes: [],
  }
}

const delivery = (name: DeliveryPreset['name']) => presetOf(name) as DeliveryPreset
const sizeOf = (shape: Shape, name: PresetName) => {
  const { size, inner, surround } = choosePicture(probeOf(shape), presetOf(name))
  return [`${size.width}x${size.height}`, `${inner.width}x${inner.height}`, surround]
}

describe('limits of destinations', () => {
  test('each has a source and a day, and each destination says how long and how large', () => {
    for (const destination of destinations) {
      const limits = datedLimits(destination)
      assert.ok(limits.length >= 4, destination)
      for (const { source, date } of limits) {
        assert.match(source, /^https:\/\//)
        assert.match(date, /^20\d\d-\d\d-\d\d$/)
      }
      assert.ok(platformLimits(destination).maxBytes, destination)
    }
    assert.equal(platformLimits('instagram-reel').maxBytes, 300_000_000)
    assert.equal(uploadBitRate(1080, 30), 8_000_000)
    assert.equal(uploadBitRate(1080, 60), 12_000_000)
    assert.equal(uploadBitRate(500, 25), 5_000_000)
  })

  test('a recording that is too long or too short for one is refused with the limit', () => {
    assert.throws(() => assertDuration(140_500, delivery('x')), { code: 'renditions.tooLong' })
    assert.throws(() => assertDuration(2_900, delivery('instagram-reel')), { code: 'renditions.tooShort' })
    assertDuration(140_010, delivery('x'))
    assertDuration(3_000, delivery('instagram-reel'))
  })

  test('long recordings get fewer bits and then fewer pixels, until nothing fits', () => {
    const choice = choosePicture(probeOf({ width: 1920, height: 1080 }), presetOf('linkedin'))
    const minutes = (n: number) => planBitRate(choice, delivery('linkedin'), n * 60_000)
    assert.deepEqual([minutes(2).maxBitRate, minutes(2).choice.size.height], [8_000_000, 1080])
    const half = minutes(30)
    assert.ok(half.maxBitRate < 2_000_000 && half.choice.size.height === 720, JSON.stringify(half))
    assert.ok(((half.maxBitRate + audioBitRateFor(delivery('linkedin'))) * 1_800) / 8 < 500e6)
    assert.throws(() => planBitRate(choice, delivery('mastodon'), 5 * 3_600_000), {
      code: 'renditions.tooLarge',
    })
  })
})

describe('the picture of a rendition', () => {
  test('keeps its size for YouTube and is set into an upright one for reels', () => {
    assert.deepEqual(sizeOf({ width: 1920, height: 1080 }, 'youtube'), ['1920x1080', '1920x1080', 'none'])
    assert.deepEqual(sizeOf({ width: 853, height: 481 }, 'youtube'), ['852x480', '852x480', 'none'])
    assert.deepEqual(sizeOf({ width: 1920, height: 1080 }, 'instagram-reel'), [
      '1080x1920',
      '1080x608',
      'blur',
    ])
    assert.deepEqual(sizeOf({ width: 1080, height: 1920 }, 'tiktok'), ['1080x1920', '1080x1920', 'none'])
    assert.deepEqual(sizeOf({ width: 1080, height: 1080 }, 'youtube-shorts'), [
      '1080x1080',
      '1080x1080',
      'none',
    ])
  })

  test('is made smaller where a destination wants that, and fills DNxHD with black', () => {
    assert.deepEqual(sizeOf({ width: 1920, height: 1080 }, 'x'), ['1280x720', '1280x720', 'none'])
    assert.deepEqual(sizeOf({ width: 1000, height: 1000 }, 'dnxhd'), ['1920x1080', '1080x1080', 'black'])
    assert.throws(() => choosePicture(probeOf({ width: 1920, height: 400 }), presetOf('linkedin')), {
      code: 'renditions.badShape',
    })
  })

  test('has even frames where the source has not, and for editing always', () => {
    const rate = (shape: Partial<Shape>, name: PresetName) =>
      choosePicture(probeOf({ width: 640, height: 360, ...shape }), presetOf(name)).conformTo
    assert.equal(rate({ fps: 25 }, 'youtube'), undefined)
    assert.deepEqual(rate({ fps: 29, variable: true }, 'youtube'), { num: 30_000, den: 1_001 })
    assert.deepEqual(rate({ fps: 120 }, 'x'), { num: 60, den: 1 })
    assert.deepEqual(rate({ fps: 10 }, 'tiktok'), { num: 24_000, den: 1_001 })
    assert.deepEqual(rate({ fps: 25 }, 'prores'), { num: 25, den: 1 })
    assert.deepEqual(nearestStandardRate({ num: 2997, den: 100 }), { num: 30_000, den: 1_001 })
  })

  test('is even in size and never enlarged, whatever the source and wherever it goes', () => {
    const side = fc.integer({ min: 120, max: 4096 })
    fc.assert(
      fc.property(side, side, fc.constantFrom(...presets), (width, height, preset) => {
        const probe = probeOf({ width, height })
        let choice
        try {
          choice = choosePicture(probe, preset)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'renditions.badShape')
          return
        }
        const { size, inner } = choice
        for (const one of [size, inner]) assert.ok(one.width % 2 === 0 && one.height % 2 === 0)
        assert.ok(inner.width <= size.width && inner.height <= size.height)
        // Two exceptions: fixed sizes, and pictures below what a destination takes.
        const mayEnlarge = preset.name === 'dnxhd' || Math.min(width, height) < 540
        if (!mayEnlarge) assert.ok(inner.width <= width + 1 && inner.height <= height + 1)
      }),
    )
  })

  test('is turned, tone-mapped and framed by filters in this order', () => {
    const probe = probeOf({ width: 1920, height: 1080 })
    assert.equal(
      pictureFilters(probe, choosePicture(probe, presetOf('youtube')), 'yuv420p'),
      'scale=1920:1080:flags=bicubic,setsar=1,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709',
    )
    const reel = pictureFilters(probe, choosePicture(probe, presetOf('tiktok')), 'yuv420p')
    assert.match(reel, /boxblur=4:2.*overlay=0:656:shortest=1/)
  })

  test('is copied only when everything about it fits', () => {
    const why = (shape: Shape, name: DeliveryPreset['name'], change: Partial<Probe['video'][0]> = {}) => {
      const probe = probeOf(shape)
      Object.assign(probe.video[0]!, change)
      return whyEncodePicture(probe, delivery(name), choosePicture(probe, presetOf(name)))
    }
    const hd = { width: 1280, height: 720 }
    assert.equal(why(hd, 'youtube'), undefined)
    assert.match(why(hd, 'youtube', { codec: 'hevc' })!, /hevc/)
    assert.match(why(hd, 'youtube', { pixelFormat: 'yuv422p' })!, /pixel format/)
    assert.match(why(hd, 'youtube', { bitRate: 90e6 })!, /more than needed/)
    assert.match(why(hd, 'tiktok')!, /shape/)
    assert.match(why({ width: 1920, height: 1080 }, 'x')!, /not 1280 × 720/)
  })
})

describe('YouTube’s settings', () => {
  test('are High, two B-frames, closed groups of half a second, bits as advised', () => {
    const choice = choosePicture(probeOf({ width: 1920, height: 1080 }), presetOf('youtube'))
    assert.deepEqual(h264Options(choice, { maxBitRate: 8_000_000, isBetter: false }), {
      preset: 'veryfast',
      crf: '18',
      maxrate: '8000000',
      bufsize: '16000000',
      profile: 'high',
      bf: '2',
      g: '15',
      'x264-params': 'open-gop=0',
    })
    assert.equal(audioBitRateFor(delivery('youtube')), 384_000)
    assert.equal(audioBitRateFor(delivery('instagram-reel')), 128_000)
  })
})

describe('loudness', () => {
  test('is one gain, with a limiter only where peaks would go over', () => {
    assert.deepEqual(chooseGain({ integratedLufs: -22, truePeakDb: -12 }, -14), { gainDb: 8, limited: false })
    assert.deepEqual(chooseGain({ integratedLufs: -22, truePeakDb: -3 }, -14), { gainDb: 8, limited: true })
    assert.deepEqual(gainFilters({ gainDb: -3, limited: false }), ['volume=-3dB:precision=float'])
    assert.ok(isAtTarget({ integratedLufs: -14.4, truePeakDb: -1 }, -14))
    assert.ok(!isAtTarget({ integratedLufs: -14, truePeakDb: 0.4 }, -14))
    assert.ok(isAtTarget({ integratedLufs: -70, truePeakDb: -99 }, -14), 'silence stays silence')
  })
})

describe('the comparison with the source', () => {
  test('covers short recordings wholly and long ones by parts inside them, on whole frames', () => {
    assert.deepEqual(qualityWindows(9_000, 40), [{ startMs: 0, durationMs: 9_000 }])
    const windows = qualityWindows(3_600_000, 1001 / 30)
    assert.equal(windows.length, 12)
    for (const { startMs, durationMs } of windows) {
      assert.ok(startMs + durationMs <= 3_600_001)
      assert.ok(
        Math.abs((startMs / (1001 / 30)) % 1) < 1e-6 || Math.abs(((startMs / (1001 / 30)) % 1) - 1) < 1e-6,
      )
    }
  })

  test('reads what libvmaf writes', () => {
    const log = { frames: [], pooled_metrics: { vmaf: { min: 80, mean: 94.1, harmonic_mean: 93.9 } } }
    assert.equal(readVmafLog(JSON.stringify(log)), 93.9)
    assert.equal(readVmafLog('{}'), undefined)
  })
})
