import { open } from 'node:fs/promises'
import { serveMediaChild } from '../ffmpeg/child.ts'
import type { ListenJob } from './listen-for-voice.ts'
import { chunkSamples, createVoiceNet } from './voice-net.ts'

const blockChunks = 2_000
/** Of full scale. Without any sound there is no voice, and nothing to compute. */
const silence = 2e-4

serveMediaChild<ListenJob, Float32Array>(async ({ path, durationMs }, { progress }) => {
  const net = createVoiceNet()
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const likelihoods = new Float32Array(Math.ceil(size / 4 / chunkSamples))
    const bytes = Buffer.alloc(blockChunks * chunkSamples * 4)
    const chunk = new Float32Array(chunkSamples)
    for (let done = 0; done < likelihoods.length;) {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, done * chunkSamples * 4)
      const samples = new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytesRead / 4))
      for (let at = 0; at < samples.length; at += chunkSamples) {
        chunk.fill(0)
        chunk.set(samples.subarray(at, at + chunkSamples))
        if (chunk.some((value) => Math.abs(value) > silence)) likelihoods[done] = net.listen(chunk)
        done += 1
      }
      await progress({ percent: durationMs > 0 ? (100 * done) / likelihoods.length : 0 })
    }
    return likelihoods
  } finally {
    await file.close()
  }
})
