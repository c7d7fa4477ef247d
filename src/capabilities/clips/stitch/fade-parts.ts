import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Frame } from 'node-av/lib'
import { check } from '../cutter/libav.ts'
import { type MixPicture, openPartPictures } from './encode-part.ts'
import { type SoundShape, openPartSound } from './part-sound.ts'
import type { FadePart } from './plan-parts.ts'
import { readPart } from './read-part.ts'
import { openPart } from './scan-part.ts'
import type { Target } from './target.ts'

export type Fade = { mixPicture: MixPicture; mixSound: (frame: Frame) => void; close(): void }

/**
 * Decodes the end of a part so that the beginning of the next one can be mixed into it. Its pictures wait in a file:
 * a second of them in Full HD has a hundred megabytes.
 */
export async function openFade(
  part: FadePart,
  target: Target,
  options: { shape: SoundShape | undefined; samples: number; workDir: string },
): Promise<Fade> {
  const { shape, samples, workDir } = options
  const { tail, scanned } = part
  const file = openSync(join(workDir, 'fade.raw'), 'w+')
  let pictures = 0
  let pictureBytes = 0
  const source = openPart(tail.job.sourcePath)
  const ending = openPartPictures(source, tail, target, (frame) => {
    const bytes = frame.toBuffer()
    pictureBytes = bytes.length
    writeSync(file, bytes)
    pictures++
  })
  const sounds: Float32Array[][] = []
  const sound =
    shape &&
    openPartSound({
      stream: source.audio[0],
      zero: tail.pts[0]!,
      clock: tail.timeBase,
      samples,
      shape,
      gainDb: tail.job.gainDb ?? 0,
      take: (frame) => void sounds.push(channelsOf(frame)),
    })
  await readPart(source, tail, {
    onPicture: (packet) => ending.push(packet),
    onSound: sound && ((packet) => sound.push(packet)),
  })
  ending.finish()
  sound?.finish()
  const before = joinChannels(sounds)
  const count = scanned.pts.length
  const old = Buffer.alloc(pictureBytes)
  let at = 0
  return {
    mixPicture(frame, index) {
      readSync(file, old, 0, pictureBytes, Math.min(index, pictures - 1) * pictureBytes)
      // The first mixed picture is already a little new, the last one still a little old.
      const share = Math.round((256 * (index + 1)) / (count + 1))
      const mixed = frame.toBuffer()
      blend(mixed, old, Math.min(256, share))
      check(frame.makeWritable(), 'Fading a picture')
      check(frame.fromBuffer(mixed), 'Fading a picture')
    },
    mixSound(frame) {
      const channels = channelsOf(frame)
      for (const [index, samplesNow] of channels.entries()) {
        fadeSamples(samplesNow, before[index] ?? new Float32Array(0), at, samples)
      }
      at += frame.nbSamples
      check(frame.makeWritable(), 'Fading the sound')
      check(frame.fromBuffer(Buffer.concat(channels.map(bytesOf))), 'Fading the sound')
    },
    close: () => closeSync(file),
  }
}

/** Mixes `share` of 256 of the new picture with the rest of the old one, into the new one; pure but for that. */
export function blend(picture: Uint8Array, old: Uint8Array, share: number): void {
  const rest = 256 - share
  for (let index = 0; index < picture.length; index++) {
    picture[index] = (picture[index]! * share + old[index]! * rest + 128) >> 8
  }
}

/** Fades new samples in and old ones out, with equal power, so that speech keeps its loudness. */
export function fadeSamples(samples: Float32Array, old: Float32Array, from: number, total: number): void {
  for (let index = 0; index < samples.length; index++) {
    const angle = (Math.min(1, (from + index) / Math.max(1, total)) * Math.PI) / 2
    samples[index] = samples[index]! * Math.sin(angle) + (old[from + index] ?? 0) * Math.cos(angle)
  }
}

/** The samples of planar floats, channel by channel, as copies. */
function channelsOf(frame: Frame): Float32Array[] {
  const bytes = frame.toBuffer()
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  const size = frame.nbSamples
  return Array.from({ length: frame.channels }, (_, index) => all.slice(index * size, (index + 1) * size))
}

function joinChannels(pieces: Float32Array[][]): Float32Array[] {
  return (pieces[0] ?? []).map((_, channel) => {
    const joined = new Float32Array(pieces.reduce((sum, piece) => sum + piece[channel]!.length, 0))
    let at = 0
    for (const piece of pieces) {
      joined.set(piece[channel]!, at)
      at += piece[channel]!.length
    }
    return joined
  })
}

function bytesOf(samples: Float32Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
}
