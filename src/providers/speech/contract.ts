import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Phrase, Speech, Voice } from './port.ts'

export type SpeechSubject = {
  speech: Speech
  /** A voice of it. Default: the first. */
  voiceId?: string
  close(): Promise<void>
}

/** A phrase of plain words for tests. */
export function plainPhrase(text: string, more: Partial<Phrase> = {}): Phrase {
  return {
    words: text.split(' ').map((word) => ({ text: word })),
    language: 'en-US',
    rate: 1,
    pitchSemitones: 0,
    separator: ' ',
    ...more,
  }
}

/** What every speech vendor must do. */
export function speechContract(
  vendor: string,
  open: () => Promise<SpeechSubject>,
  options: { skip?: string | false } = {},
): void {
  describe(`${vendor} speech`, { skip: options.skip ?? false }, () => {
    let subject: SpeechSubject
    let voice: Voice
    before(async () => {
      subject = await open()
      const voices = await subject.speech.voices()
      voice = voices.find(({ id }) => id === subject.voiceId) ?? voices[0]!
    })
    after(async () => {
      await subject?.speech.close?.()
      await subject?.close()
    })

    test('its voices are described whole', async () => {
      const voices = await subject.speech.voices()
      assert.ok(voices.length > 0)
      assert.equal(new Set(voices.map(({ id }) => id)).size, voices.length, 'ids are unique')
      for (const row of voices) {
        assert.equal(row.vendor, subject.speech.name)
        assert.ok(row.id.startsWith(`${row.vendor}:`), row.id)
        assert.ok(row.languages === 'many' || row.languages.length > 0, row.id)
        assert.ok(
          row.maxChars >= 100 && row.pace.charactersPerSecond > 5 && row.pace.wordsPerMinute > 80,
          row.id,
        )
        assert.ok(row.isLocal || row.priceItem, `${row.id} costs something`)
      }
    })

    test('a phrase becomes sound, with a time for every word, in order and inside the sound', async () => {
      const phrase = plainPhrase('Bees dance, and “numbers” like 42 & 7 count <too>.')
      const spoken = await subject.speech.speak({ voice, phrase })
      const durationMs = (spoken.samples.length / spoken.sampleRateHz) * 1000
      assert.ok(durationMs > 500 && durationMs < 20_000, `${durationMs} ms`)
      assert.ok(
        spoken.samples.some((sample) => Math.abs(sample) > 0.01),
        'it is heard',
      )
      assert.ok(spoken.samples.every((sample) => Math.abs(sample) <= 1))
      assert.equal(spoken.wordTimes.length, phrase.words.length)
      let lastMs = 0
      for (const { startMs, endMs } of spoken.wordTimes) {
        assert.ok(
          startMs >= lastMs - 0.001 && endMs >= startMs && endMs <= durationMs + 1,
          `${startMs}–${endMs}`,
        )
        lastMs = startMs
      }
      assert.ok(spoken.wordTimes.at(-1)!.endMs > durationMs / 3, 'the last word is not at the beginning')
      assert.equal(spoken.timing, voice.wordTimes)
      assert.ok(spoken.billedCharacters >= 0)
    })

    test('one word alone, and marks that nobody says', async () => {
      for (const text of ['Yes.', 'Well — yes']) {
        const phrase = plainPhrase(text)
        const { wordTimes } = await subject.speech.speak({ voice, phrase })
        assert.equal(wordTimes.length, phrase.words.length)
      }
    })

    test('an aborted call rejects with the reason of its signal', async () => {
      const reason = new Error('enough')
      const phrase = plainPhrase('This is not said any more.')
      await assert.rejects(subject.speech.speak({ voice, phrase, signal: AbortSignal.abort(reason) }), reason)
    })
  })
}
