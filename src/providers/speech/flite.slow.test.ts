import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { story } from '../../../scripts/sample/story.ts'
import { speechContract, plainPhrase } from './contract.ts'
import { fliteSpeech } from './flite.ts'
import { loudnessOf } from './loudness.ts'
import { narrate } from './narrate.ts'
import { planSpeech } from './plan-speech.ts'
import type { Speech, SpeechCache, Voice } from './port.ts'
import { formatOf, readScript } from './script.ts'
import { estimateLength } from './speech-length.ts'
import { readWav } from './wave.ts'
import { estimateWordTimes } from './word-estimate.ts'

speechContract('offline', async () => ({ speech: fliteSpeech(), close: async () => undefined }))

describe('a narration with the offline voices', () => {
  let dir: string
  let speech: Speech
  let voices: Voice[]
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'speech-test-'))
    speech = fliteSpeech()
    voices = await speech.voices()
  })
  after(async () => {
    await speech.close?.()
    await rm(dir, { recursive: true, force: true })
  })
  const plan = (source: string) =>
    planSpeech(readScript(source, formatOf(source), 'en'), { language: 'en', maxChars: 900 })
  const speak = async (source: string, cache?: SpeechCache, voice = voices[1]!) => {
    const outPath = join(dir, 'out.wav')
    const narration = await narrate({ speech, voice, plan: plan(source), outPath, cache })
    const bytes = await readFile(outPath)
    return { narration, bytes, sound: readWav(bytes) }
  }
  const script = story
    .slice(0, 2)
    .map(({ sentences }) => sentences.join(' '))
    .join('\n\n')

  test(
    'is as loud as it should be, never clips, begins and joins without clicks',
    { timeout: 120_000 },
    async () => {
      const { narration, sound } = await speak(script)
      assert.equal(sound.sampleRateHz, 48_000)
      assert.ok(Math.abs((sound.samples.length / 48_000) * 1000 - narration.durationMs) < 1)
      const lufs = loudnessOf(sound.samples)
      assert.ok(lufs > -17.5 && lufs < -15, `${lufs} LUFS`)
      assert.ok(Math.max(...peaksOf(sound.samples)) <= 10 ** (-2.4 / 20))
      for (const { startMs, endMs } of narration.sentences) {
        const [from, to] = [Math.round(startMs * 48), Math.round(endMs * 48)]
        assert.ok(Math.abs(sound.samples[from]!) < 0.003 && Math.abs(sound.samples[to - 1]!) < 0.003)
      }
    },
  )

  test('takes as long as was estimated, within a tenth, with each voice', { timeout: 120_000 }, async () => {
    for (const voice of voices) {
      const { narration } = await speak(script, undefined, voice)
      const ratio = estimateLength(plan(script), voice).durationMs / narration.durationMs
      assert.ok(ratio > 0.95 && ratio < 1.05, `${voice.id}: ${ratio}`)
    }
  })

  test('with one sentence changed speaks that one alone and keeps the bytes of the others', async () => {
    const kept = new Map<string, Buffer>()
    const cache: SpeechCache = {
      get: async (key) => kept.get(key),
      put: async (key, bytes) => void kept.set(key, bytes),
    }
    const first = await speak('Bees dance. They count to twenty.\n\nThen they fly.', cache)
    const second = await speak('Bees dance. They count to thirty.\n\nThen they fly.', cache)
    assert.deepEqual(
      second.narration.sentences.map(({ isFromCache }) => isFromCache),
      [true, false, true],
    )
    const cut = ({ narration, bytes }: typeof first, index: number) => {
      const { startMs, endMs } = narration.sentences[index]!
      return bytes.subarray(44 + Math.round(startMs * 48) * 2, 44 + Math.round(endMs * 48) * 2)
    }
    for (const index of [0, 2]) assert.ok(cut(first, index).equals(cut(second, index)), `sentence ${index}`)
    assert.ok(!cut(first, 1).equals(cut(second, 1)))
    const damaged = new Map([...kept].map(([key, bytes]) => [key, bytes.subarray(0, 9)]))
    const again = await speak('Bees dance.', { get: async (key) => damaged.get(key), put: cache.put })
    assert.equal(again.narration.sentences[0]!.isFromCache, false)
  })

  test('words are where they are heard: after a pause of two seconds, the next begins two seconds later', async () => {
    const without = await speak('<speak>Wait <break time="0ms"/>for it.</speak>')
    const withPause = await speak('<speak>Wait <break time="2s"/>for it.</speak>')
    const startOf = ({ narration }: typeof without) => narration.sentences[0]!.words[1]!.startMs
    assert.ok(Math.abs(startOf(withPause) - startOf(without) - 2000) < 5)
    const { samples } = withPause.sound
    const atMs = withPause.narration.sentences[0]!.words[0]!.endMs + 300
    assert.ok(samples.subarray(atMs * 48, (atMs + 1_500) * 48).every((sample) => sample === 0))
  })

  test('rate, pitch, volume and phonemes are heard', async () => {
    const voice = voices[1]!
    const phrase = plainPhrase('Nobody is in charge.')
    const plain = await speech.speak({ voice, phrase })
    const slow = await speech.speak({ voice, phrase: { ...phrase, rate: 0.5 } })
    const high = await speech.speak({ voice, phrase: { ...phrase, pitchSemitones: 4 } })
    assert.ok(Math.abs(slow.samples.length / plain.samples.length - 2) < 0.1)
    assert.ok(Math.abs(high.samples.length / plain.samples.length - 1) < 0.05)
    const raised = pitchOf(high.samples) / pitchOf(plain.samples)
    assert.ok(Math.abs(12 * Math.log2(raised) - 4) < 1, `${12 * Math.log2(raised)} semitones`)
    const quiet = await speak('<speak><prosody volume="-12dB">Nobody is in charge.</prosody></speak>')
    assert.ok(Math.abs(loudnessOf(quiet.sound.samples) + 28) < 1.5)
    const words = [{ text: 'bees', phonemes: 'ˈtʃokolate' }]
    const other = await speech.speak({ voice, phrase: { ...phrase, words } })
    assert.ok(
      other.samples.length > (await speech.speak({ voice, phrase: plainPhrase('bees') })).samples.length,
    )
    const badSign = { ...phrase, words: [{ text: 'bees', phonemes: 'ʘ' }] }
    await assert.rejects(speech.speak({ voice, phrase: badSign }), { code: 'speech.markupNotSpoken' })
  })

  test('the estimate for services without times is near what the phones say', async () => {
    const phrase = plainPhrase('In late spring, ten thousand bees hang from a branch, and they have no home.')
    const { samples, sampleRateHz, wordTimes } = await speech.speak({ voice: voices[0]!, phrase })
    const estimated = estimateWordTimes(samples, sampleRateHz, phrase.words)
    const errors = estimated
      .map(({ startMs }, index) => Math.abs(startMs - wordTimes[index]!.startMs))
      .sort((a, b) => a - b)
    assert.ok(errors[errors.length >> 1]! < 100, `median ${errors[errors.length >> 1]} ms`)
    assert.ok(errors.at(-1)! < 350, `worst ${errors.at(-1)} ms`)
  })
})

function peaksOf(samples: Float32Array): number[] {
  const peaks: number[] = []
  for (let at = 0; at < samples.length; at += 48_000) {
    peaks.push(
      samples.subarray(at, at + 48_000).reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0),
    )
  }
  return peaks
}

/** The usual pitch of a voice in hertz, by self-similarity of its loud parts. */
function pitchOf(samples: Float32Array): number {
  const found: number[] = []
  for (let at = 0; at + 1_600 < samples.length; at += 800) {
    let best = { lag: 0, match: 0 }
    for (let lag = 60; lag < 230; lag++) {
      let match = 0
      for (let index = 0; index < 1_200; index++) match += samples[at + index]! * samples[at + index + lag]!
      if (match > best.match) best = { lag, match }
    }
    if (best.match > 3) found.push(16_000 / best.lag)
  }
  return found.sort((a, b) => a - b)[found.length >> 1]!
}
