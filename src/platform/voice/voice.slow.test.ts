import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { speakSentences } from '../../../test/fixtures/spoken.ts'
import { listenForVoice } from './listen-for-voice.ts'
import { chunkSamples, createVoiceNet } from './voice-net.ts'

const sentences = ['The bees have found two places.', 'Each of them dances for one of them!']

async function listenTo(samples: Float32Array) {
  const dir = await mkdtemp(join(tmpdir(), 'voice-'))
  try {
    const path = join(dir, 'sound.f32')
    await writeFile(path, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    return await listenForVoice({ path, durationMs: samples.length / 16 })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Loud noise with a hum in it: a threshold of loudness hears nothing but sound here. */
function noise(count: number, level: number): Float32Array {
  let seed = 5
  return Float32Array.from({ length: count }, (_, index) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0
    return level * ((seed >> 16) / 32_768 + Math.sin((2 * Math.PI * 100 * index) / 16_000))
  })
}

describe('the voice detector', () => {
  test('finds sentences where they are spoken, also in noise as loud as many rooms', async () => {
    const spoken = await speakSentences(sentences, 1_200)
    for (const level of [0, 0.01]) {
      const room = noise(spoken.samples.length, level)
      const { speech } = await listenTo(room.map((value, index) => value + spoken.samples[index]! / 32_768))
      assert.equal(speech.length, 2, JSON.stringify(speech))
      spoken.sentences.forEach(({ startMs, endMs }, index) => {
        const found = speech[index]!
        const off = [found.startMs - startMs, found.endMs - endMs].map(Math.abs)
        assert.ok(Math.max(...off) < 250, `${level}: ${JSON.stringify(found)} for ${startMs} to ${endMs}`)
      })
    }
  })

  test('hears no voice in noise, a tone or nothing', async () => {
    const tone = Float32Array.from(
      { length: 48_000 },
      (_, index) => 0.4 * Math.sin((2 * Math.PI * 440 * index) / 16_000),
    )
    for (const samples of [noise(48_000, 0.1), tone, new Float32Array(48_000), new Float32Array(0)]) {
      assert.deepEqual((await listenTo(samples)).speech, [])
    }
  })

  test('computes what ONNX Runtime computes with the same weights', () => {
    // Likelihoods of onnxruntime-node 1.21 for the first ten chunks of this sound.
    const expected = referenceLikelihoods
    const net = createVoiceNet()
    const sound = Float32Array.from({ length: expected.length * chunkSamples }, (_, index) => {
      const time = index / 16_000
      const voice = [1, 2, 3, 4, 5, 6].reduce(
        (sum, harmonic) => sum + Math.sin(2 * Math.PI * 120 * harmonic * time) / harmonic,
        0,
      )
      return 0.2 * voice * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * time))
    })
    expected.forEach((wanted, index) => {
      const heard = net.listen(sound.subarray(index * chunkSamples, (index + 1) * chunkSamples))
      assert.ok(Math.abs(heard - wanted) < 1e-4, `chunk ${index}: ${heard}, not ${wanted}`)
    })
  })
})

const referenceLikelihoods = [
  0.394597, 0.549542, 0.620878, 0.416728, 0.455882, 0.714998, 0.470068, 0.447275, 0.217041, 0.124255,
]
