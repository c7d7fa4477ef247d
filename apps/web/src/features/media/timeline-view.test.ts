import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fitView, msToPx, pxToMs, revealMs, rulerTicks, scrollView, zoomView } from './timeline-view.ts'

describe('the timeline', () => {
  const fitted = fitView(1000, 100_000)

  test('shows the whole recording when fitted', () => {
    assert.equal(msToPx(fitted, 0), 0)
    assert.equal(msToPx(fitted, 100_000), 1000)
    assert.equal(pxToMs(fitted, 500), 50_000)
  })

  test('keeps the moment under the pointer where it is while zooming', () => {
    const zoomed = zoomView(fitted, 4, 50_000)
    assert.equal(zoomed.msPerPx, 25)
    assert.equal(msToPx(zoomed, 50_000), 500)
  })

  test('never zooms out beyond the recording or past its ends', () => {
    const out = zoomView(zoomView(fitted, 8, 90_000), 0.01, 90_000)
    assert.deepEqual(out, fitted)
    const scrolled = scrollView(zoomView(fitted, 10, 0), 1_000_000)
    assert.equal(pxToMs(scrolled, 1000), 100_000)
    assert.equal(scrollView(scrolled, -1_000_000).startMs, 0)
  })

  test('stops zooming in where single frames can be told apart', () => {
    assert.equal(zoomView(fitted, 1_000_000, 10_000).msPerPx, 2)
  })

  test('does not zoom into a recording that is shorter than the closest zoom', () => {
    const short = fitView(1000, 1000)
    assert.deepEqual(zoomView(short, 10, 500), short)
  })

  test('moves only when a moment is outside', () => {
    const zoomed = zoomView(fitted, 10, 0)
    assert.equal(revealMs(zoomed, 5000), zoomed)
    const moved = revealMs(zoomed, 60_000)
    assert.ok(msToPx(moved, 60_000) >= 0 && msToPx(moved, 60_000) <= 1000)
  })

  test('has ruler times that are round and far enough apart', () => {
    const ticks = rulerTicks(fitted, 72)
    assert.deepEqual(ticks.slice(0, 3), [0, 10_000, 20_000])
    assert.equal(ticks.at(-1), 100_000)
  })
})
