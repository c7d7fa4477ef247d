import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { stageSlice } from './percent.ts'

const stages = [
  { name: 'probe', label: 'Checking', weight: 1 },
  { name: 'cut', label: 'Cutting', weight: 3 },
]

describe('stageSlice', () => {
  test('stages share a hundred percent by their weights', () => {
    assert.deepEqual(stageSlice(stages, 'probe'), { base: 0, share: 25 })
    assert.deepEqual(stageSlice(stages, 'cut'), { base: 25, share: 75 })
  })

  test('a stage that was never declared is a mistake of the program', () => {
    assert.throws(() => stageSlice(stages, 'sing'), RangeError)
  })
})
