import assert from 'node:assert/strict'
import { test } from 'node:test'
import { receiptSentences } from './receipt-words.ts'

const receipt = {
  requestedFrames: 450,
  frames: 450,
  mode: 'exact',
  copiedMs: 13_200,
  encodedMs: 1800,
  avOffsetMs: 4,
  bytesRead: 3_900_000,
  cpuMs: 1320,
  fallback: null,
}

test('a receipt says that the cut is exact, what was copied and what it took', () => {
  // The decimal sign is that of the machine's language.
  assert.match(
    receiptSentences(receipt).join(' '),
    /^Exactly the 450 frames asked for\. 13[.,]2 s kept as recorded, 1[.,]8 s encoded anew at the ends\. Sound and picture start together\. Took 1[.,]32 s of computing and read 3[.,]9 MB\.$/,
  )
})

test('a receipt says so when frames are missing, sound is off or the quick way failed', () => {
  const sentences = receiptSentences({ ...receipt, frames: 449, avOffsetMs: -31, fallback: 'no key frame' })
  assert.equal(sentences[0], '449 frames where 450 were asked for.')
  assert.ok(sentences.includes('Sound and picture are 31 ms apart.'))
  assert.equal(sentences.at(-1), 'The quick way was not possible: no key frame')
})

test('a whole copy and a whole encode are told apart', () => {
  assert.match(receiptSentences({ ...receipt, encodedMs: 0 })[1] ?? '', /nothing encoded anew/)
  assert.match(receiptSentences({ ...receipt, copiedMs: 0 })[1] ?? '', /encoded anew\.$/)
})
