import { open, type FileHandle } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { clamp01, mix } from '../scenes/easing.ts'
import { peakEveryMs } from '../scenes/kit.ts'
import type { StereoSound } from './music.ts'

export const soundRateHz = 48_000

/** The narration of one scene: mono PCM of 16 bits at 48 kHz in a WAV file, and where in the video it begins. */
export type VoicePart = { path: string; startMs: number }

export type MixSound = {
  outPath: string
  durationMs: number
  voices: VoicePart[]
  /** Played round and round to the end of the video; undefined for none. */
  bed?: StereoSound
  /** How loud the bed is beside the voice, in decibels; between sentences it comes up by a few. */
  levelDb: number
  signal?: AbortSignal
}

const blockMs = 4_000
const headBytes = 44

/**
 * Mixes voice and music into a stereo WAV file, block by block, so that memory does not grow with the length. The
 * music goes down while somebody speaks, and fades in and out.
 */
export async function mixSound(input: MixSound): Promise<void> {
  const total = Math.round((input.durationMs / 1000) * soundRateHz)
  const out = await open(input.outPath, 'w')
  const voices = await Promise.all(input.voices.map(openVoice))
  try {
    await out.writeFile(stereoHeader(total * 4))
    let duck = 0
    for (let from = 0; from < total; from += (blockMs / 1000) * soundRateHz) {
      input.signal?.throwIfAborted()
      const length = Math.min((blockMs / 1000) * soundRateHz, total - from)
      const voice = new Float32Array(length)
      for (const part of voices) await part.addTo(voice, from)
      const bytes = Buffer.allocUnsafe(length * 4)
      for (let index = 0; index < length; index++) {
        const spoken = voice[index]!
        // Down at once, up again in about half a second.
        duck = Math.abs(spoken) > 0.02 ? Math.min(1, duck + 0.0012) : Math.max(0, duck - 0.000045)
        const at = from + index
        const gain = input.bed ? bedGain(input.levelDb, duck, at, total) : 0
        const place = input.bed ? at % input.bed.left.length : 0
        const left = spoken * 0.85 + (input.bed ? input.bed.left[place]! * gain : 0)
        const right = spoken * 0.85 + (input.bed ? input.bed.right[place]! * gain : 0)
        bytes.writeInt16LE(toPcm(left), index * 4)
        bytes.writeInt16LE(toPcm(right), index * 4 + 2)
      }
      await out.writeFile(bytes)
      await setImmediate()
    }
  } finally {
    await Promise.all([out.close(), ...voices.map((voice) => voice.close())])
  }
}

function bedGain(levelDb: number, duck: number, at: number, total: number): number {
  const fadeIn = clamp01(at / (soundRateHz * 0.8))
  const fadeOut = clamp01((total - at) / (soundRateHz * 2))
  return 10 ** (mix(levelDb + 8, levelDb, duck) / 20) * fadeIn * fadeOut * 1.6
}

function toPcm(value: number): number {
  return Math.round(Math.max(-1, Math.min(1, value)) * 32_767)
}

async function openVoice({ path, startMs }: VoicePart) {
  const file = await open(path)
  const samples = Math.floor(((await file.stat()).size - headBytes) / 2)
  const start = Math.round((startMs / 1000) * soundRateHz)
  return {
    close: () => file.close(),
    async addTo(block: Float32Array, from: number): Promise<void> {
      const first = Math.max(0, from - start)
      const last = Math.min(samples, from + block.length - start)
      if (last <= first) return
      const pcm = await readAt(file, headBytes + first * 2, (last - first) * 2)
      for (let index = 0; index * 2 + 1 < pcm.length; index++) {
        const place = start + first + index - from
        block[place] = block[place]! + pcm.readInt16LE(index * 2) / 32_768
      }
    },
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

function stereoHeader(dataBytes: number): Buffer {
  const head = Buffer.alloc(headBytes)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + dataBytes, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(2, 22)
  head.writeUInt32LE(soundRateHz, 24)
  head.writeUInt32LE(soundRateHz * 4, 28)
  head.writeUInt16LE(4, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(dataBytes, 40)
  return head
}

/** The loudness of a voice, 0 to 1, every 50 ms, for scenes that show it. */
export async function voicePeaks(path: string): Promise<number[]> {
  const file = await open(path)
  try {
    const pcm = (await file.readFile()).subarray(headBytes)
    const step = Math.round((peakEveryMs / 1000) * soundRateHz)
    const peaks: number[] = []
    for (let at = 0; at < pcm.length / 2; at += step) {
      let sum = 0
      const end = Math.min(pcm.length / 2, at + step)
      for (let index = Math.floor(at); index + 1 <= end; index += 8)
        sum += Math.abs(pcm.readInt16LE(Math.floor(index) * 2))
      peaks.push(Math.round(Math.min(1, (sum / Math.max(1, (end - at) / 8) / 32_768) * 5) * 1000) / 1000)
    }
    return peaks
  } finally {
    await file.close()
  }
}
