import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { planLadder } from './ladder.ts'

const sizes = (width: number, height: number) =>
  planLadder({ width, height, video: [] }).map((rung) => `${rung.width}x${rung.height}`)

describe('the ladder', () => {
  test('begins with the size of the source and goes down', () => {
    assert.deepEqual(sizes(1920, 1080), ['1920x1080', '1280x720', '852x480'])
    assert.deepEqual(sizes(3840, 2160), ['3840x2160', '1920x1080', '1280x720', '852x480'])
    assert.deepEqual(sizes(1280, 720), ['1280x720', '852x480', '640x360'])
    assert.deepEqual(sizes(640, 360), ['640x360', '426x240'])
    assert.deepEqual(sizes(320, 180), ['320x180'])
  })

  test('treats upright pictures by their short side', () => {
    assert.deepEqual(sizes(1080, 1920), ['1080x1920', '720x1280', '480x852'])
  })

  test('makes odd sizes even by cutting, never by adding', () => {
    assert.deepEqual(sizes(853, 481), ['852x480', '638x360', '424x240'])
  })

  test('never enlarges, keeps the shape and stays even, whatever the source', () => {
    const side = fc.integer({ min: 16, max: 8192 })
    fc.assert(
      fc.property(side, side, (width, height) => {
        for (const rung of planLadder({ width, height, video: [] })) {
          assert.ok(rung.width <= width && rung.height <= height)
          assert.ok(rung.width % 2 === 0 && rung.height % 2 === 0)
          assert.ok(Math.min(rung.width, rung.height) <= 2160)
        }
      }),
    )
  })
})
