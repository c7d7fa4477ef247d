import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Embedder } from './port.ts'

export type EmbedSubject = { embedder: Embedder; close(): Promise<void> }

/** What every embedding vendor must do. */
export function embedContract(vendor: string, open: () => Promise<EmbedSubject>): void {
  describe(`${vendor} embeddings`, () => {
    let subject: EmbedSubject
    before(async () => {
      subject = await open()
    })
    after(() => subject?.close())

    test('a vector for each text, of length 1, in order', async () => {
      const texts = [
        'Bees dance to tell the way.',
        'Interest grows on interest.',
        'Bees dance to tell the way.',
        '42',
      ]
      const { vectors, tokens } = await subject.embedder.embed({ texts })
      assert.equal(vectors.length, texts.length)
      for (const vector of vectors) {
        assert.equal(vector.length, subject.embedder.dimensions)
        assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5)
      }
      assert.deepEqual(vectors[2], vectors[0])
      assert.notDeepEqual(vectors[1], vectors[0])
      assert.ok(tokens >= 0 && Number.isInteger(tokens))
    })

    test('as many texts as may be asked at once', async () => {
      const texts = Array.from({ length: 256 }, (_, index) => `note ${index}`)
      const { vectors } = await subject.embedder.embed({ texts, purpose: 'query' })
      assert.equal(vectors.length, 256)
    })

    test('an aborted call rejects with the reason of its signal', async () => {
      const reason = new Error('enough')
      await assert.rejects(
        subject.embedder.embed({ texts: ['a'], signal: AbortSignal.abort(reason) }),
        reason,
      )
    })
  })
}
