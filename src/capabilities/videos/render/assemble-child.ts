import { AVERROR_EOF, AV_LOG_ERROR } from 'node-av/constants'
import { FormatContext, Log, Packet, type Rational, type Stream } from 'node-av/lib'
import { check, hold } from '../../../platform/ffmpeg/av-check.ts'
import { findStream, openFile } from '../../../platform/ffmpeg/av-input.ts'
import { ffmpegErrors } from '../../../platform/ffmpeg/errors.ts'
import { type MediaChildTools, serveMediaChild } from '../../../platform/ffmpeg/serve-child.ts'
import type { AssembleJob, AssembleResult } from './assemble-video.ts'

// Entry file of the child that joins drawn scenes and sound into a video.
Log.setLevel(AV_LOG_ERROR)
serveMediaChild<AssembleJob, AssembleResult>(assemble)

/** Joins scenes and sound by copying their packets: nothing is encoded. */
async function assemble(job: AssembleJob, tools: MediaChildTools): Promise<AssembleResult> {
  const first = openFile(job.scenes[0]!.path)
  const sound = openFile(job.soundPath)
  const soundStream = findStream(sound, 'a:0')
  const format = hold(new FormatContext())
  check(format.allocOutputContext2(null, 'mp4', `file:${job.outPath}`), 'Starting the video')
  const video = addStream(format, findStream(first, 'v:0'))
  const audio = addStream(format, soundStream)
  const reference = findStream(first, 'v:0').codecpar.extradata
  check(format.openOutputSync(), 'Creating the video')
  check(format.setOption('movflags', '+faststart'), 'Starting the video')
  check(format.setOption('video_track_timescale', String(job.frameRate * 512)), 'Starting the video')
  check(format.writeHeaderSync(null), 'Starting the video')

  const packet = hold(new Packet())
  packet.alloc()
  const soundPacket = hold(new Packet())
  soundPacket.alloc()
  let frames = 0
  let hasSound = sound.readFrameSync(soundPacket) >= 0
  // Sound is written up to the time of the picture, so that the muxer holds little back.
  const writeSound = (untilMs: number) => {
    while (hasSound) {
      const { num, den } = soundStream.timeBase
      if ((Number(soundPacket.dts) * num * 1000) / den > untilMs) return
      soundPacket.streamIndex = audio.index
      soundPacket.rescaleTs(soundStream.timeBase, audio.timeBase)
      check(format.interleavedWriteFrameSync(soundPacket), 'Writing the sound')
      soundPacket.unref()
      hasSound = sound.readFrameSync(soundPacket) >= 0
    }
  }
  for (const [index, scene] of job.scenes.entries()) {
    const input = index === 0 ? first : openFile(scene.path)
    const stream = findStream(input, 'v:0')
    const own = stream.codecpar.extradata
    if (!reference || !own || !reference.equals(own)) {
      throw ffmpegErrors.failed(`The scene ${scene.path} was encoded in another way than the first one.`)
    }
    const startTicks = ticksOf(frames, job.frameRate, stream.timeBase)
    let written = 0
    for (;;) {
      packet.unref()
      const code = input.readFrameSync(packet)
      if (code === AVERROR_EOF) break
      check(code, 'Reading a scene')
      if (packet.streamIndex !== stream.index) continue
      packet.pts += startTicks
      packet.dts += startTicks
      packet.streamIndex = video.index
      packet.rescaleTs(stream.timeBase, video.timeBase)
      check(format.interleavedWriteFrameSync(packet), 'Writing the picture')
      written++
    }
    if (written !== scene.frames) {
      throw ffmpegErrors.failed(`The scene ${scene.path} has ${written} frames, not ${scene.frames}.`)
    }
    frames += written
    writeSound((frames * 1000) / job.frameRate)
    await tools.progress({ percent: ((index + 1) / job.scenes.length) * 100 })
  }
  writeSound(Number.POSITIVE_INFINITY)
  check(format.writeTrailerSync(), 'Finishing the video')
  format.closeOutputSync()
  return { frames }
}

function addStream(format: FormatContext, source: Stream): Stream {
  const stream = hold(format.newStream(null))
  check(source.codecpar.copy(stream.codecpar), 'Describing the video')
  stream.codecpar.codecTag = 0
  stream.timeBase = source.timeBase
  stream.avgFrameRate = source.avgFrameRate
  return stream
}

function ticksOf(frames: number, frameRate: number, timeBase: Rational): bigint {
  return BigInt(Math.round((frames * timeBase.den) / (frameRate * timeBase.num)))
}
