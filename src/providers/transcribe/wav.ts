import { type FileHandle, open } from 'node:fs/promises'
import { transcribeErrors } from './errors.ts'

/** What an engine hears: 16 kHz, so that a millisecond is 16 samples. */
export const samplesPerMs = 16

/** A mono WAV of 16-bit samples at 16 kHz, read piece by piece. */
export type Sound = {
  path: string
  /** Bytes before the first sample. */
  headerBytes: number
  durationMs: number
  /** Samples of `[startMs, endMs)`, cut at the end of the sound. */
  read(startMs: number, endMs: number): Promise<Int16Array>
}

/** Opens a sound for the time of a call. Fails with `transcribe.badSound`. */
export async function withSound<T>(path: string, use: (sound: Sound) => Promise<T>): Promise<T> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw transcribeErrors.badSound('The sound cannot be opened.', { cause })
  })
  try {
    const { headerBytes, dataBytes } = await readHeader(file)
    const samples = Math.floor(dataBytes / 2)
    return await use({
      path,
      headerBytes,
      durationMs: samples / samplesPerMs,
      async read(startMs, endMs) {
        const from = Math.max(0, Math.round(startMs * samplesPerMs))
        const to = Math.min(samples, Math.round(endMs * samplesPerMs))
        const bytes = Buffer.alloc(Math.max(0, to - from) * 2)
        const { bytesRead } = await file.read(bytes, 0, bytes.length, headerBytes + from * 2)
        return new Int16Array(bytes.buffer, bytes.byteOffset, Math.floor(bytesRead / 2))
      },
    })
  } finally {
    await file.close()
  }
}

async function readHeader(file: FileHandle): Promise<{ headerBytes: number; dataBytes: number }> {
  const { size } = await file.stat()
  const head = Buffer.alloc(Math.min(size, 65_536))
  await file.read(head, 0, head.length, 0)
  if (
    head.length < 44 ||
    head.toString('latin1', 0, 4) !== 'RIFF' ||
    head.toString('latin1', 8, 12) !== 'WAVE'
  )
    throw transcribeErrors.badSound('The sound is no WAV file.')
  let isRight = false
  for (let at = 12; at + 8 <= head.length;) {
    const id = head.toString('latin1', at, at + 4)
    const length = head.readUInt32LE(at + 4)
    if (id === 'fmt ') {
      const [channels, rate, bits] = [at + 10, at + 12, at + 22]
      isRight =
        head.readUInt16LE(channels) === 1 &&
        head.readUInt32LE(rate) === 16_000 &&
        head.readUInt16LE(bits) === 16
    }
    if (id === 'data') {
      if (!isRight) break
      // A length that does not fit comes from a writer that could not seek back: everything to the end is sound.
      return { headerBytes: at + 8, dataBytes: Math.min(length, size - at - 8) || size - at - 8 }
    }
    at += 8 + length + (length % 2)
  }
  throw transcribeErrors.badSound('The sound is not mono PCM of 16 bits at 16 kHz.')
}

/** The bytes of a WAV file with these samples. */
export function wavBytes(samples: Int16Array): Buffer {
  const head = Buffer.alloc(44)
  const dataBytes = samples.length * 2
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + dataBytes, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(16_000, 24)
  head.writeUInt32LE(32_000, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(dataBytes, 40)
  return Buffer.concat([head, Buffer.from(samples.buffer, samples.byteOffset, dataBytes)])
}
