import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { engineCases } from '../../../test/fixtures/media/engines.ts'
import { speakSentences } from '../../../test/fixtures/spoken.ts'
import { makeMedia } from '../../../test/fixtures/media/make-media.ts'
import { wavBytes } from '../../providers/transcribe/wav.ts'
import { analyzeMedia } from './analyze-media.ts'
import { analyzeSound } from './analyze-sound.ts'

for (const { name, skip, open } of engineCases()) {
  describe(`what only sound can answer, through ${name}`, { skip }, () => {
    const engine = open()

    test('is the same as in the whole analysis, and comes from sound files too', async () => {
      const dir = await mkdtemp(join(tmpdir(), 'analyze-sound-'))
      try {
        const path = await makeMedia({
          path: join(dir, 'talk.mp4'),
          seconds: 8,
          sound: '0.4*sin(300*2*PI*t)*(between(t,1,3)+between(t,5,7))',
        })
        const whole = await analyzeMedia({ engine }, { path, outDir: join(dir, 'a') })
        const sound = await analyzeSound({ engine }, { path, question: 'sound' })
        assert.deepEqual(
          [sound.keep, sound.silences, sound.loudness],
          [whole.keep, whole.silences, whole.loudness],
        )
        const silence = await analyzeSound({ engine }, { path, question: 'silence' })
        assert.deepEqual([silence.keep, silence.loudness], [whole.keep, null])
        assert.deepEqual(whole.speech, [], 'a tone is no voice')

        const { samples, sentences } = await speakSentences([
          'The bees have found two places.',
          'Each of them dances.',
        ])
        const wav = join(dir, 'talk.wav')
        await writeFile(wav, wavBytes(samples))
        const spoken = await analyzeSound({ engine }, { path: wav, question: 'silence' })
        assert.deepEqual(spoken.frameRate, { num: 30, den: 1 })
        const pause = spoken.silences.find(({ startMs }) => Math.abs(startMs - sentences[0]!.endMs) < 120)
        assert.ok(
          pause && Math.abs(pause.endMs - sentences[1]!.startMs) < 120,
          JSON.stringify(spoken.silences),
        )
      } finally {
        await rm(dir, { recursive: true, force: true })
      }
    })
  })
}
