import { AVMEDIA_TYPE_AUDIO, AV_PKT_FLAG_DISCARD } from 'node-av/constants'
import { FormatContext, Packet } from 'node-av/lib'
import { hold } from '../../../platform/ffmpeg/av-check.ts'
import { ffmpegErrors } from '../../../platform/ffmpeg/errors.ts'
import { ticksToMs, type TimeBase } from '../cutter/cut-plan.ts'
import { check, ticks } from '../cutter/libav.ts'
import { createMp4 } from '../cutter/output-file.ts'
import { readPacket } from '../cutter/source.ts'
import { openPart } from '../stitch/scan-part.ts'
import { convertTicks } from '../stitch/target.ts'

/**
 * Copies pictures and sound, which a programme keeps in files of their own but on one clock, into one file. Times
 * count from `zero`, a time of the pictures.
 */
export function mergeTracks(picturePath: string, soundPath: string, zero: number, outPath: string): void {
  const pictures = openPart(picturePath)
  const sound = openSound(soundPath)
  const soundClock = { num: sound.stream.timeBase.num, den: sound.stream.timeBase.den }
  const soundZero = convertTicks(zero, pictures.timeBase, soundClock)
  const out = createMp4(outPath, [
    { parameters: pictures.video.codecpar, timeBase: pictures.timeBase },
    { parameters: sound.stream.codecpar, timeBase: soundClock },
  ])
  const shift = (packet: Packet, by: number): Packet => {
    const copy = packet.clone()!
    copy.clearFlags(AV_PKT_FLAG_DISCARD)
    copy.pts = packet.pts - BigInt(by)
    copy.dts = packet.dts - BigInt(by)
    packet.free()
    return copy
  }
  const nextPicture = () => {
    for (let next = readPacket(pictures); next; next = readPacket(pictures)) {
      if (next.streamIndex === pictures.video.index && next.facts.dts !== undefined) return next.packet
      next.packet.free()
    }
    return undefined
  }
  const at = (packet: Packet, by: number, clock: TimeBase) => ticksToMs(Number(packet.dts) - by, clock)
  let picture = nextPicture()
  let samples = sound.next()
  while (picture || samples) {
    const isPicture =
      picture && (!samples || at(picture, zero, pictures.timeBase) <= at(samples, soundZero, soundClock))
    if (isPicture) {
      out.write(0, shift(picture!, zero))
      picture = nextPicture()
    } else {
      out.write(1, shift(samples!, soundZero))
      samples = sound.next()
    }
  }
  out.finish()
  pictures.format.closeInputSync()
  sound.format.closeInputSync()
}

function openSound(path: string) {
  const format = hold(new FormatContext())
  format.allocContext()
  check(format.setOption('protocol_whitelist', 'file'), 'Preparing to open')
  check(format.setOption('format_whitelist', 'mov,mp4,m4a,3gp,3g2,mj2,mpegts'), 'Preparing to open')
  if (format.openInputSync(`file:${path}`, null, null) < 0) {
    throw ffmpegErrors.unreadable('The sound of the programme cannot be opened.')
  }
  check(format.findStreamInfoSync(null), 'Reading the streams')
  const found = format.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO)
  if (!found) throw ffmpegErrors.unreadable('The sound playlist of the programme holds no sound.')
  const stream = hold(found)
  const next = (): Packet | undefined => {
    for (;;) {
      const packet = new Packet()
      packet.alloc()
      if (format.readFrameSync(packet) < 0) {
        packet.free()
        return undefined
      }
      if (packet.streamIndex === stream.index && ticks(packet.dts) !== undefined) return packet
      packet.free()
    }
  }
  return { format, stream, next }
}
