import { AV_FRAME_FLAG_CORRUPT } from 'node-av/constants'
import { Codec, CodecContext, type Frame, type Packet, Rational } from 'node-av/lib'
import { check, decode, ticks } from './libav.ts'
import type { Source } from './source.ts'

export type PictureDecoder = {
  /** Decodes a packet (null at the end). `onPicture` must not keep the frame. */
  push(packet: Packet | null, onPicture: (frame: Frame, pts: number) => void): void
  /** Packets and pictures that were damaged so far. */
  damaged(): number
  close(): void
}

/** Opens a decoder for the pictures of a file. */
export function openPictureDecoder(source: Source): PictureDecoder {
  const codec = Codec.findDecoder(source.video.codecpar.codecId)
  const decoder = new CodecContext()
  decoder.allocContext3(codec)
  check(decoder.parametersToContext(source.video.codecpar), 'Reading the pictures')
  decoder.pktTimebase = new Rational(source.timeBase.num, source.timeBase.den)
  decoder.threadCount = 0
  check(decoder.open2Sync(codec, null), 'Opening the decoder of the pictures')
  let damaged = 0
  return {
    push(packet, onPicture) {
      const isWhole = decode(decoder, packet, (frame) => {
        if (frame.hasFlags(AV_FRAME_FLAG_CORRUPT) || frame.decodeErrorFlags !== 0) damaged++
        const pts = ticks(frame.pts) ?? ticks(frame.bestEffortTimestamp)
        if (pts !== undefined) onPicture(frame, pts)
      })
      if (!isWhole) damaged++
    },
    damaged: () => damaged,
    close: () => decoder.freeContext(),
  }
}
