import {
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AV_NOPTS_VALUE,
  AV_PICTURE_TYPE_NONE,
  AV_PKT_FLAG_CORRUPT,
} from 'node-av/constants'
import { type CodecContext, FFmpegError, Frame, Packet } from 'node-av/lib'
import { ffmpegErrors } from '../../../platform/ffmpeg/errors.ts'

/** Throws `ffmpeg.failed` when a library call returned an error number; returns the number otherwise. */
export function check(result: number, doing: string): number {
  if (result >= 0) return result
  throw ffmpegErrors.failed(`${doing} failed: ${new FFmpegError(result).message}.`)
}

/** A timestamp as a number, or undefined where the library says "not known". */
export function ticks(value: bigint): number | undefined {
  return value === AV_NOPTS_VALUE ? undefined : Number(value)
}

/**
 * Gives a packet (null at the end) to a decoder and hands each picture or sound that comes out to `onFrame`, which
 * must not keep it. Returns false when the decoder refused the packet as damaged.
 */
export function decode(
  decoder: CodecContext,
  packet: Packet | null,
  onFrame: (frame: Frame) => void,
): boolean {
  const sent = decoder.sendPacketSync(packet)
  const isDamaged = sent < 0 && sent !== AVERROR_EAGAIN && sent !== AVERROR_EOF
  using frame = new Frame()
  frame.alloc()
  let isWhole = !isDamaged
  for (;;) {
    const received = decoder.receiveFrameSync(frame)
    if (received === AVERROR_EAGAIN || received === AVERROR_EOF) break
    if (received < 0) {
      isWhole = false
      break
    }
    onFrame(frame)
    frame.unref()
  }
  return isWhole
}

/** Gives a frame (null at the end) to an encoder and hands each packet that comes out to `onPacket`, to keep. */
export function encode(encoder: CodecContext, frame: Frame | null, onPacket: (packet: Packet) => void): void {
  if (frame?.isVideo()) frame.pictType = AV_PICTURE_TYPE_NONE
  check(encoder.sendFrameSync(frame), 'Encoding')
  for (;;) {
    const packet = new Packet()
    packet.alloc()
    const received = encoder.receivePacketSync(packet)
    if (received < 0) {
      packet.free()
      if (received === AVERROR_EAGAIN || received === AVERROR_EOF) return
      check(received, 'Encoding')
    }
    onPacket(packet)
  }
}

export function isCorrupt(packet: Packet): boolean {
  return packet.hasFlags(AV_PKT_FLAG_CORRUPT)
}
