import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Spoken, speakSentences } from '../../../test/fixtures/spoken.ts'
import type { Transcriber } from './port.ts'
import { wavBytes } from './wav.ts'

export type TranscribeSubject = { transcriber: Transcriber; close?(): Promise<void> }

export const contractSentences = [
  'The bees have found two places for a new home.',
  'Each of them dances for the place that she has seen.',
  'In the end, all of them dance for the same place!',
]

/** What a vendor's stand-in has to know to answer like the vendor. */
export type ContractSound = Spoken & { wavPath: string; silentPath: string }

/**
 * What every vendor must do. `toleranceMs` is how far the first and last word of a sentence may be from where they
 * are spoken.
 */
export function transcribeContract(
  vendor: string,
  open: (sound: ContractSound) => Promise<TranscribeSubject>,
  options: { skip?: string | false; toleranceMs: number; leastRightShare?: number },
): void {
  describe(`${vendor} transcriber`, { skip: options.skip ?? false }, () => {
    let subject: TranscribeSubject
    let sound: ContractSound
    let dir: string
    const script = () => (subject.transcriber.can.align ? sound.script : undefined)

    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'transcribe-contract-'))
      const spoken = await speakSentences(contractSentences)
      const [wavPath, silentPath] = [join(dir, 'a sound.wav'), join(dir, 'silent.wav')]
      await writeFile(wavPath, wavBytes(spoken.samples))
      await writeFile(silentPath, wavBytes(new Int16Array(32_000)))
      sound = { ...spoken, wavPath, silentPath }
      subject = await open(sound)
    })
    after(async () => {
      await subject?.close?.()
      await rm(dir, { recursive: true, force: true })
    })

    test('gives words in order, inside the sound, where they are spoken', async () => {
      const percents: number[] = []
      const { transcriber } = subject
      const found = await transcriber.transcribe({
        wavPath: sound.wavPath,
        script: script(),
        language: 'en',
        jobKey: 'contract',
        onProgress: (percent) => percents.push(percent),
      })
      const durationMs = sound.samples.length / 16
      let beforeMs = 0
      for (const { text, startMs, endMs, confidence } of found.words) {
        assert.ok(text !== '' && text === text.trim(), text)
        assert.ok(
          startMs >= beforeMs && endMs >= startMs && endMs <= durationMs,
          `${text} ${startMs} ${endMs}`,
        )
        assert.ok(confidence >= 0 && confidence <= 1)
        beforeMs = startMs
      }
      assert.match(found.language, /^en/)
      assert.ok(percents.every((percent) => percent >= 0 && percent <= 100))
      const heard = found.words.map(({ text }) => plain(text))
      const expected = sound.script.split(' ').map(plain)
      const right = expected.filter((word) => heard.includes(word)).length / expected.length
      assert.ok(right >= (options.leastRightShare ?? 1), `${right} of the words`)
      if (options.leastRightShare === undefined) {
        assert.deepEqual(heard, expected)
        let next = 0
        for (const { text, startMs, endMs } of sound.sentences) {
          const words = found.words.slice(next, (next += text.split(' ').length))
          const off = [words[0]!.startMs - startMs, words.at(-1)!.endMs - endMs].map(Math.abs)
          assert.ok(Math.max(...off) <= options.toleranceMs, `"${text}" is off by ${off.join(' and ')} ms`)
        }
      }
    })

    test('says that it heard nothing in silence', async () => {
      const silent = { wavPath: sound.silentPath, script: script(), jobKey: 'silence' }
      await assert.rejects(subject.transcriber.transcribe(silent), { code: 'transcribe.nothingHeard' })
    })

    test('refuses what is no sound', async () => {
      const text = join(dir, 'text.wav')
      await writeFile(text, 'RIFF, but not really, and long enough to hold the header of a sound file')
      for (const wavPath of [text, join(dir, 'absent.wav')]) {
        const refused = subject.transcriber.transcribe({ wavPath, script: script(), jobKey: 'text' })
        await assert.rejects(refused, { code: 'transcribe.badSound' })
      }
    })

    test('ends at once when it is aborted', async () => {
      const reason = new Error('no longer wanted')
      const aborted = {
        wavPath: sound.wavPath,
        script: script(),
        jobKey: 'aborted',
        signal: AbortSignal.abort(reason),
      }
      await assert.rejects(subject.transcriber.transcribe(aborted), (error) => error === reason)
    })
  })
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
