import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { assertReframe } from './reframe.ts'
import { cropAt, planCropPath, type Sample } from './crop-path.ts'
import { planGeometry, windowEdge } from './geometry.ts'
import { binCount, seePicture } from './see-picture.ts'

const sample = (atMs: number, subjectAt: number, isSceneStart = false): Sample => {
  const bins = new Float64Array(binCount)
  bins[Math.min(binCount - 1, Math.floor(subjectAt * binCount))] = 1
  return { atMs, bins, isSceneStart }
}

describe('the path of a window', () => {
  test('rests on what stays, glides after what moves, jumps where the scene changes', () => {
    const still = planCropPath(
      Array.from({ length: 30 }, (_, index) => sample(index * 160, 0.3)),
      0.3,
    )
    assert.ok(still.every(({ at }) => Math.abs(at - 0.3) < 0.08))
    const walking = Array.from({ length: 60 }, (_, index) => sample(index * 160, 0.1 + (0.8 * index) / 59))
    const path = planCropPath(walking, 0.3)
    for (const [index, { atMs }] of walking.entries()) {
      assert.ok(
        Math.abs(cropAt(path, atMs) - Math.min(0.85, Math.max(0.15, 0.1 + (0.8 * index) / 59))) < 0.15,
      )
    }
    const cut = [
      ...Array.from({ length: 20 }, (_, index) => sample(index * 160, 0.2)),
      ...Array.from({ length: 20 }, (_, index) => sample(3_200 + index * 160, 0.8, index === 0)),
    ]
    const jumping = planCropPath(cut, 0.3)
    assert.equal(jumping.filter(({ isJump }) => isJump).length, 1)
    assert.ok(cropAt(jumping, 3_199) < 0.35 && cropAt(jumping, 3_200) > 0.65)
  })

  test('never leaves the picture, and its times rise, whatever is seen', () => {
    const seen = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(seen, fc.double({ min: 0.1, max: 0.95, noNaN: true }), (list, share) => {
        const path = planCropPath(
          list.map(([at, isCut], index) => sample(index * 160, at, index > 0 && isCut)),
          share,
        )
        assertReframe({ mode: 'exact', reframe: { aspect: '9:16', method: 'follow', path } })
        for (const { at } of path) assert.ok(at >= share / 2 - 1e-3 && at <= 1 - share / 2 + 1e-3)
      }),
      { numRuns: 40 },
    )
  })

  test('windows have the shape, lie inside and on even pixels', () => {
    assert.deepEqual(planGeometry({ width: 1920, height: 1080 }, '9:16', 'follow').window, {
      width: 606,
      height: 1080,
      axis: 'x',
    })
    assert.deepEqual(planGeometry({ width: 1080, height: 1920 }, '16:9', 'crop').window, {
      width: 1080,
      height: 606,
      axis: 'y',
    })
    const { width, height } = planGeometry({ width: 1920, height: 1080 }, '9:16', 'fit')
    assert.deepEqual([width, height], [1080, 1920])
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 100, max: 4000 }),
        (at, size) => {
          const edge = windowEdge(at, size, 90)
          assert.ok(edge >= 0 && edge + 90 <= size && edge % 2 === 0)
        },
      ),
    )
  })

  test('a moving patch is seen where it is; a panning camera is not a subject', () => {
    const [width, height] = [160, 90]
    const picture = (draw: (x: number, y: number) => number) => {
      const bytes = new Uint8Array((width * height * 3) / 2).fill(128)
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) bytes[y * width + x] = draw(x, y)
      return { width, height, bytes }
    }
    const patch = (from: number) => picture((x) => (x >= from && x < from + 10 ? 220 : 60))
    const { bins, isSceneStart } = seePicture(patch(104), patch(100), 'x')
    const middle =
      bins.reduce((sum, value, bin) => sum + value * bin, 0) / bins.reduce((sum, value) => sum + value, 0)
    assert.ok(middle > 46 && middle < 58 && !isSceneStart, `${middle}`)
    assert.ok(
      seePicture(
        picture(() => 220),
        picture(() => 40),
        'x',
      ).isSceneStart,
    )
  })

  test('a shape that cannot be is refused', () => {
    const follow = { aspect: '9:16', method: 'follow' } as const
    assert.throws(() => assertReframe({ mode: 'copy', reframe: follow }), { code: 'clips.badOption' })
    const path = [
      { atMs: 10, at: 0.5 },
      { atMs: 10, at: 0.6 },
    ]
    assert.throws(() => assertReframe({ mode: 'exact', reframe: { ...follow, path } }), {
      code: 'clips.badOption',
    })
  })
})
