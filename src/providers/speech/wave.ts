import { speechErrors } from './errors.ts'

/** Mono sound, −1 to 1. */
export type Sound = { samples: Float32Array; sampleRateHz: number }

/** Reads a PCM WAV file of 16 bits; several channels become one. Fails with `speech.badAnswer`. */
export function readWav(bytes: Uint8Array): Sound {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const bad = (why: string) => speechErrors.badAnswer(`The sound that came back cannot be read: ${why}.`)
  if (view.length < 44 || view.toString('latin1', 0, 4) !== 'RIFF') throw bad('it is no WAV file')
  let channels = 0
  let sampleRateHz = 0
  for (let at = 12; at + 8 <= view.length;) {
    const id = view.toString('latin1', at, at + 4)
    const length = view.readUInt32LE(at + 4)
    if (id === 'fmt ' && at + 24 <= view.length) {
      channels = view.readUInt16LE(at + 10)
      sampleRateHz = view.readUInt32LE(at + 12)
      if (view.readUInt16LE(at + 22) !== 16) throw bad('its samples do not have 16 bits')
    }
    if (id === 'data') {
      if (channels < 1 || channels > 8 || sampleRateHz < 8_000) throw bad('it does not say what it holds')
      // A writer to a pipe does not know the length and writes the largest one, or 0.
      const dataBytes = Math.min(length || view.length, view.length - at - 8)
      return { samples: samplesOf(view.subarray(at + 8, at + 8 + dataBytes), channels), sampleRateHz }
    }
    at += 8 + length + (length % 2)
  }
  throw bad('it has no sound')
}

/** Samples of little-endian 16-bit PCM, channels put together. */
export function samplesOf(pcm: Buffer, channels = 1): Float32Array {
  const samples = new Float32Array(Math.floor(pcm.length / 2 / channels))
  for (let index = 0; index < samples.length; index++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++)
      sum += pcm.readInt16LE((index * channels + channel) * 2)
    samples[index] = sum / channels / 32_768
  }
  return samples
}

/** 16-bit PCM, little-endian, from samples; what is beyond full scale is cut. */
export function pcmOf(samples: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(samples.length * 2)
  for (let index = 0; index < samples.length; index++) {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, samples[index]!)) * 32_767), index * 2)
  }
  return bytes
}

/** The 44 bytes before mono 16-bit PCM in a WAV file. */
export function wavHeader(dataBytes: number, sampleRateHz: number): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + dataBytes, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(sampleRateHz, 24)
  head.writeUInt32LE(sampleRateHz * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(dataBytes, 40)
  return head
}
