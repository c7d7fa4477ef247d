import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseSpeed } from './choose-speed.ts'

const minutes = (n: number) =>
  ({ width: 1920, height: 1080, durationMs: n * 60_000, video: [] }) satisfies Parameters<
    typeof chooseSpeed
  >[0]
const rung = (width: number, height: number) => ({ name: `${height}p`, width, height, maxBitRate: 1 })
const below = [rung(1280, 720), rung(852, 480)]

test('the preset is the best that is done in time', () => {
  assert.equal(chooseSpeed(minutes(10), { rungs: below, cores: 2 }), 'veryfast')
  assert.equal(chooseSpeed(minutes(10), { rungs: [rung(1920, 1080), ...below], cores: 2 }), 'superfast')
  assert.equal(chooseSpeed(minutes(10), { rungs: below, cores: 2, withinMs: 120_000 }), 'superfast')
  assert.equal(chooseSpeed(minutes(10), { rungs: below, cores: 2, withinMs: 1_000 }), 'ultrafast')
  assert.equal(chooseSpeed(minutes(10), { rungs: [rung(1920, 1080), ...below], cores: 16 }), 'veryfast')
})

test('a short recording is worth the time in any case', () => {
  assert.equal(chooseSpeed(minutes(0.5), { rungs: [rung(1920, 1080), ...below], cores: 2 }), 'veryfast')
})
