import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAgo, formatBytes, formatExactTime, formatLength, formatTime } from './format.ts'

test('times grow hours only when there are any', () => {
  assert.equal(formatTime(65_999), '1:05')
  assert.equal(formatTime(3_723_000), '1:02:03')
  assert.equal(formatTime(-5), '0:00')
})

test('exact times show hundredths and never round up into the next second', () => {
  assert.equal(formatExactTime(65_120), '1:05.12')
  assert.equal(formatExactTime(59_999), '0:59.99')
})

test('lengths are said in the two largest units', () => {
  assert.equal(formatLength(400), '0 s')
  assert.equal(formatLength(42_000), '42 s')
  assert.equal(formatLength(120_000), '2 min')
  assert.equal(formatLength(3_725_000), '1 h 2 min')
})

test('sizes are decimal', () => {
  assert.equal(formatBytes(0, 'en'), '0 B')
  assert.equal(formatBytes(1_500_000, 'en'), '1.5 MB')
  assert.equal(formatBytes(48_200_000_000, 'en'), '48.2 GB')
})

test('moments of the last minute are now, older ones are counted', () => {
  const nowMs = Date.parse('2026-11-21T12:00:00Z')
  assert.equal(formatAgo('2026-11-21T11:59:30Z', nowMs, 'en'), 'now')
  assert.equal(formatAgo('2026-11-21T10:00:00Z', nowMs, 'en'), '2 hours ago')
  assert.equal(formatAgo('2026-11-27T12:00:00Z', nowMs, 'en'), 'in 6 days')
})
